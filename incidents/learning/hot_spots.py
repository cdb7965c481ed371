"""Where counts or rates are high together: Getis-Ord Gi* of areas, and the density of points. Pure.

Gi*: Ord and Getis (1995), with binary weights. Its chance is that of the same values dealt out anew to the areas: mean,
variance and skewness of such sums are known exactly (sampling without replacement), and a gamma distribution with these
(Pearson III) gives p. A normal one would find too much where counts are small and skew. The values dealt out are those
of areas that do not stand out themselves: hot spots would else hide behind the spread that they make. Because many
areas are looked at, the false discovery rate is what is held (`rates.false_discovery`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from incidents.learning.rates import Floats, false_discovery

# Of the areas that are called hot or cold so many may be so by chance.
FALSE_RATE: Final = 0.05
# What stands out so far (its p), with its neighbours, does not say what chance does; looked for so often at most.
_STANDS_OUT: Final = 1e-4
_ROUNDS: Final = 10


@dataclass(frozen=True, slots=True)
class HotSpots:
    """For each area the Gi* (z), the two-sided p, the q value, and 1 hot, -1 cold, 0 neither at the false rate."""

    z: Floats
    p: Floats
    q: Floats
    found: NDArray[np.int8]


def neighbours(pairs: NDArray[np.intp], count: int) -> scipy.sparse.csr_array:
    """Return who is whose neighbour, each area being its own, as a matrix of 0 and 1, from pairs of positions."""
    itself = np.arange(count)
    rows = np.concatenate([pairs[:, 0], pairs[:, 1], itself])
    columns = np.concatenate([pairs[:, 1], pairs[:, 0], itself])
    matrix = scipy.sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def hot_spots(values: ArrayLike, near: scipy.sparse.csr_array, *, false_rate: float = FALSE_RATE) -> HotSpots:
    """Return where ``values`` of areas are high, or low, together with those of their ``near`` areas (`neighbours`).

    An area without a value (NaN) is left out: neither found nor anybody's neighbour.
    """
    given = np.asarray(values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(given))
    z, p = np.full(len(given), np.nan), np.full(len(given), np.nan)
    if len(known) > 2:
        z[known], p[known] = _gi_star(given[known], near[known][:, known])
    q = false_discovery(p)
    with np.errstate(invalid="ignore"):
        found = np.where(q <= false_rate, np.sign(z), 0)
    return HotSpots(z, p, q, np.nan_to_num(found).astype(np.int8))


def _gi_star(values: Floats, near: scipy.sparse.csr_array) -> tuple[Floats, Floats]:
    ordinary = np.ones(len(values), dtype=np.bool_)
    for _ in range(_ROUNDS):
        z, p = _against(values, near, values[ordinary])
        still = near @ (p < _STANDS_OUT).astype(np.float64) == 0
        if (still == ordinary).all() or still.sum() < len(values) / 2:
            break
        ordinary = still
    return z, p


def _against(values: Floats, near: scipy.sparse.csr_array, ordinary: Floats) -> tuple[Floats, Floats]:
    """Return z and p of the sums around each area, if the ``ordinary`` values were dealt out."""
    n = len(values)
    taken = np.asarray(near.sum(axis=1), dtype=np.float64)
    away = ordinary - ordinary.mean()
    variance, third = (away**2).mean(), (away**3).mean()
    if variance == 0:
        return np.zeros(n), np.ones(n)
    sums = np.asarray(near @ (values - ordinary.mean()), dtype=np.float64)
    spread = np.sqrt(variance * taken * (n - taken) / (n - 1))
    cube = third * taken * (n - taken) * (n - 2 * taken) / ((n - 1) * (n - 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        z, skew = np.nan_to_num(sums / spread), np.nan_to_num(cube / spread**3)
    upper, lower = stats.pearson3.sf(z, skew), stats.pearson3.cdf(z, skew)
    return z, np.minimum(1.0, 2 * np.minimum(upper, lower))


def density(xy: Floats, *, cell_m: float, bandwidth_m: float) -> tuple[Floats, Floats]:
    """Return the centres (n, 2) of the cells near points and their density per km², the densest first.

    A quartic kernel (Silverman 1986) reaches ``bandwidth_m`` around each point (survey CRS, metres).
    """
    if not len(xy):
        return np.empty((0, 2)), np.empty(0)
    reach = int(np.ceil(bandwidth_m / cell_m))
    steps = np.arange(-reach, reach + 1)
    step = np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2)
    cells, number = np.unique(np.floor(xy / cell_m).astype(np.int64), axis=0, return_inverse=True)
    around = np.unique((cells[:, None] + step).reshape(-1, 2), axis=0)
    where = {tuple(cell): index for index, cell in enumerate(around.tolist())}
    total = np.zeros(len(around))
    for offset in step:
        target = np.array([where[x, y] for x, y in (cells + offset).tolist()])[number.ravel()]
        centre = (np.floor(xy / cell_m) + offset + 0.5) * cell_m
        share = ((centre - xy) ** 2).sum(axis=1) / bandwidth_m**2
        np.add.at(total, target, 3 / (np.pi * bandwidth_m**2) * np.maximum(1 - share, 0) ** 2)
    order = np.argsort(-total, kind="stable")
    order = order[total[order] > 0]
    return (around[order] + 0.5) * cell_m, total[order] * 1e6

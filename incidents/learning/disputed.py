"""Borders that people correct: where incidents beside a border are given to the grid across it again and again. Pure.

A border is drawn wrong where reports on one side of it belong to the other. Two signs tell: decisions by hand against
what the place says, more than elsewhere (exact binomial test against all other borders), and margins that are low more
often than elsewhere, which alone may also be a street that the border follows. So corrections rank first, then margins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import stats
from shapely.geometry.base import BaseGeometry

from incidents.learning.rates import Floats

# As far beside a border an incident says something of it, and so near its margin is low, in metres.
REACH_M: Final = 60.0
LOW_M: Final = 10.0
# A proposed shift is at least so far, and reaches so far beyond what was corrected along the border.
_LEAST_SHIFT_M: Final = 2.0
_BEYOND_M: Final = 5.0


@dataclass(frozen=True, slots=True)
class Beside:
    """A row for each incident beside a border: the border, the grid it lies in, how far, and where it was given to.

    Borders and grids are positions; ``given_to`` is -1 where nobody decided.
    """

    border: NDArray[np.intp]
    grid: NDArray[np.intp]
    margin_m: Floats
    given_to: NDArray[np.intp]
    along_m: Floats


@dataclass(frozen=True, slots=True)
class Disputed:
    """A border, from which of its grids to which incidents were given, how often, of how many, and how odd that is."""

    border: int
    source: int
    target: int
    given: int
    of: int
    low: int
    p: float
    p_low: float


def beside(borders: Sequence[BaseGeometry], grid: NDArray[np.intp], xy: Floats, given_to: NDArray[np.intp]) -> Beside:
    """Return the incidents within `REACH_M` of a border, each beside the nearest one.

    ``borders`` are lines in the survey CRS, ``grid`` and ``given_to`` positions of grids for each incident of ``xy``.
    """
    lines = np.array(borders, dtype=object)
    points = shapely.points(xy)
    which, line = shapely.STRtree(lines).query_nearest(points, max_distance=REACH_M, all_matches=False)
    points = points[which]
    return Beside(
        line, grid[which], shapely.distance(lines[line], points), given_to[which],
        shapely.line_locate_point(lines[line], points),
    )  # fmt: skip


def disputed(found: Beside, sides: NDArray[np.intp]) -> list[Disputed]:
    """Return borders with the grids on their ``sides`` (n, 2), the most disputed first; each in its worse direction."""
    one, other = sides[found.border].T
    across = np.where(found.grid == one, other, one)
    direction = 2 * found.border + (found.grid == other)
    beside_it = (found.grid == one) | (found.grid == other)
    given = beside_it & (found.given_to == across)
    count = 2 * len(sides)
    of = np.bincount(direction[beside_it], minlength=count)
    to = np.bincount(direction[given], minlength=count)
    low = np.bincount(direction[beside_it & (found.margin_m <= LOW_M)], minlength=count)
    p, p_low = _more_than_elsewhere(to, of), _more_than_elsewhere(low, of)
    rows = [
        Disputed(
            at // 2, int(sides[at // 2, at % 2]), int(sides[at // 2, 1 - at % 2]), int(to[at]), int(of[at]),
            int(low[at]), float(p[at]), float(p_low[at]),
        )
        for at in np.flatnonzero(of).tolist()
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.p if row.given else 1.0, row.p_low, row.border))
    first = {row.border: row for row in reversed(rows)}
    return [row for row in rows if first[row.border] is row]


def _more_than_elsewhere(times: NDArray[np.intp], of: NDArray[np.intp]) -> Floats:
    """Return how probable at least so many are if they are as frequent here as on all other borders together."""
    others, of_others = times.sum() - times, of.sum() - of
    share = (others + 0.5) / (of_others + 1.0)
    return np.asarray(stats.binom.sf(times - 1, of, share), dtype=np.float64)


def shift_of(row: Disputed, found: Beside, border: BaseGeometry, source: BaseGeometry) -> Any | None:
    """Return the area that a shift of the border would give from the ``source`` polygon to the other grid; None: none.

    The border moves as far as most that was given away is gained and least that was kept is lost, along the part where
    something was given away.
    """
    own = (found.border == row.border) & (found.grid == row.source)
    is_given = own & (found.given_to == row.target)
    limits = np.unique(found.margin_m[is_given])
    if not len(limits):
        return None
    gained = (found.margin_m[is_given][:, None] <= limits).sum(axis=0)
    first, last = found.along_m[is_given].min() - _BEYOND_M, found.along_m[is_given].max() + _BEYOND_M
    kept = own & ~is_given & (found.along_m >= first) & (found.along_m <= last)
    gain = gained - (found.margin_m[kept][:, None] <= limits).sum(axis=0)
    best = int(gain.argmax())
    if gain[best] <= 0:
        return None
    part = shapely.ops.substring(border, max(first, 0.0), min(last, border.length))
    strip = part.buffer(max(float(limits[best]) + 0.5, _LEAST_SHIFT_M), cap_style="flat", join_style="mitre")
    pieces = shapely.get_parts(shapely.intersection(strip, source, grid_size=0.001))
    pieces = pieces[(shapely.get_dimensions(pieces) == 2) & (shapely.distance(pieces, part) < 1e-6)]
    return max(pieces, key=shapely.area) if len(pieces) else None

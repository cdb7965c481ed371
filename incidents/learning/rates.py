"""Counts beside what they are counts of, with what chance alone would do to them. Pure.

Exact intervals and tests of Poisson counts: Garwood (1936); Przyborowski and Wilenski (1940); false discovery rate:
Benjamini and Hochberg (1995).
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
CONFIDENCE: Final = 0.95


def rates(counts: ArrayLike, exposure: ArrayLike, *, per: float = 1000.0) -> tuple[Floats, Floats, Floats]:
    """Return counts per ``per`` of their exposure, with the ends of exact 95 % intervals; NaN without exposure."""
    seen, of = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    tail = (1 - CONFIDENCE) / 2
    low = np.where(seen > 0, stats.chi2.ppf(tail, 2 * seen) / 2, 0.0)
    high = stats.chi2.ppf(1 - tail, 2 * seen + 2) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(of > 0, per / of, np.nan)
    return seen * scale, low * scale, high * scale


def change_p(before: ArrayLike, after: ArrayLike, *, share: float = 0.5) -> Floats:
    """Return how probable a difference at least as large is if nothing has changed (two-sided, exact).

    ``share`` is the part of both spans that the second one makes up.
    """
    first, second = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    both = first + second
    less, more = stats.binom.cdf(second, both, share), stats.binom.sf(second - 1, both, share)
    return np.asarray(np.where(both > 0, np.minimum(1.0, 2 * np.minimum(less, more)), 1.0), dtype=np.float64)


def false_discovery(p: ArrayLike) -> Floats:
    """Return for each p the least false discovery rate at which it counts as found (q values); NaN stays."""
    values = np.asarray(p, dtype=np.float64)
    found = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known])]
    scaled = values[order] * len(order) / np.arange(1, len(order) + 1)
    found[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return found


def shares_within(hours: Floats, limits: Sequence[float]) -> dict[str, Any]:
    """Return quantiles of spans in hours, and the share of them within each limit."""
    known = hours[~np.isnan(hours)]
    if not len(known):
        return {"known": 0, "median_h": None, "p90_h": None, **{f"within_{limit:g}h": None for limit in limits}}
    median, late = np.quantile(known, [0.5, 0.9])
    within = {f"within_{limit:g}h": round(float((known <= limit).mean()), 4) for limit in limits}
    return {"known": len(known), "median_h": round(float(median), 2), "p90_h": round(float(late), 2), **within}

"""How counts by month or week rise or fall, apart from the seasons. Pure.

A log-linear Poisson regression, fitted by iteratively reweighted least squares (McCullagh and Nelder 1989, ch. 6), with
yearly harmonics once two years are known; the interval widens by the dispersion that is found (quasi-Poisson).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from incidents.learning.rates import CONFIDENCE, Floats

_ROUNDS: Final = 50
_YEARS_FOR_SEASONS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Trend:
    """The change in a year as a factor, with its 95 % interval and p; what is expected of each span; seasons or not."""

    per_year: float
    low: float
    high: float
    p: float
    expected: Floats
    seasonal: bool


def trend(counts: ArrayLike, years: ArrayLike, exposure: ArrayLike | None = None) -> Trend | None:
    """Return the trend of ``counts``, each at a time in ``years``; None of fewer than four, or of none at all.

    ``exposure`` is how long each span is, in any unit: a month that has just begun is not a fall.
    """
    seen, when = np.asarray(counts, dtype=np.float64), np.asarray(years, dtype=np.float64)
    if len(seen) < 4 or not seen.any():
        return None
    length = np.ones(len(seen)) if exposure is None else np.asarray(exposure, dtype=np.float64)
    seasonal = bool(np.ptp(when) >= _YEARS_FOR_SEASONS)
    turns = [np.sin(2 * np.pi * when), np.cos(2 * np.pi * when)] if seasonal else []
    design = np.column_stack([np.ones(len(seen)), when - when.mean(), *turns])
    slope, error, expected = _fitted(design, seen, length)
    reach = stats.t.ppf((1 + CONFIDENCE) / 2, len(seen) - design.shape[1]) * error
    p = 2 * stats.t.sf(abs(slope) / error, len(seen) - design.shape[1]) if error else 1.0
    low, at, high = (float(np.exp(np.clip(each, -50, 50))) for each in (slope - reach, slope, slope + reach))
    return Trend(at, low, high, float(p), expected, seasonal)


def _fitted(design: Floats, seen: Floats, length: Floats) -> tuple[float, float, Floats]:
    """Return the slope, its standard error and the expected counts."""
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(seen.sum() / length.sum())
    for _ in range(_ROUNDS):
        mean = np.exp(np.clip(design @ beta, -50, 50)) * length
        information = design.T @ (design * mean[:, None])
        step = np.linalg.lstsq(information, design.T @ (seen - mean), rcond=None)[0]
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    mean = np.exp(np.clip(design @ beta, -50, 50)) * length
    spare = len(seen) - design.shape[1]
    spread = max(1.0, float(((seen - mean) ** 2 / np.maximum(mean, 1e-9)).sum() / spare)) if spare else 1.0
    covariance = np.linalg.pinv(design.T @ (design * mean[:, None])) * spread
    return float(beta[1]), float(np.sqrt(covariance[1, 1])), mean

"""The incidents of the next weeks by area, and how wrong such forecasts have been on days held out. Pure.

A day's expectation is the city's level, times the area's share of it, times the weekday's factor. Levels and shares
are exponentially weighted means (simple exponential smoothing: Hyndman and Athanasopoulos, Forecasting, ch. 8). The
level is a mean of several, which remember differently long, each weighted by how well it would have done on the last
weeks that are known (Bates and Granger 1969). What every forecast must beat is the seasonal-naive one: the same weekday
of the last week.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from incidents.learning.rates import Floats

WEEK: Final = 7
# Days after which a day counts half: of the city's levels, of the areas' shares, of the weekdays.
LEVELS: Final = (1.0, 2.0, 10.0)
_SHARES: Final = 28.0
_WEEKDAYS: Final = 365.0
# How sharply levels are told apart by their squared errors.
_SHARPNESS: Final = 3
# So many days must be known before anything is forecast.
LEAST_DAYS: Final = 14
# An area's usual share is worth so many incidents; of so many half is believed that a weekday differs from the others.
_PRIOR: Final = 5.0
_FEW: Final = 20.0
# A day without any record, where so many come in on the middle day, is a day whose records are missing.
_SURELY_SOME: Final = 10


@dataclass(frozen=True, slots=True)
class Errors:
    """Of so many held-out weeks of areas: mean absolute and root mean square error, ours and the seasonal-naive one's.

    ``inside`` is the share of weeks that came within the 90 % interval.
    """

    weeks: int
    mae: float
    naive_mae: float
    rmse: float
    naive_rmse: float
    inside: float


def with_missing_days(counts: NDArray[Any]) -> Floats:
    """Return counts (areas, days) as floats, NaN on days on which nothing at all came in although it surely would."""
    days = np.asarray(counts, dtype=np.float64)
    total = days.sum(axis=0)
    some = total[total > 0]
    if len(some) and np.median(some) >= _SURELY_SOME:
        days = np.where(total > 0, days, np.nan)
    return days


def forecast(counts: Floats, ahead: int) -> Floats:
    """Return the expected counts (areas, ``ahead``) of the days after the last; counts are (areas, days), NaN unknown.

    Raises ValueError when fewer than `LEAST_DAYS` days are known.
    """
    if (~np.isnan(counts[0])).sum() < LEAST_DAYS:
        raise ValueError(f"A forecast needs {LEAST_DAYS} days.")
    error = np.zeros(len(LEVELS))
    for at in _origins(counts, most=8):
        gone = counts[:, at : at + WEEK].sum(axis=0) - _levels(counts[:, :at], WEEK)
        error += np.nansum(gone, axis=1) ** 2
    weight = (error + 1.0) ** -_SHARPNESS
    total = weight @ _levels(counts, ahead) / weight.sum()
    return np.asarray(_shares(counts)[:, None] * total, dtype=np.float64)


def _levels(counts: Floats, ahead: int) -> Floats:
    """Return the expected sums of all areas (levels, days)."""
    days, total, factor = counts.shape[1], counts.sum(axis=0), _weekdays(counts)
    usual = total / factor[np.arange(days) % WEEK]
    levels = np.array([_smoothed(usual, half_life) for half_life in LEVELS])
    return np.asarray(levels[:, None] * factor[(days + np.arange(ahead)) % WEEK], dtype=np.float64)


def seasonal_naive(counts: Floats, ahead: int) -> Floats:
    """Return the last known count of the same weekday for each of the days after the last; 0 where there is none."""
    days = counts.shape[1]
    found = np.zeros((len(counts), ahead))
    for step in range(ahead):
        same = np.arange((days + step) % WEEK, days, WEEK)
        known = same[~np.isnan(counts[0, same])]
        if len(known):
            found[:, step] = counts[:, known[-1]]
    return found


def held_out_errors(counts: Floats, *, ahead_weeks: int = 4, held_out_days: int = 60) -> Errors:
    """Return the errors of weekly sums by area over the last days, each forecast from what was known a week later each.

    Days without records count for neither.
    """
    ours, naive, truth, high, low = [], [], [], [], []
    span = ahead_weeks * WEEK
    spread = 1.0
    for at in _origins(counts, most=max(1, held_out_days // WEEK)):
        known, then = counts[:, :at], counts[:, at : at + span]
        expected, last = forecast(known, then.shape[1]), seasonal_naive(known, then.shape[1])
        spread = dispersion(known)
        for week in range(0, then.shape[1], WEEK):
            days = slice(week, week + WEEK)
            seen = ~np.isnan(then[0, days])
            if not seen.any():
                continue
            mean = expected[:, days][:, seen].sum(axis=1)
            truth.append(then[:, days][:, seen].sum(axis=1))
            ours.append(mean)
            naive.append(last[:, days][:, seen].sum(axis=1))
            least, most = interval(mean, spread)
            low.append(least)
            high.append(most)
    if not truth:
        return Errors(0, *([float("nan")] * 5))
    real = np.concatenate(truth)
    gone, gone_naive = np.concatenate(ours) - real, np.concatenate(naive) - real
    inside = (real >= np.concatenate(low)) & (real <= np.concatenate(high))
    return Errors(
        len(real), float(np.abs(gone).mean()), float(np.abs(gone_naive).mean()),
        float(np.sqrt((gone**2).mean())), float(np.sqrt((gone_naive**2).mean())), float(inside.mean()),
    )  # fmt: skip


def dispersion(counts: Floats) -> float:
    """Return how many times the variance of weekly sums by area exceeds their mean (at least 1), around forecasts."""
    squares, means = 0.0, 0.0
    for at in _origins(counts, most=8):
        then = counts[:, at : at + WEEK]
        seen = ~np.isnan(then[0])
        mean = forecast(counts[:, :at], then.shape[1])[:, seen].sum(axis=1)
        squares += float(((then[:, seen].sum(axis=1) - mean) ** 2).sum())
        means += float(mean.sum())
    return max(1.0, squares / means) if means else 1.0


def interval(mean: Floats, spread: float, *, share: float = 0.9) -> tuple[Floats, Floats]:
    """Return the ends of the interval that holds ``share`` of the counts around ``mean`` (negative binomial)."""
    tails = (1 - share) / 2, (1 + share) / 2
    around = np.maximum(mean, 1e-9)
    if spread <= 1.0 + 1e-9:
        low, high = (stats.poisson.ppf(tail, around) for tail in tails)
    else:
        low, high = (stats.nbinom.ppf(tail, around / (spread - 1), 1 / spread) for tail in tails)
    return low, high


def _origins(counts: Floats, *, most: int) -> NDArray[np.intp]:
    """Return the last days, a week apart, before which enough is known and after which something is."""
    known = ~np.isnan(counts[0])
    so_far = np.cumsum(known)
    at = np.arange(counts.shape[1] - WEEK, 0, -WEEK)[::-1]
    fit = [day for day in at if so_far[day - 1] >= LEAST_DAYS and known[day : day + WEEK].any()]
    return np.array(fit[-most:], dtype=np.intp)


def _weekdays(counts: Floats) -> Floats:
    """Return the factor of each weekday, by position modulo 7; their mean is 1."""
    total = counts.sum(axis=0)
    days = np.arange(len(total))
    weight = 0.5 ** ((len(total) - 1 - days) / _WEEKDAYS) * ~np.isnan(total)
    usual = np.average(np.nan_to_num(total), weights=weight) if weight.any() else 1.0
    factor = np.ones(WEEK)
    for weekday in range(WEEK):
        own = days % WEEK == weekday
        expected = weight[own].sum() * usual
        factor[weekday] = (np.nansum((weight * total)[own]) + _FEW) / (expected + _FEW)
    factor /= factor.mean()
    return factor


def _smoothed(values: Floats, half_life: float) -> float:
    known = np.flatnonzero(~np.isnan(values))
    return float(np.average(values[known], weights=0.5 ** ((known[-1] - known) / half_life)))


def _shares(counts: Floats) -> Floats:
    days = np.flatnonzero(~np.isnan(counts[0]))
    known = counts[:, days]
    usual = known.sum(axis=1) + 0.5
    drawn = known @ 0.5 ** ((days[-1] - days) / _SHARES) + _PRIOR * usual / usual.mean()
    return np.asarray(drawn / drawn.sum(), dtype=np.float64)

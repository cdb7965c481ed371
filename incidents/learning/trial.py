"""A partition tried on incidents of the past: the load of each grid, its busiest hour, the ways in it. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from incidents.learning.rates import Floats

HOURS_OF_A_WEEK: Final = 168


@dataclass(frozen=True, slots=True)
class Load:
    """What a grid would have had: incidents, a week's mean, its busiest hour of the week and how many came then.

    ``way_m`` and ``way_p90_m`` say how far incidents lie from their middle, in a straight line: the mean, and what nine
    of ten do not exceed; None without any.
    """

    incidents: int
    per_week: float
    busiest_weekday: int | None
    busiest_hour: int | None
    busiest: int
    way_m: float | None
    way_p90_m: float | None


def hour_of_week(local: NDArray[np.datetime64]) -> NDArray[np.intp]:
    """Return the hour since Monday 00:00 of local moments."""
    hours = local.astype("datetime64[h]").astype("int64")
    return np.asarray((hours + 72) % HOURS_OF_A_WEEK, dtype=np.intp)  # 1970-01-01 was a Thursday


def loads(grid: NDArray[np.int32], count: int, xy: Floats, hour: NDArray[np.intp], weeks: float) -> list[Load]:
    """Return the load of each of ``count`` grids, given the grid, place (survey CRS) and hour of week of each incident.

    Incidents of no grid (-1) count nowhere.
    """
    order = np.argsort(grid, kind="stable")
    own = np.split(order, np.searchsorted(grid[order], np.arange(count + 1)))[1:-1]
    return [_load(xy[each], hour[each], weeks) for each in own]


def _load(xy: Floats, hour: NDArray[np.intp], weeks: float) -> Load:
    if not len(xy):
        return Load(0, 0.0, None, None, 0, None, None)
    times = np.bincount(hour, minlength=HOURS_OF_A_WEEK)
    busiest = int(times.argmax())
    ways = np.hypot(*(xy - np.median(xy, axis=0)).T)
    return Load(
        len(xy), round(len(xy) / weeks, 3), busiest // 24 + 1, busiest % 24, int(times[busiest]),
        round(float(ways.mean()), 1), round(float(np.quantile(ways, 0.9)), 1),
    )  # fmt: skip

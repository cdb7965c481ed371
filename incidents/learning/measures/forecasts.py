"""What is to come: the incidents of the next weeks, with the errors of such forecasts so far."""

from dataclasses import asdict

import numpy as np

from gisserver.common.errors import Invalid, Refused
from incidents.learning import forecasting
from incidents.learning.asked import Answer, Asked, Row, all_groups, grouped, local_time, measure, named
from incidents.learning.rates import Floats


@measure("forecast")
def forecasts(asked: Asked) -> Answer:
    """The incidents of the next weeks by grid, community, type or source, and the errors of such forecasts so far."""
    if asked.by not in ("grid", "community", "type", "source"):
        raise Invalid("bad_by", "Forecasts are by grid, community, type or source.")
    weeks = asked.options.get("weeks", 4)
    groups = grouped(asked, asked.events, asked.placed).astype(str)
    first = np.datetime64(local_time(asked.since), "D")
    days = (asked.events.local.astype("datetime64[D]") - first).astype("int64")
    names = sorted({*groups.tolist(), *all_groups(asked)} - {""})
    # The last day has not ended: it is not known yet.
    length = int((np.datetime64(local_time(asked.until), "D") - first).astype("int64"))
    table = np.zeros((len(names), length))
    at = {name: number for number, name in enumerate(names)}
    for name, day in zip(groups.tolist(), days.tolist(), strict=True):
        if name and day < length:
            table[at[name], day] += 1
    known = forecasting.with_missing_days(table)
    if not table.any() or (~np.isnan(known[0])).sum() < forecasting.LEAST_DAYS:
        raise Refused("too_little_known", "A forecast needs incidents of fourteen whole days.")
    return _forecast_rows(asked, names, known, weeks)


def _forecast_rows(asked: Asked, names: list[str], known: Floats, weeks: int) -> Answer:
    by_week = forecasting.forecast(known, weeks * forecasting.WEEK).reshape(len(names), weeks, -1).sum(axis=2)
    low, high = forecasting.interval(by_week, forecasting.dispersion(known))
    rows: list[Row] = [
        {
            "group": name, "week": week + 1, "expected": round(float(by_week[number, week]), 3),
            "low": int(low[number, week]), "high": int(high[number, week]),
        }
        for number, name in enumerate(names)
        for week in range(weeks)
    ]  # fmt: skip
    errors = {
        name: None if np.isnan(value) else round(value, 4)
        for name, value in asdict(forecasting.held_out_errors(known, ahead_weeks=weeks)).items()
    }
    return Answer(named(asked, rows), {"errors": errors, "days_known": int((~np.isnan(known[0])).sum())})

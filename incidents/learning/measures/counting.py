"""How many: counts and rates by group, beside an earlier span, and their trend."""

from collections import defaultdict
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import numpy as np

from incidents.learning.asked import Answer, Asked, Row, all_groups, grouped, local_time, measure, named
from incidents.learning.events import events_of
from incidents.learning.rates import change_p, false_discovery, rates
from incidents.learning.trend import trend

DAYS_OF_A_YEAR = 365.25


@measure("counts")
def counts(asked: Asked) -> Answer:
    """Incidents by group, of grids and communities per 1,000 households too; ``compare`` adds an earlier span."""
    groups = grouped(asked, asked.events, asked.placed)
    found: dict[str, Row] = {name: _count(name) for name in all_groups(asked)}
    for name, is_open in zip(groups.tolist(), asked.events.is_open.tolist(), strict=True):
        row = found.setdefault(name, _count(name))
        row["incidents"] += 1
        row["open"] += is_open
    rows = [found[name] for name in sorted(found)]
    if asked.by in ("grid", "community"):
        _add_rates(asked, rows)
    if asked.options.get("compare"):
        _add_comparison(asked, rows)
    return Answer(named(asked, rows), {"incidents": len(asked.events)})


def _count(name: str) -> Row:
    return {"group": name, "incidents": 0, "open": 0}


def _add_rates(asked: Asked, rows: list[Row]) -> None:
    homes: dict[str, float] = defaultdict(float)
    for grid, households in zip(asked.ground.rows, asked.ground.households.tolist(), strict=True):
        homes[grid.code if asked.by == "grid" else str(grid.community_id)] += households
    exposure = np.array([homes[row["group"]] if row["group"] else np.nan for row in rows])
    per_year = DAYS_OF_A_YEAR / 7 / asked.weeks
    columns = rates([row["incidents"] for row in rows], exposure)
    for row, of, rate, low, high in zip(rows, exposure, *columns, strict=True):
        row["households"] = None if np.isnan(of) else int(of)
        for name, value in (("per_1000_a_year", rate), ("low", low), ("high", high)):
            row[name] = None if np.isnan(value) else round(float(value * per_year), 3)


def _add_comparison(asked: Asked, rows: list[Row]) -> None:
    """Add how many there were in the span before this one, or the same a year before, and what chance explains."""
    back = timedelta(days=364) if asked.options["compare"] == "year" else asked.until - asked.since
    events = events_of(asked.communities, asked.since - back, asked.until - back)
    names, times = np.unique(grouped(asked, events, asked.ground.place(events)).astype(str), return_counts=True)
    then = dict(zip(names.tolist(), times.tolist(), strict=True))
    before = [then.get(row["group"], 0) for row in rows]
    p = change_p(before, [row["incidents"] for row in rows])
    for row, was, chance, rate in zip(rows, before, p, false_discovery(p), strict=True):
        row |= {"before": was, "p": round(float(chance), 6), "q": round(float(rate), 6)}


@measure("trend")
def trend_of(asked: Asked) -> Answer:
    """Counts by week or month, what the trend and the seasons expect, and the change in a year."""
    by = asked if asked.by in ("week", "month") else replace(asked, by="month")
    names = grouped(by, by.events, by.placed).astype(str)
    begins, seconds = _spans(by)
    position = {name: at for at, name in enumerate(begins)}
    seen = np.zeros(len(begins))
    np.add.at(seen, [position[name] for name in names.tolist()], 1)
    middle = np.cumsum(seconds) - seconds / 2
    found = trend(seen, middle / (DAYS_OF_A_YEAR * 86_400), seconds)
    expected = found.expected.round(2).tolist() if found else [None] * len(begins)
    rows = [
        {"group": name, "incidents": int(count), "days": round(float(span) / 86_400, 2), "expected": mean}
        for name, count, span, mean in zip(begins, seen, seconds, expected, strict=True)
    ]
    if found is None:
        return Answer(rows, {"trend": None})
    told = {name: round(value, 4) for name, value in asdict(found).items() if name in ("per_year", "low", "high", "p")}
    return Answer(rows, {"trend": {**told, "seasonal": found.seasonal}})


def _spans(asked: Asked) -> tuple[list[str], Any]:
    """Return the weeks or months of the span, as they are named, and how many seconds of each lie in it."""
    first, last = (np.datetime64(local_time(moment), "us") for moment in (asked.since, asked.until))
    if asked.by == "month":
        begins = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
        edges = np.append(begins, begins[-1] + 1).astype("datetime64[us]")
    else:
        monday = first.astype("datetime64[D]") - (first.astype("datetime64[D]").astype("int64") + 3) % 7
        begins = np.arange(monday, last.astype("datetime64[D]") + 1, 7)
        edges = np.append(begins, begins[-1] + 7).astype("datetime64[us]")
    inside = np.minimum(edges[1:], last) - np.maximum(edges[:-1], first)
    seconds = inside.astype("int64") / 1e6
    keep = seconds > 0
    return begins[keep].astype(str).tolist(), seconds[keep]

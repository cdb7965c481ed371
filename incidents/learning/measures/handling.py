"""How it is handled: time to resolve, busy hours, the load of officers."""

from dataclasses import replace

import numpy as np

from grids.who_serves import serving
from incidents.learning.asked import Answer, Asked, Row, grouped, measure, named
from incidents.learning.rates import shares_within


@measure("response")
def response(asked: Asked) -> Answer:
    """How long it took to resolve, by group, and the share resolved within the hours of ``within``."""
    groups = grouped(asked, asked.events, asked.placed)
    within = asked.options.get("within", (24.0, 72.0, 168.0))
    rows = []
    for name in sorted(set(groups.tolist())):
        own = groups == name
        told = shares_within(asked.events.hours[own], within)
        rows.append({"group": name, "incidents": int(own.sum()), "open": int(asked.events.is_open[own].sum()), **told})
    return Answer(named(asked, rows))


@measure("hours")
def busy_hours(asked: Asked) -> Answer:
    """Incidents by weekday (1 Monday … 7) and hour of local time, the busiest first."""
    hour = grouped(replace(asked, by="hour"), asked.events, asked.placed).astype(str)
    weekday = grouped(replace(asked, by="weekday"), asked.events, asked.placed).astype(str)
    times = np.zeros((7, 24), dtype=np.int64)
    np.add.at(times, (weekday.astype(np.intp) - 1, hour.astype(np.intp)), 1)
    rows = [
        {
            "weekday": day + 1,
            "hour": hour,
            "incidents": int(times[day, hour]),
            "per_week": round(times[day, hour] / asked.weeks, 3),
        }
        for day in range(7)
        for hour in range(24)
    ]
    return Answer(sorted(rows, key=lambda row: (-row["incidents"], row["weekday"], row["hour"])))


@measure("officers")
def officer_load(asked: Asked) -> Answer:
    """What each officer's grids (as of ``at``) brought; a shared grid counts in full for each who serves it."""
    rows = asked.ground.rows
    times = np.bincount(asked.placed[asked.placed >= 0], minlength=len(rows))
    opened = np.bincount(asked.placed[(asked.placed >= 0) & asked.events.is_open], minlength=len(rows))
    found: dict[tuple[str, int, str], Row] = {}
    served = serving([row.grid_id for row in rows], asked.at)
    for row, count, still in zip(rows, times.tolist(), opened.tolist(), strict=True):
        for each in served.get(row.grid_id, ()):
            load = found.setdefault(
                (each.role, each.officer_id, each.name),
                {"officer": each.name, "staff_number": each.staff_number, "team": each.team or "", "role": each.role,
                 "grids": 0, "incidents": 0, "open": 0},
            )  # fmt: skip
            load["grids"] += 1
            load["incidents"] += count
            load["open"] += still
    for load in found.values():
        load["per_week"] = round(load["incidents"] / asked.weeks, 3)
    return Answer(sorted(found.values(), key=lambda load: (-load["incidents"], load["officer"])))

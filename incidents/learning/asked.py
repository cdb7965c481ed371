"""What is asked of the incidents of a span, and the rows that answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from grids.models import DivisionVersion
from incidents.learning.events import Events, Ground, communities_of, events_of

LONGEST = timedelta(days=3660)
GROUPS = ("grid", "community", "type", "source", "month", "week", "weekday", "hour")
Row = dict[str, Any]


def refuse_no_span(since: datetime, until: datetime) -> None:
    """Raise Invalid for a span that is none, or too long."""
    if not timedelta(0) < until - since <= LONGEST:
        raise Invalid("bad_span", "since lies before until, at most ten years.")


@dataclass(frozen=True)
class Asked:
    """Who asks, of which span and division, on the grids of which day (None: now), by which groups.

    ``options`` are those of one measure, already read by the door.
    """

    user: Viewer
    since: datetime
    until: datetime
    at: datetime | None = None
    area: str = ""
    by: str = "grid"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse groups that there are not."""
        if self.by not in GROUPS:
            raise Invalid("bad_by", Sentence("by must be one of {values}.", values=", ".join(GROUPS)))

    @cached_property
    def communities(self) -> set[int] | None:
        """The ids of the communities that are asked about, None for all."""
        return communities_of(self.user, self.area)

    @cached_property
    def ground(self) -> Ground:
        """The grids of the day."""
        return Ground.of(self.user, self.communities, self.at)

    @cached_property
    def events(self) -> Events:
        """The incidents of the span."""
        return events_of(self.communities, self.since, self.until)

    @cached_property
    def placed(self) -> NDArray[np.int32]:
        """The position in the ground of each incident's grid, -1 for none."""
        return self.ground.place(self.events)

    @property
    def weeks(self) -> float:
        """How long the span is."""
        return (self.until - self.since) / timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that answer, and what is true of all of them."""

    rows: Sequence[Row]
    about: Mapping[str, Any] = field(default_factory=dict)


Measure = Callable[[Asked], Answer]
MEASURES: dict[str, Measure] = {}


def measure(name: str) -> Callable[[Measure], Measure]:
    """Have what is decorated answer for the measure ``name``."""

    def known(answer: Measure) -> Measure:
        MEASURES[name] = answer
        return answer

    return known


def grouped(asked: Asked, events: Events, placed: NDArray[np.int32]) -> NDArray[np.object_]:
    """Return for each incident the name of its group; "" for none."""
    if asked.by in ("grid", "community"):
        rows = asked.ground.rows
        names = [row.code if asked.by == "grid" else str(row.community_id) for row in rows]
        return np.array([*names, ""], dtype=object)[placed]
    if asked.by in ("type", "source"):
        return events.types if asked.by == "type" else events.sources
    return _by_time(asked.by, events.local)


def _by_time(by: str, local: NDArray[np.datetime64]) -> NDArray[np.object_]:
    if by == "month":
        return local.astype("datetime64[M]").astype(str).astype(object)
    days = local.astype("datetime64[D]")
    weekday = (days.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    if by == "week":
        return np.asarray((days - weekday).astype(str), dtype=object)
    if by == "weekday":
        return (weekday + 1).astype(str).astype(object)
    hours = (local - days).astype("int64") // 3600
    return np.array([f"{hour:02d}" for hour in hours.tolist()], dtype=object)


def all_groups(asked: Asked) -> list[str]:
    """Return the groups that are shown even without an incident."""
    if asked.by == "grid":
        return [row.code for row in asked.ground.rows]
    return sorted({str(row.community_id) for row in asked.ground.rows}) if asked.by == "community" else []


def named(asked: Asked, rows: list[Row]) -> list[Row]:
    """Return rows with the group's name, and communities by their code."""
    if asked.by == "grid":
        names = {row.code: row.name for row in asked.ground.rows}
        return [{"group": row["group"], "name": names.get(row["group"], ""), **row} for row in rows]
    if asked.by != "community":
        return rows
    ids = [int(row["group"]) for row in rows if row["group"]]
    versions = DivisionVersion.objects.filter(division_id__in=ids)
    # One that is not there on the day is told as it was last.
    told_last = [*versions.order_by("valid"), *versions.at(asked.at)]
    known = {str(version.division_id): (version.code, version.name) for version in told_last}
    told = [(known.get(row["group"], ("", "")), row) for row in rows]
    return [{**row, "group": code, "name": name} for (code, name), row in told]


def local_time(moment: datetime) -> datetime:
    """Return a moment in local time, without its offset."""
    return timezone.localtime(moment).replace(tzinfo=None)

"""The parameter ``datetime``: instants, dates and intervals of RFC 3339, with open ends and durations."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from gisserver.common import dates, moments
from gisserver.common.errors import Invalid

_OPEN = {"", ".."}
# QGIS writes an open beginning as a moment of this year, which neither Python's calendar nor PostgreSQL's has.
_YEAR_ZERO = "0000-"
_DURATION = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of time; None is an open end. An instant has ``start == end``."""

    start: datetime | None
    end: datetime | None

    @property
    def is_instant(self) -> bool:
        """Whether the interval is one moment."""
        return self.start is not None and self.start == self.end


def parse_interval(text: str) -> Interval:
    """Read the value of ``datetime``: ``T``, ``T1/T2``, ``../T``, ``T/..``, ``T/P2D`` or ``P2D/T``.

    A date is its whole day, from its first moment to its last. Raises Invalid ``bad_datetime``.
    """
    try:
        return _interval(*text.partition("/"))
    except Invalid as refusal:
        raise Invalid("bad_datetime", refusal.detail, parameter="datetime") from None


def bounds(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment that ``text`` covers: a date its whole day, a moment itself.

    Raises Invalid.
    """
    if dates.is_date(text):
        return moments.day_bounds(dates.parse_date(text))
    return (moments.parse_moment(text),) * 2


def _interval(first: str, slash: str, second: str) -> Interval:
    if not slash:
        return Interval(*bounds(first))
    if first in _OPEN and second in _OPEN:
        raise Invalid("bad_datetime", "An interval needs a beginning or an end.")
    if second.startswith("P"):
        return Interval(bounds(first)[0], _shifted(dates.as_written(first), second, 1))
    if first.startswith("P"):
        return Interval(_shifted(_last(second), first, -1), bounds(second)[1])
    interval = Interval(_end(first, 0), _end(second, 1))
    if interval.start and interval.end and interval.start > interval.end:
        raise Invalid("bad_datetime", "The interval ends before it begins.")
    return interval


def _end(text: str, side: int) -> datetime | None:
    return None if text in _OPEN or (side == 0 and text.startswith(_YEAR_ZERO)) else bounds(text)[side]


def _last(text: str) -> datetime:
    """Return the moment as it is written, of a date the last of its day."""
    written = dates.as_written(text)
    return datetime.combine(written, time.max) if dates.is_date(text) else written


def _shifted(written: datetime, duration: str, sign: int) -> datetime:
    """Return a moment moved by ``duration``: years to days by the calendar and clock of its own offset."""
    match = _DURATION.fullmatch(duration)
    if match is None or duration.endswith(("P", "T")):
        raise Invalid("bad_datetime", "A duration must look like P2D or PT6H.")
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    try:
        ordinal = written.year * 12 + written.month - 1 + sign * int(years * 12 + months)
        year, month = ordinal // 12, ordinal % 12 + 1
        moved = written.replace(year=year, month=month, day=min(written.day, monthrange(year, month)[1]))
        moved += sign * timedelta(weeks=weeks, days=days)
        return moments.in_utc(moved) + sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        raise Invalid("bad_datetime", "The duration leads out of the calendar.") from None

"""The parameter ``datetime``: instants, dates and intervals of RFC 3339, with open ends and durations."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gisserver.common.errors import Invalid

_OPEN = {"", ".."}
# QGIS writes an open end as year 0000 or 9999; PostgreSQL refuses the first, so both are read as open.
_OPEN_YEARS = ("0000-", "9999-12-31")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
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


def parse_instant(text: str) -> datetime:
    """Read one RFC 3339 moment (a date is its first moment; without an offset it is UTC). Raises Invalid."""
    return _bounds(text)[0]


def parse_interval(text: str) -> Interval:
    """Read the value of ``datetime``: ``T``, ``T1/T2``, ``../T``, ``T/..``, ``T/P2D`` or ``P2D/T``.

    Raises Invalid.
    """
    first, slash, second = text.partition("/")
    if not slash:
        return Interval(*_bounds(first))
    if first in _OPEN and second in _OPEN:
        raise Invalid("bad_datetime", "An interval needs a beginning or an end.")
    if second.startswith("P"):
        start = parse_instant(first)
        return Interval(start, _shifted(start, second, 1))
    if first.startswith("P"):
        end = _bounds(second)[1]
        return Interval(_shifted(end, first, -1), end)
    interval = Interval(_end(first, 0), _end(second, 1))
    if interval.start and interval.end and interval.start > interval.end:
        raise Invalid("bad_datetime", "The interval ends before it begins.")
    return interval


def _end(text: str, side: int) -> datetime | None:
    return None if text in _OPEN or text.startswith(_OPEN_YEARS) else _bounds(text)[side]


def _bounds(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment that ``text`` covers: a date covers its whole day (UTC)."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return (datetime.combine(day, time.min, UTC), datetime.combine(day, time.max, UTC))
        # A "+" in a query string arrives as a space when the client forgot to encode it.
        moment = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (moment.astimezone(UTC),) * 2
    except (ValueError, OverflowError):
        raise Invalid("bad_datetime", "A time must look like 2026-03-01T08:00:00Z or 2026-03-01.") from None


def _shifted(moment: datetime, duration: str, sign: int) -> datetime:
    match = _DURATION.fullmatch(duration)
    if match is None or duration in {"P", "PT"}:
        raise Invalid("bad_datetime", "A duration must look like P2D or PT6H.")
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    try:
        ordinal = moment.year * 12 + moment.month - 1 + sign * int(years * 12 + months)
        year, month = ordinal // 12, ordinal % 12 + 1
        moved = moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
        return moved + sign * timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (ValueError, OverflowError):
        raise Invalid("bad_datetime", "The duration leads out of the calendar.") from None

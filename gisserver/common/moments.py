"""Moments as text: the one parser.

The forms are those of RFC 3339: a date, or a date and a time; seconds and offset may be left out. One rule: a moment
without an offset is local, in ``TIME_ZONE``, and a date against a moment means its whole day there.
"""

from datetime import UTC, date, datetime, time

from django.utils import timezone

from gisserver.common.dates import as_written
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence


def parse_moment(text: str) -> datetime:
    """Return the moment that ``text`` says, in UTC. Raises Invalid ``bad_time``."""
    return in_utc(as_written(text))


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, a naive one read in ``TIME_ZONE``. Raises Invalid ``bad_time``.

    Of a local time that comes twice the first is meant; one that is left out counts from before the gap (RFC 5545,
    3.3.5).
    """
    try:
        return _zoned(moment).astimezone(UTC)  # PostgreSQL takes no offset of 16 hours or more
    except OverflowError:
        raise Invalid("bad_time", Sentence("{moment} lies outside the calendar.", moment=moment.isoformat())) from None


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first and the last moment of ``day`` in ``TIME_ZONE``, in UTC, cut at the calendar's ends."""
    first, last = datetime.combine(day, time.min), datetime.combine(day, time.max.replace(fold=1))
    return _cut(first), _cut(last)


def day_of(moment: datetime) -> date:
    """Return the date that an aware moment has in ``TIME_ZONE``."""
    try:
        return moment.astimezone(timezone.get_default_timezone()).date()
    except OverflowError:
        return moment.date()


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.get_default_timezone()) if timezone.is_naive(moment) else moment


def _cut(local: datetime) -> datetime:
    try:
        return _zoned(local).astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC, fold=0)

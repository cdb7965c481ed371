"""Moments as text: the one parser, and the calendar in which moments are recorded.

The forms are those of RFC 3339: a date, or a date and a time; seconds and offset may be left out. One rule: a moment
without an offset is local, in ``TIME_ZONE``, and a date against a moment means its whole day there.
"""

import re
from datetime import UTC, date, datetime, time

from django.utils import timezone

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# What a record may say of when it held or happened; constraints of the database hold each table to it.
FLOOR = datetime(1900, 1, 1, tzinfo=UTC)
CEILING = datetime(2200, 1, 1, tzinfo=UTC)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# In a query string the plus of an offset arrives as a space.
_MOMENT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<hour>[0-9]{2}:[0-9]{2})"
    r"(?P<second>:[0-9]{2})?(?P<fraction>\.[0-9]{1,9})?(?P<offset>[Zz]|[+\- ][0-9]{2}:[0-9]{2})?"
)


def is_date(text: str) -> bool:
    """Tell whether ``text`` has the form of a date alone."""
    return _DATE.fullmatch(text) is not None


def parse_date(text: str) -> date:
    """Return the date that ``text`` says. Raises Invalid ``bad_time``."""
    try:
        return date.fromisoformat(text if is_date(text) else "")
    except ValueError:
        raise _unreadable(text, "2026-03-01") from None


def as_written(text: str) -> datetime:
    """Return the moment as ``text`` says it: with its own offset, naive without one. Raises Invalid ``bad_time``.

    A date is its first moment. Digits beyond the microsecond are left out.
    """
    if is_date(text):
        return datetime.combine(parse_date(text), time.min)
    match = _MOMENT.fullmatch(text)
    if match is None or (match["fraction"] and not match["second"]):
        raise _unreadable(text)
    offset = (match["offset"] or "").upper().replace(" ", "+").replace("Z", "+00:00")
    seconds = (match["second"] or ":00") + (match["fraction"] or "")[:7]
    try:
        return datetime.fromisoformat(f"{match['date']}T{match['hour']}{seconds}{offset}")
    except ValueError:
        raise _unreadable(text) from None


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


def recordable(moment: datetime) -> datetime:
    """Return ``moment`` when a record may hold it. Raises Invalid ``bad_time`` outside FLOOR and CEILING."""
    if FLOOR <= moment <= CEILING:
        return moment
    detail = Sentence(
        "{moment} is no moment of a record: those lie from {first} to {last}.",
        moment=moment.isoformat(),
        first=FLOOR.year,
        last=CEILING.year - 1,
    )
    raise Invalid("bad_time", detail)


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.get_default_timezone()) if timezone.is_naive(moment) else moment


def _cut(local: datetime) -> datetime:
    try:
        return _zoned(local).astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC, fold=0)


def _unreadable(text: str, example: str = "2026-03-01T08:00:00+08:00 or 2026-03-01") -> Invalid:
    return Invalid(
        "bad_time", Sentence("Not a time: {text!r}. Write it like {example}.", text=text[:40], example=example)
    )

"""Dates and moments as RFC 3339 writes them, and the calendar in which they are recorded. Pure."""

import re
from datetime import UTC, date, datetime, time

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


def _unreadable(text: str, example: str = "2026-03-01T08:00:00+08:00 or 2026-03-01") -> Invalid:
    return Invalid(
        "bad_time", Sentence("Not a time: {text!r}. Write it like {example}.", text=text[:40], example=example)
    )

"""Moments as a file writes them: unmistakable forms by themselves, others only in the form that is declared."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gisserver.common.dates import as_written, recordable
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# The year first: 2012-03-01T14:05Z, 2012/3/1 14:05:00+00, 2012年3月1日 14:05, 2012-03-01 14:05:00 UTC.
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<s>[-/.年])(?P<month>\d{1,2})(?:(?<=[-/.\d])(?P=s)|月)(?P<day>\d{1,2})日?"
    r"(?:(?:[Tt]|\s+|(?<=日))(?P<hour>\d{1,2})[:时点](?P<minute>\d{2})分?"
    r"(?::?(?P<second>\d{2})秒?(?P<fraction>\.\d{1,9})?)?"
    r"\s*(?P<offset>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_EXCEL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 -- a sheet has no zone
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?", re.ASCII)
# Forms that are plain numbers, and from which number on to which; no number stands for two of them.
_RANGES = {"excel": (1, 110_000), "epoch": (110_000, 7.3e9), "epoch-ms": (1e10, 7.3e12)}
NAMED_FORMATS = tuple(_RANGES)
HELP = "excel (days since 1899-12-30), epoch, epoch-ms, or a pattern of strptime such as '%%m/%%d/%%Y %%I:%%M:%%S %%p'"


class Moments:
    """Reads moments in the forms that are declared; ``doubtful`` counts local times that came twice or never."""

    def __init__(self, formats: Sequence[str] = (), *, zone: str, option: str = "--time-format") -> None:
        """``option`` is how forms are declared here. Raises Invalid ``bad_time_format``, ``bad_time_zone``."""
        self._option = option
        for each in formats:
            _check(each, option)
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            detail = Sentence("There is no time zone {zone!r}: write it like Asia/Shanghai.", zone=zone)
            raise Invalid("bad_time_zone", detail) from error
        self._formats = tuple(formats)
        self.doubtful = 0

    def read(self, text: str) -> datetime:
        """Return the moment that ``text`` says; without an offset it is local.

        Raises Invalid ``bad_time`` for what has no declared form, means two things in two of them, or is outside the
        calendar of records.
        """
        found = _year_first(text)
        meant = [found] if found is not None else [moment for each in self._formats if (moment := _as(each, text))]
        moments = {self._in_zone(moment) for moment in meant}
        if len(moments) != 1:
            raise Invalid("bad_time", _why_not(text, self._option, several=bool(moments)))
        return recordable(moments.pop())

    def _in_zone(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            local = moment.replace(tzinfo=self._zone)
            self.doubtful += local.utcoffset() != local.replace(fold=1).utcoffset()
            moment = local
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)


def _year_first(text: str) -> datetime | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return None
    fields = match.groupdict(default="")
    rebuilt = f"{fields['year']}-{fields['month']:0>2}-{fields['day']:0>2}"
    if fields["hour"]:
        seconds = f":{fields['second']}{fields['fraction']}" if fields["second"] else ""
        rebuilt += f"T{fields['hour']:0>2}:{fields['minute']}{seconds}{_offset(fields['offset'])}"
    try:
        return as_written(rebuilt)
    except Invalid:
        return None


def _offset(text: str) -> str:
    if text in {"Z", "z", "UTC", "GMT"}:
        return "Z"
    digits = text[1:].replace(":", "")
    return f"{text[0]}{digits[:2]}:{digits[2:] or '00'}" if text else ""


def _as(form: str, text: str) -> datetime | None:
    """Return what ``text`` says in one declared form, or None."""
    if form not in NAMED_FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 -- the zone is declared beside
        except ValueError:
            return None
    number = float(text) if _NUMBER.fullmatch(text) else 0.0
    low, high = _RANGES[form]
    if not low <= number < high:
        return None
    if form == "excel":
        return _EXCEL_DAY_0 + timedelta(seconds=round(number * 86_400))
    return _EPOCH + (timedelta(milliseconds=number) if form == "epoch-ms" else timedelta(seconds=number))


def _check(form: str, option: str) -> None:
    """Raise Invalid ``bad_time_format`` for a pattern that does not say a whole date, or whose zone nobody knows."""
    if form in NAMED_FORMATS:
        return
    one, other = datetime(2001, 2, 3), datetime(2012, 11, 24)  # noqa: DTZ001 -- dates only
    try:
        whole = all(datetime.strptime(day.strftime(form), form).date() == day.date() for day in (one, other))  # noqa: DTZ007
    except (ValueError, re.error):
        whole = False
    if not whole or "%Z" in form:
        raise Invalid(
            "bad_time_format",
            Sentence(
                "{option} {form!r} names no date: it is one of {named_formats}, or a pattern such as %m/%d/%Y "
                "%H:%M. Offsets are %z; names of zones (%Z) are not read: say --time-zone.",
                option=option,
                form=form,
                named_formats=", ".join(NAMED_FORMATS),
            ),
        )


def _why_not(text: str, option: str, *, several: bool) -> Sentence:
    if several:
        return Sentence(
            "{text!r} means different times in two of the declared forms: declare one of them.", text=text[:40]
        )
    return Sentence(
        "Not a time that says its own form: {text!r}. Declare the form with {option}: {forms}.",
        text=text[:40],
        option=option,
        forms=HELP.replace("%%", "%"),
    )

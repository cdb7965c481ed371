"""Shifts: the hours of a week in which a post is served, as minutes since Monday 00:00 local time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

DAY = 24 * 60
WEEK = 7 * DAY
# Half-open spans of minutes of the week, in order, that neither overlap nor touch.
Hours = tuple[tuple[int, int], ...]
ALWAYS: Hours = ((0, WEEK),)


@dataclass(frozen=True, slots=True)
class Shift:
    """On these ``days`` (1 Monday … 7 Sunday) from ``begins`` until ``ends``, minutes of the day.

    One that ends when or before it begins ends on the next day: 00:00 until 00:00 is a whole day.
    """

    days: tuple[int, ...]
    begins: int
    ends: int


def hours_of(shifts: Iterable[Shift]) -> Hours:
    """Return the hours of the week that shifts cover; `ALWAYS` without any."""
    spans = [span for shift in shifts for day in shift.days for span in _spans(shift, day)]
    return _joined(spans) if spans else ALWAYS


def _spans(shift: Shift, day: int) -> list[tuple[int, int]]:
    begin = (day - 1) * DAY + shift.begins
    end = (day - 1) * DAY + shift.ends + (0 if shift.ends > shift.begins else DAY)
    return [(begin, end)] if end <= WEEK else [(begin, WEEK), (0, end - WEEK)]


def _joined(spans: Iterable[tuple[int, int]]) -> Hours:
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def shifts_of(hours: Hours) -> list[Shift]:
    """Return shifts that cover ``hours``, none for `ALWAYS`; days of the same times together."""
    if hours == ALWAYS:
        return []
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for begin, end in _split_at_midnight(_over_the_weekend(hours)):
        days[begin % DAY, end % DAY].append(begin // DAY + 1)
    return [Shift(tuple(sorted(on)), begin, end) for (begin, end), on in sorted(days.items())]


def _over_the_weekend(hours: Hours) -> Sequence[tuple[int, int]]:
    """Join what ends with the week to what begins with it."""
    (first, *_), last = hours, hours[-1]
    if len(hours) > 1 and first[0] == 0 and last[1] == WEEK:
        return [*hours[1:-1], (last[0], WEEK + first[1])]
    return hours


def _split_at_midnight(spans: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield spans of at most a day, each within the week: longer ones are cut at midnight."""
    for begin, end in spans:
        while end - begin > DAY:
            midnight = (begin // DAY + 1) * DAY
            yield begin % WEEK, begin % WEEK + midnight - begin
            begin = midnight
        yield begin % WEEK, begin % WEEK + end - begin


def on_duty(hours: Hours, local: datetime) -> bool:
    """Say whether ``local``, a moment in local time, lies in ``hours``."""
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    return any(begin <= minute < end for begin, end in hours)

"""What news does to what is known of one household: late news goes into the middle, nothing else moves. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple


class Words(NamedTuple):
    """What is said of a household for a period, as the columns of `HouseholdWords`."""

    unit_id: int
    head_name: str = ""
    phone: str = ""
    residents: int = 1
    registered: bool = False
    children: int | None = None
    elderly: int | None = None
    floating: int | None = None
    source: str = ""
    source_ref: str = ""
    twin: int = 1


@dataclass(frozen=True, slots=True)
class Period:
    """``words`` hold from ``since`` to ``until`` (None: no end); ``row`` stores that (None: none does yet)."""

    row: int | None
    words: Words
    since: datetime
    until: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Say whether it holds at ``moment``."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class News:
    """From ``since`` on ``words`` hold (None: the household lives nowhere), at most to ``until``."""

    since: datetime
    words: Words | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What to store: ``row`` (None: a new one) says ``words`` from ``since`` to ``until``; ``words`` None: never."""

    row: int | None
    words: Words | None
    since: datetime | None = None
    until: datetime | None = None


def held_at(periods: Sequence[Period], moment: datetime) -> Period | None:
    """Return the period that covers ``moment``."""
    return next((period for period in periods if period.covers(moment)), None)


def told(periods: Sequence[Period], news: News) -> list[Period]:
    """Return the periods, in order, after the news, which holds to the next thing that is known.

    That is the end of what held at its moment, else the beginning of what comes after. Equal neighbours become one.
    """
    if not periods:
        return [] if news.words is None else [Period(None, news.words, news.since, news.until)]
    held = held_at(periods, news.since)
    later = min((p.since for p in periods if p.since > news.since), default=None)
    until = _earlier(held.until if held else later, news.until)
    after: list[Period] = []
    for period in periods:
        if period is not held:
            after.append(period)
            continue
        if period.since < news.since:
            after.append(replace(period, until=news.since))
        if until is not None and (period.until is None or until < period.until):
            after.append(replace(period, row=None, since=until))
    if news.words is not None:
        after.append(Period(None, news.words, news.since, until))
    return _joined(sorted(after, key=lambda period: period.since))


def edits(before: Sequence[Period], after: Sequence[Period]) -> list[Edit]:
    """Return what to store so that ``before`` becomes ``after``; each row that can go on is kept."""
    left = {period.row: period for period in before}
    placed: list[tuple[int | None, Period]] = []
    for period in after:
        row = period.row if period.row in left else _of_equal_words(left, period)
        if row is not None:
            known = left.pop(row)
            if replace(period, row=row) == known:
                continue
        placed.append((row, period))
    spare = iter(left)
    changes = [
        Edit(next(spare, None) if row is None else row, period.words, period.since, period.until)
        for row, period in placed
    ]
    used = {edit.row for edit in changes}
    return changes + [Edit(row, None) for row in left if row not in used]


def _of_equal_words(left: dict[int | None, Period], period: Period) -> int | None:
    return next((row for row, known in left.items() if known.words == period.words), None)


def _joined(periods: Sequence[Period]) -> list[Period]:
    joined: list[Period] = []
    for period in periods:
        last = joined[-1] if joined else None
        if last is not None and last.until == period.since and last.words == period.words:
            joined[-1] = replace(last, row=last.row if last.row is not None else period.row, until=period.until)
        else:
            joined.append(period)
    return joined


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)

"""Writing what an event tells of households: what was said before stays, with the time while it was believed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from buildings.households.timeline import Edit, News, Period, Words, edits, held_at, told
from buildings.models import LifecycleEvent, Role, Unit
from gisserver.common.db import sql
from gisserver.common.errors import Conflict

SQL = Path(__file__).parent / "sql"
NAMED = SQL / "named.sql"
_BATCH = 5000
# What the effects of an event tell of a change.
_TOLD = Words._fields[:8]


def locked_periods(
    identities: Collection[int] = (),
    *,
    source: str = "",
    references: Collection[str] = (),
    units: Collection[int] = (),
) -> dict[int, list[Period]]:
    """Lock households until the commit and return what is believed of each, by identity and in the order of time.

    They are told by ``identities``, by the ``references`` of a ``source``, or by the ``units`` that they ever lived in.
    Whoever also locks buildings does that before.
    """
    found: dict[int, list[Period]] = defaultdict(list)
    told_by: dict[str, Any] = {"identities": list(identities), "references": list(references), "units": list(units)}
    sql.tuples(SQL / "lock.sql", tables=NAMED, source=source, **told_by)
    rows = sql.tuples(SQL / "locked_periods.sql", tables=NAMED, source=source, **told_by)
    for identity, row, begins, ends, *words in rows:
        found[identity].append(Period(row, Words(*words), begins, ends))
    for periods in found.values():
        periods.sort(key=lambda period: period.since)
    return found


def lock(identities: Collection[int]) -> None:
    """Lock households until the commit, and wait for who else changes them."""
    sql.tuples(SQL / "lock.sql", tables=NAMED, identities=list(identities), source="", references=[], units=[])


@dataclass(frozen=True, slots=True)
class Change:
    """News of one household: ``identity`` None for one that nobody knew; ``before`` is what was believed."""

    identity: int | None
    before: Sequence[Period]
    news: News

    @property
    def role(self) -> Role:
        """What the news does to the household at its moment."""
        if self.news.words is None:
            return Role.ENDED
        return Role.BEGUN if held_at(self.before, self.news.since) is None else Role.CHANGED


def write(event: LifecycleEvent, changes: Sequence[Change], buildings: Mapping[int, int] | None = None) -> list[int]:
    """Store the changes, with one effect of the event for each; return the identities, one for each change.

    Each household is in one change. ``buildings`` tells of each unit the building; without it, it is read. The caller
    has locked the households' rows.
    """
    where = buildings if buildings is not None else _buildings_of(changes)
    reworded: list[Edit] = []
    begun: list[tuple[int, Edit]] = []
    for number, change in enumerate(changes):
        for edit in edits(change.before, told(change.before, change.news)):
            if edit.row is not None:
                reworded.append(edit)
            else:
                begun.append((number, edit))
    drawn = [row["id"] for row in sql.rows(SQL / "draw_ids.sql", count=len(begun))] if begun else []
    new = {number: pk for (number, _), pk in zip(begun, drawn, strict=True)}
    identities = [new[n] if change.identity is None else change.identity for n, change in enumerate(changes)]
    # What makes room is written before what needs it: the exclusions wait for the end anyway.
    _store("reword.sql", event, map(_said, reworded))
    rows = zip(begun, drawn, strict=True)
    _store("begin.sql", event, (_said(edit) | {"row": pk, "identity": identities[n]} for (n, edit), pk in rows))
    _note(event, zip(identities, changes, strict=True), where)
    return identities


def take_back(event: LifecycleEvent, revert: LifecycleEvent) -> None:
    """Believe again what was believed of households before ``event``; ``revert`` bears the effects.

    The caller has locked them and seen that no later event touched them. Raises Conflict ``later_events`` for what
    changed without an event of theirs.
    """
    changed = sql.rows(SQL / "changed_since.sql", event=event.pk, recorded=event.recorded_at)
    if changed:
        raise Conflict(
            "later_events",
            "Households of this event changed later with their homes, or were edited; change them by events of theirs.",
            households=[row["household"] for row in changed],
        )
    sql.run(SQL / "take_back.sql", event=event.pk, revert=revert.pk, known=revert.recorded_at)


def _store(statement: str, event: LifecycleEvent, edits: Iterator[Mapping[str, Any]]) -> None:
    """Let rows say what the edits say, in one statement for each `_BATCH`."""
    while batch := list(islice(edits, _BATCH)):
        text = orjson.dumps(batch).decode()
        sql.run(SQL / statement, event=event.pk, known=event.recorded_at, edits=text)


def _said(edit: Edit) -> dict[str, Any]:
    """Return an edit as the statements read it; of a row that was never valid the words stay."""
    words = {} if edit.words is None else edit.words._asdict()
    return {"row": edit.row, "since": edit.since, "until": edit.until, **words}


def _buildings_of(changes: Sequence[Change]) -> Mapping[int, int]:
    units = {period.words.unit_id for change in changes for period in change.before}
    units |= {change.news.words.unit_id for change in changes if change.news.words is not None}
    return dict(Unit.objects.filter(pk__in=units).values_list("pk", "building_id"))


def _note(event: LifecycleEvent, changes: Iterable[tuple[int, Change]], where: Mapping[int, int]) -> None:
    effects = (effect for identity, change in changes for effect in _effects(identity, change, where))
    while batch := list(islice(effects, _BATCH)):
        sql.run(SQL / "note.sql", event=event.pk, effects=orjson.dumps(batch).decode())


def _effects(identity: int, change: Change, where: Mapping[int, int]) -> Iterator[dict[str, Any]]:
    """Yield what an event did to a household: one effect for each building concerned, with the words that changed."""
    held, words = held_at(change.before, change.news.since), change.news.words
    old = None if held is None else held.words
    differing = [name for name in _TOLD if old and words and getattr(old, name) != getattr(words, name)]
    before, after = ({name: getattr(said, name) for name in differing} if differing else None for said in (old, words))
    told = {"identity": identity, "role": change.role.value, "before": before, "after": after}
    houses = dict.fromkeys(where.get(said.unit_id) for said in (words, old) if said is not None)
    for house in houses or {None: None}:
        yield told | {"building": house}

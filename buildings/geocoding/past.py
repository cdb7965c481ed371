"""What an address meant that nothing has any more: its target, until when, by which event, and what came of that.

There is no index of the past: the question is asked again as of the last moments at which something answered to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from buildings import resolving
from buildings.addresses.text.message import message_of
from buildings.geocoding.answers import Answer, Was
from buildings.geocoding.geocoder import answers_to
from buildings.geocoding.known_targets import answers_for
from buildings.geocoding.register import known_names
from buildings.geocoding.understand import plain, understand, understand_many
from buildings.models import AddressKind
from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now

SQL = Path(__file__).parent / "sql"
# So many moments are asked about, the newest first.
MOMENTS: Final = 3
REGISTERED: Final = ("building", "entrance", "unit")
_JUST_BEFORE: Final = timedelta(microseconds=1)


def with_past(
    answers: Sequence[Answer], *, user: Viewer, text: str, limit: int, at: datetime | None = None
) -> list[Answer]:
    """Return the answers to ``text``; where none has all that is asked for, before them what it has meant.

    An answer that is reached by an address of the past says so (`Answer.was`).
    """
    answers = with_former(answers, at)
    sure = [one for one in answers if not one.ambiguous]
    if any(one.is_whole for one in sure):
        return answers
    was = [one for one in meant(user=user, text=text, found=answers, at=at) if not sure or one.is_whole]
    known = {(one.target, one.id) for one in was}
    return [*was, *(one for one in answers if (one.target, one.id) not in known)][:limit]


def meant(*, user: Viewer, text: str, found: Sequence[Answer] = (), at: datetime | None = None) -> list[Answer]:
    """Return what ``text`` meant when something last answered to it, before ``at`` (default now).

    That is, what it meant for sure, or with all that it says.
    ``found`` is what it may mean now: its buildings' parts may have been called so. What is still there is told as it
    is now, what has ended as it was.
    """
    message = message_of(text)
    for until in _ends(message.address, found, at):
        answers = answers_to(user=user, message=message, at=until - _JUST_BEFORE)
        held = [one for one in answers if one.target in REGISTERED]
        kept = [one for one in held if not one.ambiguous] or [one for one in held if one.is_whole]
        if kept:
            return _told(user, kept, until, at)
    return []


def with_ended_addresses(texts: Sequence[str], at: datetime | None = None) -> list[str]:
    """Return those of the texts that addresses which have ended may answer: one statement for all of them."""
    names = known_names.gazetteer()
    asked = understand_many([plain(text) for text in texts], names)
    said = [{*one.exact, *one.keys, *one.shorter_keys} for one in asked]
    keys = {key for one in asked for key in (*one.keys, *one.shorter_keys)}
    exact = {text for one in asked for text in one.exact}
    rows = sql.tuples(SQL / "any_ended.sql", texts=sorted(exact), keys=sorted(keys), moment=at or sql.NOW)
    ended = {found for (found,) in rows}
    return [text for text, own in zip(texts, said, strict=True) if not ended.isdisjoint(own)]


def _ends(text: str, found: Sequence[Answer], at: datetime | None) -> list[datetime]:
    asked = understand(text, known_names.gazetteer())
    rows = sql.looked_up(
        SQL / "ended.sql",
        texts=list(asked.exact),
        keys=[*asked.keys, *asked.shorter_keys],
        buildings=sorted({one.building for one in found if one.building}),
        rooms=list(asked.rooms),
        moment=at or sql.NOW,
        limit=MOMENTS,
    )
    return [row["until"] for row in rows]


def _told(user: Viewer, answers: Sequence[Answer], until: datetime, at: datetime | None) -> list[Answer]:
    """Return the answers of a moment as they are told today."""
    keys = [(one.target, one.id) for one in answers]
    now = answers_for(user=user, targets=keys, at=at)
    fates = resolving.with_fates(user, [{"target": kind, "id": identity} for kind, identity in keys])
    events = _events([(*key, one.building or 0, until) for key, one in zip(keys, answers, strict=True)])
    told = []
    for number, (one, fate) in enumerate(zip(answers, fates, strict=True), start=1):
        was = Was(one.label, until, events.get(number), fate["status"], fate["successors"])
        today = now.get((one.target, one.id))
        today = replace(today, confidence=one.confidence, reasons=one.reasons) if today else one
        told.append(replace(today, was=was))
    return told


def resolve_ever(*, user: Viewer, text: str, at: datetime | None = None) -> list[resolving.Meaning]:
    """Return what ``text`` means or meant word for word (`resolve_address`), else what else it `meant`, with events."""
    found = resolving.resolve_address(user=user, text=text, at=at)
    if not found:
        return [_meaning(one, one.was) for one in meant(user=user, text=text, at=at) if one.was]
    ended = [one for one in found if one["valid"].upper is not None]
    events = _events([(one["target"], one["id"], 0, one["valid"].upper) for one in ended])
    told = {id(one): events.get(number) for number, one in enumerate(ended, start=1)}
    return [{**one, "event": told.get(id(one))} for one in found]


def _meaning(answer: Answer, was: Was) -> resolving.Meaning:
    return {
        "target": answer.target,
        "id": answer.id,
        "valid": DateTimeTZRange(None, was.until, "[)"),
        "text": was.address,
        "kind": AddressKind.FORMER.value,
        "current_code": answer.code if was.status == resolving.CURRENT else None,
        "status": was.status,
        "ended_at": None if was.status == resolving.CURRENT else was.until,
        "successors": was.successors,
        "event": was.event,
    }


def with_former(answers: Sequence[Answer], at: datetime | None = None) -> list[Answer]:
    """Return the answers, those that a former address led to with until when it was none."""
    held = [(number, one.held_by, one.building) for number, one in enumerate(answers) if one.held_by]
    if not held:
        return list(answers)
    rows = sql.rows(
        SQL / "former.sql",
        targets=[by[0] for _, by, _ in held],
        ids=[by[1] for _, by, _ in held],
        texts=[by[2] for _, by, _ in held],
        moment=at or database_now(),
    )
    if not rows:
        return list(answers)
    ended = [(held[row["n"] - 1], row) for row in rows]
    events = _events([(by[0], by[1], building or 0, row["until"]) for (_, by, building), row in ended])
    told = list(answers)
    for place, ((number, _, _), row) in enumerate(ended, start=1):
        told[number] = replace(told[number], was=Was(row["text"], row["until"], events.get(place)))
    return told


def _events(changed: Sequence[tuple[str, int, int, datetime]]) -> dict[int, dict[str, object]]:
    """Return the event that changed each (target, id, building) at its moment, by its number from 1."""
    if not changed:
        return {}
    targets, ids, buildings, moments = (list(column) for column in zip(*changed, strict=True))
    rows = sql.rows(SQL / "changed_by.sql", targets=targets, ids=ids, buildings=buildings, moments=moments)
    return {
        row["n"]: {"id": row["id"], "kind": row["kind"], "effective_at": row["effective_at"].isoformat()}
        for row in rows
    }

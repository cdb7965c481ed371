"""Many addresses at once: a chunk's questions go to the database together, and only the hard ones one by one."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import product
from typing import Final, NamedTuple, TypeVar

from buildings.addresses.parsing.elements import Gazetteer
from buildings.addresses.text.message import Message, message_of
from buildings.addresses.text.several import Role
from buildings.geocoding.answers import Answer
from buildings.geocoding.batch_results import Found, Match, best_match, describe_many, match_of, only_match
from buildings.geocoding.coarse import coarse_answers, named_by
from buildings.geocoding.geocoder import (
    GOOD,
    HARD_RECALLS,
    buildings_to_narrow,
    division_answers,
    divisions_named,
    narrowed,
    rank,
    sought,
)
from buildings.geocoding.interpolation import interpolated
from buildings.geocoding.matching.assurance import HOUSES, assured, most_of
from buildings.geocoding.matching.query import Question
from buildings.geocoding.matching.rank import Candidate, Part, Scored, best_of
from buildings.geocoding.register import candidates as store
from buildings.geocoding.register import known_names
from buildings.geocoding.register.candidates import RegisteredRow
from buildings.geocoding.understand import plain_address, understand_many
from gisserver.common.access.models import Viewer
from gisserver.common.db.batches import in_pieces

CHUNK = 5_000
MAX_TEXT = 300
ALTERNATIVES = 100  # matches that a coarse answer is made of

K = TypeVar("K", bound=Hashable)
# A text as it is said, and what of it is asked for, if that is not all.
Said = tuple[str, Message | None]
# A way to find candidates for many questions at once: those of each question, in order.
Recall = Callable[[Viewer, Sequence[Question], datetime | None], list[list[Candidate]]]


class Status(StrEnum):
    """What became of a row."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    FORMER = "former"
    NOT_FOUND = "not_found"
    EMPTY = "empty"
    TOO_LONG = "too_long"


class Outcome(NamedTuple):
    """A row's answer, if there is one, and its status; of one address of several, its role and how it was said."""

    status: Status
    answer: Found | None = None
    role: Role = Role.ONLY
    said: str = ""


def geocode_many(*, user: Viewer, texts: Iterable[str], at: datetime | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each text, in order, of what ``user`` may see at ``at``; works in chunks of 5,000."""
    return in_pieces(texts, lambda chunk: geocode_chunk(user=user, texts=chunk, at=at), size=CHUNK)


def geocode_chunk(*, user: Viewer, texts: Sequence[str], at: datetime | None = None) -> list[Outcome]:
    """Return the outcome of each text, in order; it depends on the text alone, not on the others of the chunk."""
    return geocode_said(user=user, said=[(text, None) for text in texts], at=at)


def geocode_said(*, user: Viewer, said: Sequence[Said], at: datetime | None = None) -> list[Outcome]:
    """Return the outcomes of texts, in order; a text that comes with a message is only asked for what that says.

    What is registered word for word is found as it stands, and not taken apart.
    """
    whole = ["" if message or len(text) > MAX_TEXT else plain_address(text) for text, message in said]
    looked_for = list(dict.fromkeys(one for one in whole if one))
    registered = describe_many(_registered(user, looked_for, at), at)
    parsed = [
        None if one in registered or len(text) > MAX_TEXT else _parsed(message or message_of(text), text, one)
        for one, (text, message) in zip(whole, said, strict=True)
    ]
    answers = _answers(user, distinct(one.asked for one in parsed if one), frozenset(looked_for), at)
    return [
        _outcome(one, answers) if one else _answered(registered[text]) if text in registered else _TOO_LONG
        for text, one in zip(whole, parsed, strict=True)
    ]


_TOO_LONG: Final = Outcome(Status.TOO_LONG)


class ParsedText(NamedTuple):
    """A text taken apart: its message, and its addresses, normalized (main one first)."""

    message: Message
    asked: tuple[str, ...]


def _parsed(message: Message, text: str, plain: str) -> ParsedText:
    """Return what a message asks for; ``plain`` is its ``text`` normalized, if it was: most are nothing but that."""
    addresses = (message.address, *(other.text for other in message.others))
    asked = (plain if plain and one == text else plain_address(one) for one in addresses)
    return ParsedText(message, tuple(one for one in asked if one))


def _outcome(parsed: ParsedText, answers: Mapping[str, Found]) -> Outcome:
    """Return the outcome of a row that is not registered so: the first of its addresses that is known.

    A text with several addresses, or with more than an address, gets no certain answer.
    """
    message = parsed.message
    if not parsed.asked:
        return Outcome(Status.EMPTY)
    roles = (message.role, *(other.role for other in message.others))
    found = [
        answers[text]._replace(role=role) for text, role in zip(parsed.asked, roles, strict=False) if text in answers
    ]
    if not found:
        return Outcome(Status.NOT_FOUND)
    answer = found[0]._replace(relation=message.relation)
    if message.is_sure_of(answer.target):
        return _answered(answer)
    return _answered(answer._replace(confidence=min(answer.confidence, most_of(message)), ambiguous=True))


def _answered(answer: Found) -> Outcome:
    return Outcome(Status.AMBIGUOUS if answer.ambiguous else Status.FOUND, answer)


def _answers(
    user: Viewer, wanted: Sequence[str], unregistered: Collection[str], at: datetime | None
) -> Mapping[str, Found]:
    """Return the best answer of each normalized text: registered so, else of its parts, else by a search of its own.

    Those of the texts that are in ``unregistered`` were looked for before.
    """
    best = _registered(user, [text for text in wanted if text not in unregistered], at)
    rest = [text for text in wanted if text not in best]
    if not rest:
        return describe_many(best, at)
    names = known_names.gazetteer()
    asked = understand_many(rest, names)
    divisions = _divisions(user, asked, names, at)
    ranked = _by_parts(user, [one for one in asked if one.text not in divisions], names, at)
    coarse = _coarse(user, [(one, ranked.get(one.text, ())) for one in asked if one.text not in divisions], names, at)
    best |= {text: match_of(some[0]) for text, some in ranked.items() if some[0].level in HOUSES}
    return describe_many(best, at) | divisions | coarse


def _coarse(
    user: Viewer, asked: Iterable[tuple[Question, Sequence[Scored]]], names: Gazetteer, at: datetime | None
) -> dict[str, Found]:
    """Return what answers the questions which no house answers, by text: estimated plates, else roads and estates."""
    houseless = [(one, ranked) for one, ranked in asked if not ranked or ranked[0].level not in HOUSES]
    estimated = interpolated(user=user, asked=[one for one, _ in houseless], names=names, at=at)
    named = {one.text: named_by(one, ranked) for one, ranked in houseless if one.text not in estimated}
    answers = coarse_answers(user=user, wanted=distinct(named.values()), names=names, at=at) if named else {}
    best = {text: next((a for one in some for a in answers[one.level, one.name]), None) for text, some in named.items()}
    return {text: found_of(answer) for text, answer in (best | estimated).items() if answer}


def _divisions(user: Viewer, questions: Sequence[Question], names: Gazetteer, at: datetime | None) -> dict[str, Found]:
    """Return the divisions that questions are wholly about, by text."""
    wanted = {one.text: named for one in questions if (named := divisions_named(one, names))}
    rows = store.divisions(user=user, ids=distinct([list(one) for one in wanted.values()]), at=at) if wanted else []
    answers = {
        text: division_answers([row for row in rows if row["division"] in named], named)
        for text, named in wanted.items()
    }
    return {text: found_of(some[0]) for text, some in answers.items() if some}


def found_of(answer: Answer) -> Found:
    """Return an answer that was not found among many as a row's."""
    return Found(
        answer.target,
        answer.id,
        answer.building,
        answer.label,
        answer.level,
        answer.confidence,
        answer.ambiguous,
        None,
        answer.code,
        answer.grid,
        answer.lon,
        answer.lat,
        answer.point,
        until=answer.was.until if answer.was else None,
    )


def _registered(user: Viewer, wanted: Sequence[str], at: datetime | None) -> dict[str, Match]:
    """Return the best match of each text that is registered word for word."""
    found: dict[str, list[RegisteredRow]] = {}
    for row in store.registered_rows(user=user, normalized=wanted, at=at):
        found.setdefault(row[2], []).append(row)
    return {text: only_match(rows[0]) if len(rows) == 1 else best_match(rows) for text, rows in found.items()}


def _by_parts(
    user: Viewer, questions: Sequence[Question], names: Gazetteer, at: datetime | None
) -> dict[str, list[Scored]]:
    """Return what is likeliest for each question by its names and numbers, else by a search of its own, `assured`."""
    asked_names = [one.names for one in questions]
    known = known_names.known_names(distinct(asked_names))
    rest = [one.knowing(known.intersection(own)) for one, own in zip(questions, asked_names, strict=True)]
    ranked: dict[str, list[Scored]] = {}
    for recall in (_under_keys, _under_near_names):
        asked = [one for one in rest if not is_good(ranked.get(one.text, ()))]
        ranked |= structured(user, asked, names, at, recall, ranked)
    for one in rest:
        if not is_good(ranked[one.text]):
            ranked[one.text] = sought(user, one, names, at, ranked[one.text], HARD_RECALLS)
    return {text: assured(some, ALTERNATIVES) for text, some in ranked.items() if some}


def is_good(ranked: Sequence[Scored]) -> bool:
    """Whether what is likeliest is so good that no other way to find addresses is tried."""
    return bool(ranked) and ranked[0].score >= GOOD


def _under_keys(user: Viewer, questions: Sequence[Question], at: datetime | None) -> list[list[Candidate]]:
    wanted = [one.keys for one in questions]
    under = store.keyed(user=user, keys=distinct(wanted), at=at)
    return [[found for key in some for found in under.get(key, ())] for some in wanted]


def _under_near_names(user: Viewer, questions: Sequence[Question], at: datetime | None) -> list[list[Candidate]]:
    near = known_names.near_names(distinct(one.names for one in questions))
    wanted = [(*one.shorter_keys, *one.keys_with(near)) for one in questions]
    under = store.keyed(user=user, keys=distinct(wanted), at=at)
    return [[found for key in some for found in under.get(key, ())] for some in wanted]


def distinct(several: Iterable[Sequence[K]]) -> list[K]:
    """Return what several hold, each once, in order."""
    return list(dict.fromkeys(one for some in several for one in some))


def structured(
    user: Viewer,
    questions: Sequence[Question],
    names: Gazetteer,
    at: datetime | None,
    recall: Recall,
    before: Mapping[str, Sequence[Scored]],
) -> dict[str, list[Scored]]:
    """Return the matches of each question among what this recall finds and what was found ``before``."""
    if not questions:
        return {}
    found = recall(user, questions, at)
    ranked = [
        best_of([*before.get(asked.text, ()), *rank(asked, some, names)])
        for asked, some in zip(questions, found, strict=True)
    ]
    houses = [buildings_to_narrow(asked, some) for asked, some in zip(questions, ranked, strict=True)]
    parts = _parts(questions, houses, at)
    final = {}
    for asked, some, whole in zip(questions, ranked, houses, strict=True):
        rooms = asked.rooms if whole else ()
        inside = [part for building in whole for part in parts.get(building, ()) if _asked_for(part, rooms)]
        final[asked.text] = narrowed(asked, some, inside) if inside else some
    return final


def _asked_for(part: Part, rooms: Sequence[str]) -> bool:
    """Whether the question about these rooms has asked for the part, and not only another one about its building."""
    return part.room in rooms if part.target == "unit" else not rooms


def _parts(
    questions: Sequence[Question], houses: Sequence[Sequence[int]], at: datetime | None
) -> Mapping[int, list[Part]]:
    """Return the entrances and the asked units of the buildings that each question is to be narrowed in."""
    entered: set[int] = set()
    rooms: set[tuple[int, str]] = set()
    for asked, inside in zip(questions, houses, strict=True):
        wanted = asked.rooms if inside else ()
        rooms.update(product(inside, wanted))
        entered.update(() if wanted else inside)
    by_building: dict[int, list[Part]] = defaultdict(list)
    if entered or rooms:
        for part in store.parts(entered=sorted(entered), rooms=sorted(rooms), at=at):
            by_building[part.building].append(part)
    return by_building

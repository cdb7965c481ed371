"""Many addresses at once: a chunk's questions go to the database together, and only the hard ones one by one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from buildings.geocoding import candidates as store
from buildings.geocoding import geocoder
from buildings.geocoding.elements import Gazetteer
from buildings.geocoding.geocoder import GOOD, Answer, buildings_to_narrow, narrowed, rank
from buildings.geocoding.normalize import normalize
from buildings.geocoding.parse import parse
from buildings.geocoding.query import Question, question
from buildings.geocoding.rank import BY_ANOTHER_NAME, Level, Part, Scored, order
from gisserver.common.access.models import Viewer

CHUNK = 5_000
MAX_TEXT = 300


class Status(StrEnum):
    """What became of a row."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    EMPTY = "empty"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row's answer, if there is one, and its status."""

    status: Status
    answer: Answer | None = None


def geocode_many(*, user: Viewer, texts: Iterable[str], at: datetime | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each text, in order, of what ``user`` may see at ``at``; works in chunks of 5,000."""
    source = iter(texts)
    while chunk := list(islice(source, CHUNK)):
        yield from _chunk(user, chunk, at)


def _chunk(user: Viewer, texts: Sequence[str], at: datetime | None) -> Iterator[Outcome]:
    normalized = [normalize(text) if len(text) <= MAX_TEXT else "" for text in texts]
    answers = _answers(user, list(dict.fromkeys(plain for plain in normalized if plain)), at)
    for text, plain in zip(texts, normalized, strict=True):
        if len(text) > MAX_TEXT:
            yield Outcome(Status.TOO_LONG)
        elif not plain:
            yield Outcome(Status.EMPTY)
        else:
            yield _outcome(answers.get(plain))


def _outcome(answer: Answer | None) -> Outcome:
    if answer is None:
        return Outcome(Status.NOT_FOUND)
    return Outcome(Status.AMBIGUOUS if answer.ambiguous else Status.FOUND, answer)


def _answers(user: Viewer, wanted: Sequence[str], at: datetime | None) -> Mapping[str, Answer]:
    """Return the best answer of each normalized text: registered so, else of its parts, else by a search of its own."""
    names = store.gazetteer()
    best = _registered(user, wanted, at)
    rest = [text for text in wanted if text not in best]
    best |= _structured(user, [question(text, parse(text, names)) for text in rest], names, at)
    described = geocoder.describe(list(best.values()), names, at, elements=False)
    answers = dict(zip(best, described, strict=True))
    for text in rest:
        if text not in answers:
            found = geocoder.search(user=user, text=text, limit=1, at=at)
            answers.update({text: found[0]} if found else {})
    return answers


def _registered(user: Viewer, wanted: Sequence[str], at: datetime | None) -> dict[str, Scored]:
    """Return the best match of each text that is registered word for word."""
    by_text: dict[str, list[Scored]] = defaultdict(list)
    for one in store.registered(user=user, normalized=wanted, at=at):
        points = 1.0 if one.standard else 1.0 - BY_ANOTHER_NAME
        by_text[one.normalized].append(Scored(one, points, Level(one.target), ()))
    return {text: order(found)[0] for text, found in by_text.items()}


def _structured(
    user: Viewer, questions: Sequence[Question], names: Gazetteer, at: datetime | None
) -> dict[str, Scored]:
    """Return the best match of each question whose telling substring leads to a good one."""
    found = store.candidates_of_many(user=user, questions=questions, at=at) if questions else []
    ranked = [rank(asked, some, names) for asked, some in zip(questions, found, strict=True)]
    parts = _parts(questions, ranked, at)
    best = {}
    for asked, some in zip(questions, ranked, strict=True):
        inside = [part for building in buildings_to_narrow(asked, some) for part in parts.get(building, ())]
        final = narrowed(asked, some, inside) if inside else some
        if final and final[0].score >= GOOD:
            best[asked.text] = final[0]
    return best


def _parts(
    questions: Sequence[Question], ranked: Sequence[Sequence[Scored]], at: datetime | None
) -> Mapping[int, list[Part]]:
    """Return the entrances and the asked units of all buildings that are to be narrowed, by building."""
    buildings: set[int] = set()
    rooms: set[str] = set()
    for asked, some in zip(questions, ranked, strict=True):
        inside = buildings_to_narrow(asked, some)
        buildings.update(inside)
        rooms.update(asked.rooms if inside else ())
    by_building: dict[int, list[Part]] = defaultdict(list)
    if buildings:
        for part in store.parts(buildings=sorted(buildings), rooms=sorted(rooms), at=at):
            by_building[part.building].append(part)
    return by_building

"""The pipeline: normalize, parse, find candidates, rank, describe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from buildings.geocoding import candidates as store
from buildings.geocoding.elements import DIVISIONS, Gazetteer, Kind, Place, Reading
from buildings.geocoding.normalize import normalize
from buildings.geocoding.parse import parse
from buildings.geocoding.query import Question, question
from buildings.geocoding.rank import Candidate, Level, Part, Reason, Scored, order, score, with_part
from gisserver.common.access.models import Viewer

# From the surest way to find addresses to the widest; the next is tried while nothing scores GOOD.
RECALLS = (store.candidates, store.misspelt_candidates, store.similar, store.unit_candidates)
GOOD = 0.75
BUILDINGS_FOR_PARTS = 20
# How far the point may be from what is meant, in metres.
ACCURACY_M: Mapping[Level, float] = {
    Level.UNIT: 15.0,
    Level.ENTRANCE: 15.0,
    Level.BUILDING: 15.0,
    Level.ESTATE: 300.0,
    Level.ROAD: 1000.0,
    Level.COMMUNITY: 1500.0,
    Level.SUBDISTRICT: 4000.0,
    Level.DISTRICT: 10000.0,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address text means: its target, where it is (degrees, WGS84), how sure, and why."""

    target: str
    id: int
    label: str
    level: Level
    confidence: float
    ambiguous: bool
    reasons: tuple[Reason, ...]
    lon: float
    lat: float
    bbox: tuple[float, float, float, float]
    accuracy_m: float
    elements: Mapping[str, str]
    building: int | None = None
    code: str | None = None
    grid: str | None = None
    community: int | None = None
    use: str = ""


def search(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what ``text`` may mean among what ``user`` may see at ``at`` (default now), the likeliest first.

    Empty when nothing fits. Answers that can't be told apart are all returned, each marked ``ambiguous``.
    """
    names = store.gazetteer()
    asked = understand(text, names)
    divisions = _divisions(user, asked, names, at)
    if divisions:
        return divisions[:limit]
    ranked: list[Scored] = []
    for recall in RECALLS:
        found = recall(user=user, question=asked, at=at)
        ranked = narrow(asked, order([*ranked, *rank(asked, found, names)]), at)
        if ranked and ranked[0].score >= GOOD:
            break
    return describe(ranked[:limit], names, at)


def understand(text: str, names: Gazetteer) -> Question:
    """Return the question that a text asks: normalized, parsed, with its keys."""
    normalized = normalize(text)
    return question(normalized, parse(normalized, names))


def rank(asked: Question, found: Iterable[Candidate], names: Gazetteer) -> list[Scored]:
    """Return the candidates that may be meant, best first."""
    return order(
        score(
            asked.readings,
            replace(one, exact=one.normalized == asked.text, readings=parse(one.normalized, names)),
        )
        for one in found
    )


def narrow(asked: Question, ranked: Sequence[Scored], at: datetime | None) -> list[Scored]:
    """Return the matches of buildings narrowed to the entrance or unit that the question names."""
    whole = buildings_to_narrow(asked, ranked)
    if not whole:
        return list(ranked)
    return narrowed(asked, ranked, store.parts(buildings=whole, rooms=asked.rooms, at=at))


def buildings_to_narrow(asked: Question, ranked: Sequence[Scored]) -> list[int]:
    """Return the buildings in which the question's entrance or unit is to be looked for."""
    if not asked.readings[0].of(Kind.ENTRANCE, Kind.ROOM):
        return []
    return [s.candidate.building for s in ranked if s.key[0] == "building"][:BUILDINGS_FOR_PARTS]


def narrowed(asked: Question, ranked: Sequence[Scored], found: Sequence[Part]) -> list[Scored]:
    """Return the matches narrowed to those of the parts that the question names."""
    return order(s if s.part else with_part(s, asked.readings[0], found) for s in ranked)


def describe(ranked: Sequence[Scored], names: Gazetteer, at: datetime | None, *, elements: bool = True) -> list[Answer]:
    """Return the answers with their places; ``elements`` False leaves out what their labels consist of."""
    if not ranked:
        return []
    about = store.described([(*s.key, s.candidate.building) for s in ranked], at)
    return [_answer(s, about[s.key], names if elements else None) for s in ranked]


def answer_for(building: int, at: datetime | None = None) -> Answer:
    """Return the answer that a (visible) building is, asked by its place and not by a text."""
    [about] = store.described([("building", building, building)], at).values()
    label = about["standard"] or about["name"]
    known = Candidate(target="building", id=building, building=building, text=label, normalized=normalize(label))
    scored = Scored(known, 1.0, Level.BUILDING, (), confidence=1.0)
    return _answer(scored, about, store.gazetteer())


def _answer(scored: Scored, about: Mapping[str, Any], names: Gazetteer | None) -> Answer:
    target, identity = scored.key
    label = _label(scored, about)
    return Answer(
        target=target,
        id=identity,
        label=label,
        level=scored.level,
        confidence=scored.confidence,
        ambiguous=scored.ambiguous,
        reasons=scored.reasons,
        lon=about["lon"],
        lat=about["lat"],
        bbox=(about["west"], about["south"], about["east"], about["north"]),
        accuracy_m=ACCURACY_M[scored.level],
        elements=_elements(parse(normalize(label), names)[0]) if names else {},
        building=about["building"],
        code=about["unit_code"] or about["code"],
        grid=about["grid"],
        community=about["community"],
        use=about["use"],
    )


def _label(scored: Scored, about: Mapping[str, Any]) -> str:
    """Return the standard address of what is found, else the registered text that led there."""
    whole: str = about["standard"] or scored.candidate.text
    if scored.part is None:
        return whole if scored.candidate.target == "building" else scored.candidate.text
    entrance = scored.part.entrance if any(c.isdigit() for c in scored.part.entrance) else ""
    return about["standard_of_unit"] or f"{whole}{entrance}{scored.part.room}"


def _elements(reading: Reading) -> Mapping[str, str]:
    return {e.kind.value: e.text for e in reading.elements}


def _divisions(user: Viewer, asked: Question, names: Gazetteer, at: datetime | None) -> list[Answer]:
    """Return the divisions that the question is wholly about, if it is."""
    places = [place for reading in asked.readings for place in _named(reading, names)]
    if not places:
        return []
    return division_answers(store.divisions(user=user, ids=[place.division for place in places], at=at))


def division_answers(rows: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Return the answers that divisions are; several of one name can't be told apart."""
    return [
        Answer(
            target="division",
            id=row["division"],
            label=row["label"],
            level=Level(row["level"]),
            confidence=round(0.95 / len(rows), 4),
            ambiguous=len(rows) > 1,
            reasons=(),
            lon=row["lon"],
            lat=row["lat"],
            bbox=(row["west"], row["south"], row["east"], row["north"]),
            accuracy_m=ACCURACY_M[Level(row["level"])],
            elements={row["level"]: row["name"]},
            code=row["code"],
            community=row["division"] if row["level"] == "community" else None,
        )
        for row in rows
    ]


def _named(reading: Reading, names: Gazetteer) -> list[Place]:
    """Return the places that a reading of nothing but divisions names with its last word."""
    if not reading.elements or any(e.kind not in DIVISIONS for e in reading.elements):
        return []
    last = reading.elements[-1]
    return [p for p in names.places if p.kind is last.kind and p.name == last.value]

"""The pipeline: normalize, parse, find candidates, rank, describe."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice, product
from typing import Any, Protocol

from buildings.geocoding import candidates as store
from buildings.geocoding.asking import understand
from buildings.geocoding.assurance import assured
from buildings.geocoding.calibration import Evidence
from buildings.geocoding.elements import DIVISIONS, Gazetteer, Kind, Place, Reading
from buildings.geocoding.explanation import DOUBTED, Reason
from buildings.geocoding.found import label_of
from buildings.geocoding.inside import with_part
from buildings.geocoding.message import Message, Relation, message_of
from buildings.geocoding.normalize import normalize
from buildings.geocoding.parse import parse
from buildings.geocoding.query import Question
from buildings.geocoding.rank import Candidate, Level, Part, Scored, best_of, score
from buildings.geocoding.several import Role
from gisserver.common.access.models import Viewer

# From the surest way to find addresses to the widest; the next is tried while nothing scores GOOD.
HARD_RECALLS = (store.candidates, store.similar, store.unit_candidates)
RECALLS = (store.keyed_candidates, store.near_candidates, *HARD_RECALLS)
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


class Recall(Protocol):
    """A way to find candidates for a question."""

    def __call__(self, *, user: Viewer, question: Question, at: datetime | None = None) -> list[Candidate]:
        """Return the visible addresses that may be meant."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address text means: its target, where it is (degrees, WGS84), how sure, and why.

    ``point`` says whose point that is: of the unit, the entrance, the building, the division or the place asked for.
    """

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
    evidence: Evidence | None = None
    point: str = "building"
    role: Role = Role.ONLY
    relation: Relation | None = None

    @property
    def inherited(self) -> bool:
        """Whether the point is not the target's own but that of what it is in."""
        return self.point in ("entrance", "building") and self.point != self.target


def search(*, user: Viewer, text: str, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what ``text`` may mean among what ``user`` may see at ``at`` (default now), the likeliest first.

    Empty when nothing fits. Answers that can't be told apart are all returned, each marked ``ambiguous``. Of a text
    that says several addresses the best answers of each are returned, the present one's first, each with its role.
    """
    return answers_to(user=user, message=message_of(text), limit=limit, at=at)


def answers_to(*, user: Viewer, message: Message, limit: int = 10, at: datetime | None = None) -> list[Answer]:
    """Return what a message may mean, as `search` does."""
    names = store.gazetteer()
    told = _answers(user, message.address, names, limit, at)
    if message.others:
        said = [(message.role, told[:1]), *((o.role, _answers(user, o.text, names, 1, at)) for o in message.others)]
        told = [replace(answer, role=role) for role, some in said for answer in some][:limit]
    if message.is_sure:
        return [replace(answer, relation=message.relation) for answer in told] if message.relation else told
    return [
        replace(answer, relation=message.relation, confidence=min(answer.confidence, DOUBTED), ambiguous=True)
        for answer in told
    ]


def _answers(user: Viewer, text: str, names: Gazetteer, limit: int, at: datetime | None) -> list[Answer]:
    asked = understand(text, names)
    divisions = _divisions(user, asked, names, at)
    if divisions:
        return divisions[:limit]
    asked = replace(asked, known=store.known_names(asked.names))
    return describe(assured(sought(user, asked, names, at, [], RECALLS), limit), names, at)


def sought(
    user: Viewer,
    asked: Question,
    names: Gazetteer,
    at: datetime | None,
    ranked: Sequence[Scored],
    recalls: Iterable[Recall],
) -> list[Scored]:
    """Return what may be asked for, best first, by one recall after the other beside what is ``ranked`` already."""
    best = list(ranked)
    for recall in recalls:
        best = narrow(asked, best_of([*best, *rank(asked, recall(user=user, question=asked, at=at), names)]), at)
        if best and best[0].score >= GOOD:
            break
    return best


def rank(asked: Question, found: Iterable[Candidate], names: Gazetteer) -> list[Scored]:
    """Return the candidates that may be meant, best first."""
    known = asked.known | names.called
    return best_of(
        score(
            asked.readings,
            one.read(
                _registered(one.normalized, names),
                exact=one.normalized == asked.text,
                within=names.around(one.community),
            ),
            known,
        )
        for one in {(one.target, one.id, one.normalized): one for one in found}.values()
    )


@lru_cache(maxsize=20_000)
def _registered(normalized: str, names: Gazetteer) -> tuple[Reading, ...]:
    """Return how a registered address is read; neighbours are asked for again and again."""
    return parse(normalized, names)


def narrow(asked: Question, ranked: Sequence[Scored], at: datetime | None) -> list[Scored]:
    """Return the matches of buildings narrowed to the entrance or unit that the question names."""
    whole = buildings_to_narrow(asked, ranked)
    if not whole:
        return list(ranked)
    rooms = asked.rooms
    found = store.parts(entered=[] if rooms else whole, rooms=product(whole, rooms), at=at)
    return narrowed(asked, ranked, found)


def buildings_to_narrow(asked: Question, ranked: Sequence[Scored]) -> list[int]:
    """Return the buildings in which the question's entrance or unit is to be looked for."""
    if not asked.readings[0].of(Kind.ENTRANCE, Kind.ROOM):
        return []
    found = (s.candidate.building for s in ranked if s.key[0] in ("building", "entrance"))
    return list(islice(dict.fromkeys(found), BUILDINGS_FOR_PARTS))


def narrowed(asked: Question, ranked: Sequence[Scored], found: Iterable[Part]) -> list[Scored]:
    """Return the matches narrowed to those of the parts that the question names."""
    inside: dict[int, list[Part]] = {}
    for part in found:
        inside.setdefault(part.building, []).append(part)
    return best_of(
        s if s.part else with_part(s, asked.readings[0], inside.get(s.candidate.building, ())) for s in ranked
    )


def describe(ranked: Sequence[Scored], names: Gazetteer, at: datetime | None, *, elements: bool = True) -> list[Answer]:
    """Return the answers with their places; ``elements`` False leaves out what their labels consist of."""
    if not ranked:
        return []
    about = store.described([(*s.key, s.candidate.building) for s in ranked], at)
    return [_answer(s, about[s.key], names if elements else None) for s in ranked]


def answer_for(building: int, at: datetime | None = None) -> Answer:
    """Return the answer that a (visible) building is, asked by its place and not by a text."""
    [about] = store.described([("building", building, building)], at).values()
    said = about["standard"] or about["name"]
    known = Candidate(target="building", id=building, building=building, text=said, normalized=normalize(said))
    scored = Scored(known, 1.0, Level.BUILDING, (), confidence=1.0)
    return _answer(scored, about, store.gazetteer())


def _answer(scored: Scored, about: Mapping[str, Any], names: Gazetteer | None) -> Answer:
    target, identity = scored.key
    said = label_of(
        scored.candidate.text, scored.candidate.target, scored.part, about["standard"], about["standard_of_unit"]
    )
    return Answer(
        target=target,
        id=identity,
        label=said,
        level=scored.level,
        confidence=scored.confidence,
        evidence=scored.evidence,
        ambiguous=scored.ambiguous,
        reasons=scored.reasons,
        lon=about["lon"],
        lat=about["lat"],
        bbox=(about["west"], about["south"], about["east"], about["north"]),
        accuracy_m=ACCURACY_M[scored.level],
        elements=_elements(parse(normalize(said), names)[0]) if names else {},
        building=about["building"],
        code=about["unit_code"] or about["code"],
        grid=about["grid"],
        community=about["community"],
        use=about["use"],
        point=about["point"],
    )


def _elements(reading: Reading) -> Mapping[str, str]:
    return {e.kind.value: e.text for e in reading.elements}


def _divisions(user: Viewer, asked: Question, names: Gazetteer, at: datetime | None) -> list[Answer]:
    """Return the divisions that the question is wholly about, if it is."""
    wanted = divisions_named(asked, names)
    return division_answers(store.divisions(user=user, ids=wanted, at=at)) if wanted else []


def divisions_named(asked: Question, names: Gazetteer) -> list[int]:
    """Return the divisions that the question may be wholly about."""
    return [place.division for reading in asked.readings for place in _named(reading, names)]


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
            point="division",
        )
        for row in rows
    ]


def _named(reading: Reading, names: Gazetteer) -> list[Place]:
    """Return the places that a reading of nothing but divisions names with its last word."""
    if not reading.elements or any(e.kind not in DIVISIONS for e in reading.elements):
        return []
    last = reading.elements[-1]
    return [p for p in names.places if p.kind is last.kind and p.name == last.value]

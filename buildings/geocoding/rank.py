"""How well an address answers a query: element by element, numbers exactly, with a reason for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from buildings.geocoding.calibration import Evidence
from buildings.geocoding.elements import DIVISIONS, Element, Kind, Place, Reading
from buildings.geocoding.names import ANOTHERS, CONTAINED, likeness


class Level(StrEnum):
    """How narrow a match is."""

    UNIT = "unit"
    ENTRANCE = "entrance"
    BUILDING = "building"
    ESTATE = "estate"
    ROAD = "road"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"


class Verdict(StrEnum):
    """What became of an element: of the query's, or (unsaid) of the address's that the query leaves out."""

    MATCH = "match"
    CORRECTED = "corrected"
    MISSING = "missing"
    CONFLICT = "conflict"
    UNSAID = "unsaid"
    REDUNDANT = "redundant"


@dataclass(frozen=True, slots=True)
class Reason:
    """One element's part in a score: what was asked, what the address says, and how alike the two are (0..1)."""

    kind: Kind
    verdict: Verdict
    asked: str
    found: str = ""
    alike: float = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be meant, and what it is about."""

    target: str
    id: int
    building: int
    text: str
    normalized: str
    exact: bool = False
    standard: bool = True
    readings: tuple[Reading, ...] = ()
    community: int | None = None
    within: tuple[Place, ...] = ()  # the divisions that the building lies in, whatever the address says

    def read(self, readings: tuple[Reading, ...], *, exact: bool, within: tuple[Place, ...]) -> "Candidate":
        """Return the candidate with what its text says; made anew at half the cost of `dataclasses.replace`."""
        return Candidate(
            self.target,
            self.id,
            self.building,
            self.text,
            self.normalized,
            exact,
            self.standard,
            readings,
            self.community,
            within,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """An entrance or a unit of a building."""

    target: str
    id: int
    building: int
    entrance: str
    room: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score (0..1), reasons and level; ``ambiguous`` when another one is as good."""

    candidate: Candidate
    score: float
    level: Level
    reasons: tuple[Reason, ...]
    part: Part | None = None
    confidence: float = 0.0
    ambiguous: bool = field(default=False)
    evidence: Evidence | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What is found: the part if there is one, else the candidate's target."""
        found = self.part or self.candidate
        return found.target, found.id


WEIGHTS: Final[Mapping[Kind, float]] = {
    Kind.PROVINCE: 0.2,
    Kind.CITY: 0.3,
    Kind.DISTRICT: 0.5,
    Kind.SUBDISTRICT: 0.7,
    Kind.COMMUNITY: 1.0,
    Kind.POSTCODE: 0.4,
    Kind.ROAD: 3.0,
    Kind.LANE: 3.0,
    Kind.NUMBER: 4.0,
    Kind.ESTATE: 3.0,
    Kind.BUILDING: 4.0,
    Kind.ENTRANCE: 2.0,
    Kind.FLOOR: 0.5,
    Kind.ROOM: 3.0,
}
_TYPED: Final = frozenset({Kind.LANE, Kind.NUMBER, Kind.BUILDING, Kind.ENTRANCE, Kind.ROOM})
# What a missing element still earns: a registered address may leave out any division, but not the number.
_MISSING: Final[Mapping[Kind, float]] = {
    Kind.PROVINCE: 0.95, Kind.CITY: 0.9, Kind.DISTRICT: 0.9, Kind.SUBDISTRICT: 0.85, Kind.COMMUNITY: 0.8,
    Kind.POSTCODE: 0.9, Kind.ESTATE: 0.55, Kind.ROAD: 0.4, Kind.FLOOR: 0.8,
}  # fmt: skip
_SURPLUS: Final[Mapping[Kind, float]] = {
    Kind.NUMBER: 0.1, Kind.BUILDING: 0.08, Kind.LANE: 0.1, Kind.ENTRANCE: 0.12, Kind.ROOM: 0.15, Kind.ROAD: 0.03,
    Kind.ESTATE: 0.01,
}  # fmt: skip
LEAST: Final = 0.35
APART: Final = 0.03
# A name by which people also call it yields to one that is registered so.
BY_ANOTHER_NAME: Final = 0.04
NAMES: Final = (Kind.ROAD, Kind.ESTATE)
COUNTED: Final = (Kind.LANE, Kind.NUMBER, Kind.BUILDING)
_CONTRADICTED: Final = -1.0
_MISPLACED: Final = -0.3
_OTHER_KIND: Final = 0.02
_ANOTHERS: Final = 0.6  # how much less a slip earns by which some other place is called


def _judge(element: Element, others: Sequence[Element], known: frozenset[str]) -> tuple[float, Reason]:
    """Return what an asked element earns (0..1 of its weight; below 0 is a contradiction), and why."""
    if element.kind in NAMES:
        return _judge_name(element, others, known)
    if not others:
        earned = _MISSING.get(element.kind, 0.0)
        return earned, Reason(element.kind, Verdict.MISSING, element.text, alike=0.0)
    if element.kind in _TYPED or element.kind is Kind.FLOOR:
        held = next((o for o in others if o.value == element.value), None)
        if held:
            return 1.0, Reason(element.kind, Verdict.MATCH, element.text, held.text)
        return _CONTRADICTED, Reason(element.kind, Verdict.CONFLICT, element.text, others[0].text, 0.0)
    alike, best = max(((likeness(element.value, o.value), o) for o in others), key=lambda pair: pair[0])
    if alike == 0.0 or (alike < CONTAINED and element.value in known):  # 竹坑社区 is no slip of 老坑社区
        return _MISPLACED, Reason(element.kind, Verdict.CONFLICT, element.text, best.text, 0.0)
    verdict = Verdict.MATCH if alike >= CONTAINED else Verdict.CORRECTED
    return alike, Reason(element.kind, verdict, element.text, best.text, alike)


def _judge_name(element: Element, others: Sequence[Element], known: frozenset[str]) -> tuple[float, Reason]:
    """Return what a road's or an estate's name earns; what one takes for a road another may take for an estate."""
    alike, same_kind, best = max(
        ((likeness(element.value, o.value), o.kind is element.kind, o) for o in others),
        key=lambda found: found[0] - (not found[1]) * _OTHER_KIND,
        default=(0.0, True, None),
    )
    slipped = 0.0 < alike < CONTAINED
    if best is not None and alike > 0.0:
        earned = alike * alike - (not same_kind) * _OTHER_KIND
        if slipped and element.value in known:
            return earned - _ANOTHERS, Reason(element.kind, Verdict.CORRECTED, element.text, best.text, ANOTHERS)
        verdict = Verdict.CORRECTED if slipped else Verdict.MATCH
        return earned, Reason(element.kind, verdict, element.text, best.text, alike)
    rival = next((o for o in others if o.kind is element.kind), None)
    if rival is None:
        return _MISSING.get(element.kind, 0.0), Reason(element.kind, Verdict.MISSING, element.text, alike=0.0)
    return _MISPLACED, Reason(element.kind, Verdict.CONFLICT, element.text, rival.text, 0.0)


def agreement(asked: Reading, found: Reading, known: frozenset[str] = frozenset()) -> tuple[float, tuple[Reason, ...]]:
    """Return how far an address as read agrees with a query as read, 0..1, and the reason for each element.

    A number that contradicts the address's (12号 and 12-1号, 3栋 and 13栋) leaves nothing; so does a road that is
    another one while nothing else places the address. ``known`` are names that are somewhere's own: of a division such
    a name is no slip of another, of a road or an estate hardly one.
    """
    earned = total = 0.0
    reasons: list[Reason] = []
    for n, element in enumerate(asked.elements):
        if any(e.kind is element.kind and e.value == element.value for e in asked.elements[:n]):
            reasons.append(Reason(element.kind, Verdict.REDUNDANT, element.text))
            continue
        weight = WEIGHTS[element.kind]
        share, reason = _judge(element, found.of(*(NAMES if element.kind in NAMES else (element.kind,))), known)
        if share <= _CONTRADICTED:
            return 0.0, (reason,)
        earned += share * weight
        total += weight
        reasons.append(reason)
    unsaid = _unsaid(asked, found)
    reasons.extend(Reason(e.kind, Verdict.UNSAID, "", e.text) for e in unsaid)
    score = earned / total if total else 0.0
    surplus = sum(_SURPLUS.get(e.kind, 0.0) for e in unsaid)
    return max(0.0, score - surplus) * (1 - asked.penalty) * (1 - found.penalty), tuple(reasons)


def _unsaid(asked: Reading, found: Reading) -> list[Element]:
    """Return what the address says and the query does not: kinds left out, and further numbers."""
    held = {e.kind for e in asked.elements}
    said = {(e.kind, e.value) for e in asked.elements}
    first = {e.kind: e for e in reversed(found.elements)}
    return [
        e
        for e in found.elements
        if (e.kind not in held and (e.kind not in DIVISIONS or e is first[e.kind]))
        or (e.kind in COUNTED and e.kind in held and (e.kind, e.value) not in said)
    ]


def _placed(reasons: Iterable[Reason]) -> bool:
    """Whether something that places an address has matched: a road, an estate, or a lane."""
    good = (Verdict.MATCH, Verdict.CORRECTED)
    return any(r.verdict in good and r.kind in (Kind.ROAD, Kind.ESTATE, Kind.LANE, Kind.COMMUNITY) for r in reasons)


def _level(candidate: Candidate, reasons: Iterable[Reason]) -> Level:
    if candidate.target != "building":
        return Level(candidate.target)
    good = {r.kind for r in reasons if r.verdict in (Verdict.MATCH, Verdict.CORRECTED)}
    if candidate.exact or good & {Kind.NUMBER, Kind.BUILDING}:
        return Level.BUILDING
    return Level.ESTATE if Kind.ESTATE in good else Level.ROAD


@lru_cache(maxsize=1_000)
def _said(within: tuple[Place, ...]) -> tuple[Element, ...]:
    return tuple(Element(place.kind, place.name, place.name, 0) for place in within)


def score(asked: Sequence[Reading], candidate: Candidate, known: frozenset[str] = frozenset()) -> Scored:
    """Return the best of all pairs of readings of the query and of the candidate's address."""
    best: tuple[float, tuple[Reason, ...]] = (0.0, ())
    where = _said(candidate.within)
    readings = [Reading((*where, *told.elements), told.penalty) if where else told for told in candidate.readings]
    for reading in asked:
        for found in readings:
            trial = agreement(reading, found, known)
            if trial[0] > best[0] and _placed(trial[1]):
                best = trial
    points, reasons = best
    if candidate.exact:
        points = 1.0
    if not candidate.standard:
        points -= BY_ANOTHER_NAME
    return Scored(candidate, points, _level(candidate, reasons), reasons)


def best_of(scored: Iterable[Scored]) -> list[Scored]:
    """Return the best match of each target, best first: by nothing but what they say, not by how they came."""
    best: dict[tuple[str, int], Scored] = {}
    for one in scored:
        if one.score >= LEAST:
            held = best.setdefault(one.key, one)
            if held is not one and _place(one) < _place(held):
                best[one.key] = one
    return sorted(best.values(), key=_place) if len(best) > 1 else list(best.values())


def _place(one: Scored) -> tuple[float, int, tuple[str, int], str, str]:
    said = one.candidate
    return -one.score, len(said.normalized), one.key, said.normalized, said.text

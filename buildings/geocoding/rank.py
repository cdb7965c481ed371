"""How well an address answers a query: element by element, numbers exactly, with a reason for each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from buildings.geocoding.elements import Element, Kind, Reading
from buildings.geocoding.names import CONTAINED, likeness


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
    """What became of an element of the query."""

    MATCH = "match"
    CORRECTED = "corrected"
    MISSING = "missing"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Reason:
    """One element's part in a score: what was asked, what the address says."""

    kind: Kind
    verdict: Verdict
    asked: str
    found: str = ""


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
_CORRECTED: Final = 0.8


def _judge(element: Element, others: Sequence[Element]) -> tuple[float, Reason]:
    """Return what an asked element earns (0..1 of its weight; below 0 is a contradiction), and why."""
    if not others:
        earned = _MISSING.get(element.kind, 0.0)
        return earned, Reason(element.kind, Verdict.MISSING, element.text)
    if element.kind in _TYPED or element.kind is Kind.FLOOR:
        held = next((o for o in others if o.value == element.value), None)
        if held:
            return 1.0, Reason(element.kind, Verdict.MATCH, element.text, held.text)
        return -1.0, Reason(element.kind, Verdict.CONFLICT, element.text, others[0].text)
    alike, best = max(((likeness(element.value, o.value), o) for o in others), key=lambda pair: pair[0])
    if alike == 0.0:
        return -0.3, Reason(element.kind, Verdict.CONFLICT, element.text, best.text)
    verdict = Verdict.MATCH if alike >= CONTAINED else Verdict.CORRECTED
    return alike, Reason(element.kind, verdict, element.text, best.text)


def agreement(asked: Reading, found: Reading) -> tuple[float, tuple[Reason, ...]]:
    """Return how far an address as read agrees with a query as read, 0..1, and the reason for each element.

    A number that contradicts the address's (12号 and 12-1号, 3栋 and 13栋) leaves nothing; so does a road that is
    another one while nothing else places the address.
    """
    earned = total = 0.0
    reasons = []
    for element in asked.elements:
        weight = WEIGHTS[element.kind]
        share, reason = _judge(element, found.of(element.kind))
        if share <= -1.0:
            return 0.0, (reason,)
        earned += share * weight
        total += weight
        reasons.append(reason)
    held = {e.kind for e in asked.elements}
    surplus = sum(_SURPLUS.get(e.kind, 0.0) for e in found.elements if e.kind not in held)
    score = earned / total if total else 0.0
    return max(0.0, score - surplus) * (1 - asked.penalty) * (1 - found.penalty), tuple(reasons)


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


def score(asked: Sequence[Reading], candidate: Candidate) -> Scored:
    """Return the best of all pairs of readings of the query and of the candidate's address."""
    best: tuple[float, tuple[Reason, ...]] = (0.0, ())
    for reading in asked:
        for found in candidate.readings:
            trial = agreement(reading, found)
            if trial[0] > best[0] and _placed(trial[1]):
                best = trial
    points, reasons = best
    if candidate.exact:
        points = 1.0
    if not candidate.standard:
        points -= BY_ANOTHER_NAME
    return Scored(candidate, points, _level(candidate, reasons), reasons)


def with_part(scored: Scored, reading: Reading, parts: Sequence[Part]) -> Scored:
    """Return the match narrowed to the unit or entrance asked for, if its building has exactly one such."""
    entrance, room = reading.value(Kind.ENTRANCE), reading.value(Kind.ROOM)
    own = [p for p in parts if p.building == scored.candidate.building]
    wanted = [p for p in own if p.target == ("unit" if room else "entrance") and _is(p, entrance, room)]
    if len(wanted) != 1:
        return scored
    part = wanted[0]
    reasons = tuple(
        replace(reason, verdict=Verdict.MATCH, found=_part_text(part, reason.kind))
        if reason.kind in (Kind.ENTRANCE, Kind.ROOM)
        else reason
        for reason in scored.reasons
    )
    return replace(
        scored,
        score=min(1.0, scored.score + _made_good(scored.reasons)),
        level=Level(part.target),
        reasons=reasons,
        part=part,
    )


def _made_good(reasons: Sequence[Reason]) -> float:
    """Return what the score gains when the entrance and the room that the address lacks are found in the building."""
    total = sum(WEIGHTS[r.kind] for r in reasons)
    missed = [r for r in reasons if r.kind in (Kind.ENTRANCE, Kind.ROOM) and r.verdict is Verdict.MISSING]
    return sum(WEIGHTS[r.kind] for r in missed) / total if total else 1.0


def _part_text(part: Part, kind: Kind) -> str:
    return part.room if kind is Kind.ROOM else part.entrance


def _is(part: Part, entrance: str, room: str) -> bool:
    same_entrance = not entrance or _digits(part.entrance) == _digits(entrance)
    return same_entrance and (not room or _room(part.room) == _room(room))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower()).lstrip("0")


def _room(text: str) -> str:
    return re.sub(r"[室房号]", "", text.lower())


def order(scored: Iterable[Scored]) -> list[Scored]:
    """Return the best match of each target, best first, with confidences; rivals not to be told apart are flagged."""
    best: dict[tuple[str, int], Scored] = {}
    for one in scored:
        if one.score >= LEAST and (one.key not in best or one.score > best[one.key].score):
            best[one.key] = one
    ranked = sorted(best.values(), key=lambda s: (-s.score, len(s.candidate.normalized), s.key))
    rivals = sum(1 for one in ranked if ranked[0].score - one.score < APART)
    return [_confident(one, rivals, ranked[0].score) for one in ranked]


def _confident(one: Scored, rivals: int, top: float) -> Scored:
    tied = rivals > 1 and top - one.score < APART
    cap = 1.0 if one.level in (Level.UNIT, Level.ENTRANCE, Level.BUILDING) else 0.5
    shared = rivals if tied else 1
    sure = _CORRECTED if any(r.verdict is Verdict.CORRECTED for r in one.reasons) else 1.0
    return replace(one, confidence=round(max(0.0, min(one.score, cap)) * sure / shared, 4), ambiguous=tied)

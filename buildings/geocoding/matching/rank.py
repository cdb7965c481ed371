"""How well an address answers a query: element by element, numbers exactly, with a reason for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from buildings.addresses.parsing.elements import Element, Kind, Place, Reading
from buildings.geocoding.matching.calibration import Evidence
from buildings.geocoding.matching.explanation import (
    CONTRADICTED,
    GOOD,
    NOTHING_KNOWN,
    Known,
    Reason,
    Verdict,
    explain,
)


class Level(StrEnum):
    """How narrow a match is."""

    UNIT = "unit"
    ENTRANCE = "entrance"
    BUILDING = "building"
    INTERPOLATED = "interpolated"
    ESTATE = "estate"
    ROAD = "road"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    # Of what is no address: a grid, a position, a point of interest, where two roads meet.
    GRID = "grid"
    PLACE = "place"
    POI = "poi"
    JUNCTION = "junction"


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

    def read(self, readings: tuple[Reading, ...], *, exact: bool) -> "Candidate":
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
        )


@dataclass(frozen=True, slots=True)
class Part:
    """An entrance or a unit of a building."""

    target: str
    id: int
    building: int
    entrance: str
    room: str = ""
    floor: int | None = None


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
    Kind.QUALIFIER: 1.0,
}
_SURPLUS: Final[Mapping[Kind, float]] = {
    Kind.NUMBER: 0.1, Kind.BUILDING: 0.08, Kind.LANE: 0.1, Kind.ENTRANCE: 0.12, Kind.ROOM: 0.15, Kind.ROAD: 0.03,
    Kind.ESTATE: 0.01, Kind.QUALIFIER: 0.1,
}  # fmt: skip
LEAST: Final = 0.35
APART: Final = 0.03
# A name by which people also call it yields to one that is registered so.
BY_ANOTHER_NAME: Final = 0.04


def agreement(asked: Reading, found: Reading, known: Known = NOTHING_KNOWN) -> tuple[float, tuple[Reason, ...]]:
    """Return how far an address as read agrees with a query as read, 0..1, and the reason for each element.

    A contradicting number (`explain`) leaves nothing; so does a road that is another one while nothing else places the
    address.
    """
    reasons = explain(asked, found, known)
    if reasons and reasons[0].earned <= CONTRADICTED:
        return 0.0, reasons
    total = earned = surplus = 0.0
    for reason in reasons:
        if reason.verdict is Verdict.UNSAID:
            surplus += _SURPLUS.get(reason.kind, 0.0)
        elif reason.verdict is not Verdict.REDUNDANT:
            total += WEIGHTS[reason.kind]
            earned += reason.earned * WEIGHTS[reason.kind]
    score = earned / total if total else 0.0
    return max(0.0, score - surplus) * (1 - asked.penalty) * (1 - found.penalty), reasons


def _placed(reasons: Iterable[Reason]) -> bool:
    """Whether something that places an address has matched: a road, an estate, or a lane."""
    return any(r.verdict in GOOD and r.kind in (Kind.ROAD, Kind.ESTATE, Kind.LANE, Kind.COMMUNITY) for r in reasons)


def _level(candidate: Candidate, reasons: Iterable[Reason]) -> Level:
    if candidate.target != "building":
        return Level(candidate.target)
    good = {r.kind for r in reasons if r.verdict in GOOD}
    if candidate.exact or good & {Kind.NUMBER, Kind.BUILDING}:
        return Level.BUILDING
    return Level.ESTATE if Kind.ESTATE in good else Level.ROAD


@lru_cache(maxsize=1_000)
def said(within: tuple[Place, ...]) -> tuple[Element, ...]:
    """Return what the divisions that a building lies in say of it, as elements of an address."""
    return tuple(Element(place.kind, place.name, place.name, 0) for place in within)


def placed(readings: Iterable[Reading], within: tuple[Place, ...]) -> tuple[Reading, ...]:
    """Return the readings of an address with the divisions that its building lies in, whatever the address says."""
    where = said(within)
    return tuple(Reading((*where, *told.elements), told.penalty) for told in readings)


def score(asked: Sequence[Reading], candidate: Candidate, known: Known = NOTHING_KNOWN) -> Scored:
    """Return the best of all pairs of readings of the query and of the candidate's address."""
    best: tuple[float, tuple[Reason, ...]] = (0.0, ())
    for reading in asked:
        for found in candidate.readings:
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


def word_for_word(one: Candidate) -> Scored:
    """Return the score of an address that is what was asked, sign for sign, so that nothing need be compared."""
    return Scored(one, 1.0 if one.standard else 1.0 - BY_ANOTHER_NAME, Level(one.target), ())

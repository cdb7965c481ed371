"""What an address text means: an answer with its target, where it is, how sure, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from buildings.addresses.parsing.elements import Gazetteer
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.message import Relation
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.several import Role
from buildings.geocoding.matching.calibration import Evidence
from buildings.geocoding.matching.explanation import GOOD, UNEXPLAINED, Reason, Verdict
from buildings.geocoding.matching.rank import Level, Part

# How far the point may be from what is meant, in metres.
ACCURACY_M: Final[Mapping[Level, float]] = {
    Level.UNIT: 15.0,
    Level.ENTRANCE: 15.0,
    Level.BUILDING: 15.0,
    Level.INTERPOLATED: 30.0,
    Level.ESTATE: 300.0,
    Level.ROAD: 1000.0,
    Level.COMMUNITY: 1500.0,
    Level.SUBDISTRICT: 4000.0,
    Level.DISTRICT: 10000.0,
    Level.GRID: 200.0,
    Level.PLACE: 1.0,
    Level.POI: 30.0,
    Level.JUNCTION: 50.0,
}


# A number that is one answer's among all kinds, for ever: its id with the place of its kind in this list.
KINDS: Final = (
    "building", "entrance", "unit", "division", "road", "estate", "grid", "place", "poi", "junction", "interpolated",
)  # fmt: skip


def place_of(place_id: int) -> tuple[str, int]:
    """Return the kind and the id that a place id stands for."""
    identity, kind = divmod(place_id, 16)
    return (KINDS[kind] if kind < len(KINDS) else ""), identity


@dataclass(frozen=True, slots=True)
class Was:
    """Until when an address led where an answer says, by which event (None: an import), and what came of the target.

    ``address`` is what the target was called; ``status`` and ``successors`` are those of `buildings.resolving`.
    """

    address: str
    until: datetime
    event: Mapping[str, Any] | None = None
    status: str = "current"
    successors: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a point is estimated by: the side of the road (odd, even) and the addresses on both sides of the number."""

    side: str
    between: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address text means: its target, where it is (degrees, WGS84), how sure, and why.

    ``point`` says whose point that is: of the unit, the entrance, the building, the division, the road or estate, or
    the place asked for. ``role`` is the address's among several that were asked for, ``relation`` how the place meant
    lies to the target, ``line`` a road's course. ``held_by`` is the (kind, id, normalized text) of the registered
    address that led here, if that is no standard one; ``was`` says that it is none any more. ``estimate``: nothing
    registered has the address, and the point is a guess.
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
    line: tuple[tuple[float, float], ...] = ()
    held_by: tuple[str, int, str] | None = None
    was: Was | None = None
    estimate: Estimate | None = None

    @property
    def place_id(self) -> int:
        """The number that `place_of` reads; below 2**53, as far as JSON's readers are exact."""
        return self.id * 16 + KINDS.index(self.target)

    @property
    def is_whole(self) -> bool:
        """Whether it has all that is asked for: of 1栋101, whose 101 is called otherwise now, 1栋 is not all."""
        return all(one.verdict in GOOD or one.verdict is Verdict.UNSAID for one in self.reasons)

    @property
    def inherited(self) -> bool:
        """Whether the point is not the target's own but that of what it is in."""
        return self.point in ("entrance", "building") and self.point != self.target

    @property
    def unexplained(self) -> tuple[str, ...]:
        """What was said that the answer contradicts, leaves over, or has no place for, as said."""
        return tuple(r.asked for r in self.reasons if r.verdict in UNEXPLAINED)


def elements_of(address: str, names: Gazetteer) -> Mapping[str, str]:
    """Return what an address consists of, by the kinds of its elements."""
    return {e.kind.value: e.text for e in parse(normalize(address), names)[0].elements}


def label_of(text: str, whose: str, part: Part | None, standard: str | None, standard_of_unit: str | None) -> str:
    """Return the standard address of what is found, else the registered ``text`` (of a ``whose``) that led there."""
    whole = standard or text
    if part is None:
        return whole if whose == "building" else standard_of_unit or text
    entrance = part.entrance if any(c.isdigit() for c in part.entrance) else ""
    return standard_of_unit or f"{whole}{entrance}{part.room}"

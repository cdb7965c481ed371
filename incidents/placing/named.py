"""What reports name by code or address: units, buildings, communities, among those that the reporter may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from buildings.geocoding.gathered import found_together
from buildings.models import Building, BuildingCode, UnitCode
from gisserver.common.access.models import Viewer
from gisserver.common.errors import DomainError, Invalid
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion
from incidents.placed_by import Member

CODES = ("unit", "building", "community")


@dataclass(frozen=True, slots=True)
class House:
    """A building that a report names, and the unit in it if it names one; ``ewkb`` is the building's place."""

    building_id: int
    unit_id: int | None
    ewkb: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a report names: a house by each member that says one, and its community."""

    houses: Mapping[Member, House]
    community_id: int | None = None


NOTHING = Named({})


def all_named(asked: Sequence[tuple[Viewer | None, Mapping[str, Any], bool]]) -> list[Named | DomainError]:
    """Return for each (reporter, report, whether its address counts) what it names, or why that can't be.

    Codes are those that a thing has or ever had (law 5). An address counts if it surely means one house. Asks nothing
    when nothing is named.
    """
    answers: list[Named | DomainError] = [NOTHING] * len(asked)
    by_viewer: dict[Viewer | None, list[int]] = defaultdict(list)
    for index, (viewer, report, by_address) in enumerate(asked):
        if any(report.get(name) for name in CODES) or (by_address and report.get("address")):
            by_viewer[viewer].append(index)
    for viewer, indexes in by_viewer.items():
        found = _Register(viewer, [asked[index] for index in indexes])
        for index in indexes:
            _, report, by_address = asked[index]
            answers[index] = _named(found, report, by_address=by_address)
    return answers


class _Register:
    """What a viewer's reports name, looked up together."""

    def __init__(self, viewer: Viewer | None, asked: Sequence[tuple[Viewer | None, Mapping[str, Any], bool]]) -> None:
        said = {name: {report[name] for _, report, _ in asked if report.get(name)} for name in CODES}
        texts = sorted({report["address"] for _, report, by_address in asked if by_address and report.get("address")})
        self.units: dict[str, tuple[int, int]] = {}
        self.buildings: dict[str, int] = {}
        self.communities: dict[str, int] = {}
        self.addresses: dict[str, tuple[int | None, int]] = {}
        self.places: dict[int, str] = {}
        if viewer is not None:
            self._look_up(viewer, said, texts)

    def _look_up(self, viewer: Viewer, said: Mapping[str, set[str]], texts: Sequence[str]) -> None:
        visible = Building.objects.visible_to(viewer)
        if said["unit"]:
            units = UnitCode.objects.filter(code__in=said["unit"], unit__building__in=visible)
            self.units = {row[0]: row[1:] for row in units.values_list("code", "unit_id", "unit__building_id")}
        if said["building"]:
            rows = BuildingCode.objects.filter(code__in=said["building"], building__in=visible)
            self.buildings = dict(rows.values_list("code", "building_id"))
        if said["community"]:
            known = DivisionVersion.objects.visible_to(viewer).at().filter(division__level=DivisionLevel.COMMUNITY)
            self.communities = dict(known.filter(code__in=said["community"]).values_list("code", "division_id"))
        if texts:
            answers = found_together(user=viewer, asked=[(text, 1) for text in texts])
            surely = {text: some[0] for text, some in zip(texts, answers, strict=True) if some}
            self.addresses = {text: _target(one) for text, one in surely.items() if one.building is not None}
        self.places = _places({
            *self.buildings.values(), *(row[1] for row in self.units.values()),
            *(row[1] for row in self.addresses.values()),
        })  # fmt: skip


def _target(answer: Any) -> tuple[int | None, int]:
    """Return the unit, if it is one, and the building that an address means."""
    return (answer.id if answer.target == "unit" else None), answer.building


def _places(buildings: Iterable[int]) -> dict[int, str]:
    rows = Building.objects.filter(pk__in=buildings).values_list("pk", "location")
    return {pk: place.hexewkb.decode() for pk, place in rows}


def _named(found: _Register, report: Mapping[str, Any], *, by_address: bool) -> Named | DomainError:
    houses: dict[Member, House] = {}
    unit, building, community = (report.get(name) or "" for name in CODES)
    known_codes: tuple[Mapping[str, Any], ...] = (found.units, found.buildings, found.communities)
    for unknown, code, known in zip(_UNKNOWN, (unit, building, community), known_codes, strict=True):
        if code and code not in known:
            return unknown(code)
    if unit:
        unit_id, building_id = found.units[unit]
        houses[Member.UNIT] = House(building_id, unit_id, found.places[building_id])
    if building:
        building_id = found.buildings[building]
        if unit and houses[Member.UNIT].building_id != building_id:
            return Invalid("unit_elsewhere", Sentence("Unit {unit!r} is in another building.", unit=unit[:60]))
        houses[Member.BUILDING] = House(building_id, None, found.places[building_id])
    if by_address and (target := found.addresses.get(report.get("address") or "")):
        houses[Member.ADDRESS] = House(target[1], target[0], found.places[target[1]])
    return Named(houses, found.communities.get(community))


def _unknown_unit(code: str) -> Invalid:
    return Invalid("unknown_unit", Sentence("No unit that you may see has, or ever had, the code {code!r}.", code=code))


def _unknown_building(code: str) -> Invalid:
    sentence = Sentence("No building that you may see has, or ever had, the code {code!r}.", code=code)
    return Invalid("unknown_building", sentence)


def _unknown_community(code: str) -> Invalid:
    return Invalid("unknown_community", Sentence("No community that you may see has the code {code!r}.", code=code))


_UNKNOWN = (_unknown_unit, _unknown_building, _unknown_community)

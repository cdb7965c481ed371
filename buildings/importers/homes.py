"""The home that a row of a register means: its building, by code or address, and the unit in it, or a doubt."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from buildings.doors import Door, door_in
from buildings.importers.register_words import Residence
from buildings.importers.residence import Said
from buildings.importers.units import Doors, Wanted, ended_units, make_units
from buildings.models import LifecycleEvent
from buildings.review.doubtful import Doubtful
from buildings.review.matching import Matched, decided_before, match_many, unknown_unit
from buildings.review.places import Gone, houses, successors_of
from buildings.review.queue import Waiting
from buildings.services import lock_buildings
from buildings.succession import fates


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRow:
    """What a row says; ``building_id`` 0: its address must tell, and perhaps the unit too. None: it does not say."""

    building_id: int
    address: str
    entrance: str
    unit: str
    floor: int | None
    source_ref: str
    head_name: str
    phone: str
    residents: int | None = None
    registered: bool | None = None
    children: int | None = None
    elderly: int | None = None
    floating: int | None = None
    residence: str = Residence.LIVES.value
    unit_id: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """A row with its building; ``unit`` is None while its building has no such unit yet."""

    row: HomeRow
    unit: int | None = None

    @property
    def wanted(self) -> Wanted:
        """The door that the row names, in its own columns, else in its address."""
        row = self.row
        if row.unit:
            return Wanted(row.building_id, row.entrance, row.unit, row.floor)
        door = door_in(row.address)
        return Wanted(row.building_id, row.entrance or door.entrance, door.room, row.floor)

    @property
    def said(self) -> Said:
        """What the row says of its household."""
        row = self.row
        return Said(
            home=self.unit or self.wanted.key,
            reference=row.source_ref,
            head_name=row.head_name,
            phone=row.phone,
            residents=row.residents,
            registered=row.registered,
            children=row.children,
            elderly=row.elderly,
            floating=row.floating,
            residence=Residence(row.residence),
        )


@dataclass(frozen=True, slots=True)
class EndedHome:
    """A row that names a building or unit (``target``, ``id``) which does not stand any more."""

    row: HomeRow
    target: str
    id: int


def home_of(row: Mapping[str, Any], building: int, unit: int | None = None) -> Home:
    """Return the home that a row which waited means, now that its building, or its unit, is decided."""
    return Home(HomeRow(**{**row, "building_id": building, "unit_id": 0}), unit)


def place_homes(rows: Mapping[int, HomeRow], *, make_units: bool) -> tuple[dict[int, Home], dict[int, Waiting]]:
    """Return the rows that have a home, and those that wait because it is in doubt, by the rows' indexes.

    With ``make_units`` a unit that a building does not have is no doubt, unless it had one: nothing that has ended
    comes back by an import. Locks the buildings in the order of their ids.
    """
    told, waiting = _in_buildings(rows)
    doors = _locked_doors(told)
    homes = {index: home for index, home in told.items() if home.unit}
    asked = {index: home for index, home in told.items() if not home.unit}
    named = {home.wanted.key for home in asked.values()}
    gone = ended_units({i: home.wanted for i, home in asked.items() if not doors.like(home.wanted)})
    for index, home in asked.items():
        unit = doors.find(home.wanted)
        if unit or (make_units and index not in gone and _is_new(home.wanted, doors, named)):
            homes[index] = replace(home, unit=unit)
    strangers = {index: home for index, home in asked.items() if index not in homes}
    settled, doubtful = _strangers(strangers, doors, gone)
    return homes | settled, waiting | doubtful


def _is_new(wanted: Wanted, doors: Doors, named: set[tuple[int, Door]]) -> bool:
    """Say whether a door is one to be made: named, like none that is known, and at one entrance that the rows name."""
    at = {door.entrance for building, door in named if building == wanted.building and wanted.door.may_be(door)}
    return bool(wanted.door) and not doors.like(wanted) and len(at - {""}) <= 1


def homes_made(
    homes: Mapping[int, Home], *, source: str, moment: datetime, event: Callable[[], LifecycleEvent]
) -> tuple[dict[int, Home], list[str]]:
    """Make the units that these rows lack; return the rows with their units, and notes. They are part of ``event``."""
    lacking = {index: home for index, home in homes.items() if home.unit is None}
    if not lacking:
        return dict(homes), []
    doors = Doors({home.row.building_id for home in lacking.values()})
    wanted = [home.wanted for home in lacking.values()]
    labels = make_units(wanted, doors, source=source, moment=moment, event=event())
    settled = {index: replace(home, unit=doors.like(home.wanted)[0]) for index, home in lacking.items()}
    return {**homes, **settled}, [f"{len(labels)} units are new", *(f"new unit: {label}" for label in labels)]


def _in_buildings(rows: Mapping[int, HomeRow]) -> tuple[dict[int, Home], dict[int, Waiting]]:
    """Return the rows whose building is told, by code or by their address, and those that wait because it is not."""
    told = {
        index: Home(row, row.unit_id or None)
        for index, row in rows.items()
        if row.building_id and (row.unit or row.unit_id)
    }
    asked = [index for index in rows if index not in told]
    texts = [rows[index].address for index in asked]
    found = match_many(texts, to=["building" if rows[index].unit else "unit" for index in asked])
    waiting = {}
    for index, match in zip(asked, found, strict=True):
        row = rows[index]
        if isinstance(match, Matched):
            unit = match.id if match.target == "unit" and not row.unit else None
            told[index] = Home(replace(row, building_id=match.building), unit)
        else:
            waiting[index] = _waiting(index, row, row.address, match)
    return told, waiting


def _locked_doors(told: Mapping[int, Home]) -> Doors:
    """Lock these rows' buildings until the commit; return the doors of those in which a unit is still to be found."""
    lock_buildings({home.row.building_id for home in told.values()})
    return Doors({home.row.building_id for home in told.values() if home.unit is None})


def _strangers(
    homes: Mapping[int, Home], doors: Doors, gone: Mapping[int, int]
) -> tuple[dict[int, Home], dict[int, Waiting]]:
    """Return the rows whose door was decided before, and those that wait because their building has no such unit.

    ``gone`` tells of some the unit that had the door, and has ended.
    """
    known = houses({home.row.building_id for home in homes.values()})
    texts = {
        index: f"{known[home.row.building_id].label} {home.row.entrance}{home.row.unit}"
        for index, home in homes.items()
    }
    decided = decided_before(texts.values())
    formers = _formers({index: ("unit", unit) for index, unit in gone.items() if index in homes})
    settled: dict[int, Home] = {}
    waiting: dict[int, Waiting] = {}
    for index, home in homes.items():
        match = decided.get(texts[index])
        if match is not None and match.target == "unit" and match.building == home.row.building_id:
            settled[index] = replace(home, unit=match.id)
            continue
        house = known[home.row.building_id]
        doubt = formers[index].doubt if index in formers else unknown_unit(house, doors.near(home.wanted))
        waiting[index] = _waiting(index, home.row, texts[index], doubt)
    return settled, waiting


def in_successors(gone: Mapping[int, EndedHome]) -> tuple[dict[int, HomeRow], dict[int, Waiting]]:
    """Return the rows of homes that no longer stand: those that somebody has decided before, and those that wait.

    What stands in the place of such a home is what may be meant; nothing comes back by an import.
    """
    formers = _formers({index: (one.target, one.id) for index, one in gone.items()})
    texts = {index: one.row.address or formers[index].label for index, one in gone.items()}
    decided = decided_before(texts.values())
    settled: dict[int, HomeRow] = {}
    waiting: dict[int, Waiting] = {}
    for index, one in gone.items():
        match = decided.get(texts[index])
        if match is not None and match.target == "unit":
            settled[index] = replace(one.row, building_id=match.building, unit_id=match.id)
        else:
            waiting[index] = _waiting(index, one.row, texts[index], formers[index].doubt)
    return settled, waiting


def _formers(gone: Mapping[int, tuple[str, int]]) -> dict[int, Gone]:
    """Return by row the home (target, id) that no longer stands, with what stands in its place."""
    found: dict[int, Gone] = {}
    for target in ("unit", "building"):
        asked = {index: pk for index, (kind, pk) in gone.items() if kind == target}
        heirs = fates(target, set(asked.values())) if asked else {}
        for index, pk in asked.items():
            found[index] = successors_of(target, pk, heirs.get(pk, {}).get("successors", ()))
    return found


def _waiting(index: int, row: HomeRow, text: str, doubt: Doubtful) -> Waiting:
    return Waiting(number=index + 1, text=text, row=asdict(row), doubt=doubt, source_ref=row.source_ref)

"""Loading a row that waited, within the event of the decision on it; each register has its own way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from buildings.doors import entrance_name, room_number
from buildings.households.ledger import Change
from buildings.importers.homes import Home, home_of
from buildings.importers.legal_persons import words_of
from buildings.importers.placeless import differing
from buildings.importers.register_words import Residence
from buildings.importers.residence import Residents, Said
from buildings.importers.units import Doors, Wanted
from buildings.legal_persons.words import kind_of
from buildings.lifecycle.act import Act
from buildings.lifecycle.addresses import standard_address
from buildings.lifecycle.contents import add_entrances, add_units
from buildings.lifecycle.ending import inside
from buildings.lifecycle.events import legal_persons
from buildings.lifecycle.events.update import change_building
from buildings.models import Building, BuildingCode, Entrance, LegalPerson, ReviewItem, ReviewStatus, Target
from buildings.services import lock_buildings
from gisserver.common.errors import Refused
from gisserver.common.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody says that a row means: a target in a locked building; a unit may be made if it has none such."""

    target: Target
    row: Any
    building: Building
    make_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a decision does with a row: ``what`` it loads, if anything is new; the unit, and whether that is made."""

    review: int
    register: str
    what: str | None
    unit: int | None = None
    makes_unit: bool = False


def load_household(act: Act, item: ReviewItem, meant: Meant) -> Loaded:
    """Let the household of a row live in the unit that is meant, or in the one that the row names.

    Raises Refused ``needs_unit`` or ``unknown_unit`` when no unit is.
    """
    home = home_of(item.row, meant.building.pk, meant.row.pk if meant.target is Target.UNIT else None)
    unit, made = home.unit, False
    if unit is None:
        unit, made = _unit(act, _wanted(home, meant), meant)
    change = _news(act, Home(home.row, unit).said, item.source, unit)
    if change is None:
        return Loaded(review=item.pk, register=item.register, what=None, unit=unit, makes_unit=made)
    act.tell([change])
    return Loaded(review=item.pk, register=item.register, what="household", unit=unit, makes_unit=made)


def _news(act: Act, said: Said, source: str, unit: int) -> Change | None:
    """Return what a row is news of at the moment of the decision."""
    residents = Residents([said], source, act.moment)
    if said.residence is Residence.VACANT:
        inside = residents.living_in(unit)
        return residents.leaving(inside[0]) if inside else None
    return residents.change(said, residents.recognise({0: said})[0], unit)


def _wanted(home: Home, meant: Meant) -> Wanted:
    wanted = home.wanted
    if meant.target is not Target.ENTRANCE:
        return wanted
    return Wanted(wanted.building, meant.row.name, wanted.room, wanted.floor)


def _unit(act: Act, wanted: Wanted, meant: Meant) -> tuple[int, bool]:
    """Return the unit that a row names in its building, and whether it had to be made."""
    doors = Doors([meant.building.pk])
    like = doors.like(wanted)
    if len(like) == 1:
        return like[0], False
    if like or not wanted.door:
        raise Refused(
            "needs_unit",
            Sentence("This row means a home: choose the unit; the building has {count} such.", count=len(like)),
            units=like[:50],
        )
    if not meant.make_unit:
        raise Refused(
            "unknown_unit",
            Sentence(
                "The building has no such unit: choose one, or say make_unit.",
                entrance=wanted.entrance,
                room=wanted.room,
            ),
            units=[pk for pk, _ in doors.near(wanted)][:50],
        )
    return _made(act, wanted, doors, meant.building), True


def _made(act: Act, wanted: Wanted, doors: Doors, building: Building) -> int:
    """Make the unit that a row names, with its entrance, and its address and code where the building has them."""
    entrances = {row.name: row for row in inside(Entrance, building.pk)}
    held = doors.entrances.get((building.pk, wanted.door.entrance))
    name = next((row.name for row in entrances.values() if row.pk == held), "")
    if wanted.door.entrance and not name:
        name = entrance_name(wanted.entrance, wanted.door.entrance)
        entrances |= {row.name: row for row in add_entrances(act, building.pk, [{"name": name}])}
    number = room_number(wanted.room, wanted.door.room)
    house = standard_address(Target.BUILDING, building.pk)
    unit = {
        "number": number,
        "floor": wanted.floor,
        "entrance": name or None,
        "address": f"{house}{name}{number}" if house else "",
        "issue_code": BuildingCode.objects.at().filter(building=building).exists(),
    }
    return add_units(act, building.pk, [unit], entrances)[0].pk


def load_building(act: Act, item: ReviewItem, meant: Meant) -> Loaded:
    """Let the building say what a row says of it; raises Refused ``needs_building`` for a part of one."""
    if meant.target is not Target.BUILDING:
        raise Refused("needs_building", "This row means a building: choose one.")
    changes = differing(meant.building, item.row)
    if changes:
        act.demand_order_of_time([meant.building])
        change_building(act, meant.building, changes)
    return Loaded(review=item.pk, register=item.register, what="building" if changes else None)


def load_legal_person(act: Act, item: ReviewItem, meant: Meant) -> Loaded:
    """Let the legal person of a row be found in the unit or building that is meant, and say what the row says of it.

    Raises Forbidden for one that is in another area now.
    """
    code, unit = item.row["credit_code"], meant.row if meant.target is Target.UNIT else None
    held = LegalPerson.objects.filter(credit_code=code).select_for_update(no_key=True).first()
    if held is not None and held.valid.upper is None:
        legal_persons.demand_place(act, held)
    words = {**({} if held else {"kind": str(kind_of("", code))}), **words_of(item.row)}
    role = legal_persons.say(act, code, {**words, **legal_persons.in_building(meant.building, unit)}, row=held)
    what = None if role is None else item.register.removesuffix("s")
    return Loaded(review=item.pk, register=item.register, what=what, unit=unit and unit.pk)


def lock_places(user: User, item_id: int, building_id: int) -> None:
    """Lock the building that is meant, and those where the legal persons of a row and of rows of its text are now."""
    rows = ReviewItem.objects.visible_to(user)
    same = rows.filter(
        register="legal_persons", status=ReviewStatus.OPEN, normalized__in=rows.filter(pk=item_id).values("normalized")
    )
    codes = [row["credit_code"] for row in same.values_list("row", flat=True)]
    held = LegalPerson.objects.at().filter(credit_code__in=codes).exclude(building=None) if codes else None
    former = [] if held is None else held.values_list("building_id", flat=True)
    lock_buildings({building_id, *former})


Load = Callable[[Act, ReviewItem, Meant], Loaded]
LOADERS: Mapping[str, Load] = {
    "households": load_household,
    "buildings": load_building,
    "legal_persons": load_legal_person,
}

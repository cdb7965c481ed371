"""One building becomes several: the first ends, its parts begin, and everything in it goes to one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import standard_address
from buildings.lifecycle.contents import demand_known, numbers_once
from buildings.lifecycle.ending import end_building, end_building_addresses, inside
from buildings.lifecycle.events.create import begin_building
from buildings.lifecycle.implied_addresses import follow_address
from buildings.models import Building, Entrance, EventKind, LifecycleEvent, Target, Unit
from gisserver.common.errors import Invalid, Refused
from gisserver.common.sentences import Sentence

Said = Mapping[str, Any]
# What a part is like when it does not say.
INHERITED = ("kind", "status", "floors", "height_m")


@transaction.atomic
def split_building(*, order: Order, building_id: int, parts: Sequence[Said]) -> LifecycleEvent:
    """Let two or more buildings take the place of one.

    Each part says what a new building says, and which ``entrances`` and ``units`` (ids) it takes; one may take the
    ``rest``. Units go with their entrance unless they are named. Units, entrances and households keep their
    identity, and units their codes; their addresses follow those of their part. The building's own code and addresses
    end, and resolve to the parts. Raises Refused ``units_left_over`` when something would be in none of them.
    """
    if len(parts) < 2:
        raise Invalid("too_few_parts", "A building is split into two or more.")
    if sum(1 for part in parts if part.get("rest")) > 1:
        raise Invalid("two_rests", "Only one part takes the rest.")
    act = Act(EventKind.SPLIT, order)
    building = act.lock([building_id])[building_id]
    entrances, units = inside(Entrance, building_id), inside(Unit, building_id)
    act.demand_order_of_time([building, *entrances, *units])
    doors, rooms = _shares(parts, entrances, units)
    address = standard_address(Target.BUILDING, building_id)
    end_building_addresses(act, building)
    like = {name: getattr(building, name) for name in INHERITED}
    begun = [begin_building(act, {**like, **part}, place=_place_of(building, part)) for part in parts]
    move(act, Target.ENTRANCE, entrances, {pk: begun[n] for pk, n in doors.items()})
    move(act, Target.UNIT, units, {pk: begun[n] for pk, n in rooms.items()})
    for part in begun:
        follow_house(act, part, old=address)
    end_building(act, building)
    return act.record()


def follow_house(act: Act, building: Building, *, old: str) -> None:
    """Let what has moved into ``building`` from one with the address ``old`` be addressed by where it is now."""
    new = standard_address(Target.BUILDING, building.pk)
    if old and new:
        follow_address(act, building=building.pk, old=old, new=new, keep_former=True)


def _place_of(building: Building, part: Said) -> Said:
    """Return the place of a part that says none: the building's own point."""
    says = part.get("location") is not None or part.get("footprint") is not None
    return {} if says else {"location": building.location}


def _shares(
    parts: Sequence[Said], entrances: Sequence[Entrance], units: Sequence[Unit]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return for each entrance and each unit the number of the part that takes it."""
    rest = next((n for n, part in enumerate(parts) if part.get("rest")), None)
    doors = _named(parts, "entrances", [row.pk for row in entrances])
    rooms = _named(parts, "units", [row.pk for row in units])
    for unit in units:
        with_door = None if unit.entrance_id is None else doors.get(unit.entrance_id)
        part = rooms.get(unit.pk, rest if with_door is None else with_door)
        if part is not None:
            rooms[unit.pk] = part
    for row in entrances:
        users = {rooms[unit.pk] for unit in units if unit.entrance_id == row.pk and unit.pk in rooms}
        part = doors.get(row.pk, users.pop() if len(users) == 1 else rest)
        if part is not None:
            doors[row.pk] = part
    left = [unit.pk for unit in units if unit.pk not in rooms]
    shut = [row.pk for row in entrances if row.pk not in doors]
    if left or shut:
        raise Refused(
            "units_left_over",
            Sentence(
                "{units} units and {entrances} entrances are in no part; name them, or let a part take the rest.",
                units=len(left),
                entrances=len(shut),
            ),
            units=left[:100],
            entrances=shut[:100],
        )
    apart = [unit.pk for unit in units if unit.entrance_id is not None and doors[unit.entrance_id] != rooms[unit.pk]]
    if apart:
        raise Refused(
            "unit_without_its_entrance",
            "A unit goes to the part that its entrance goes to.",
            units=apart[:100],
        )
    return doors, rooms


def _named(parts: Sequence[Said], member: str, known: Sequence[int]) -> dict[int, int]:
    part_of: dict[int, int] = {}
    for number, part in enumerate(parts):
        for identity in part.get(member, ()):
            if part_of.setdefault(identity, number) != number:
                raise Invalid(
                    "named_twice",
                    Sentence("{member} {identity}: only one part can have it.", member=member, identity=identity),
                )
    demand_known(part_of, known, member)
    return part_of


def move(act: Act, target: Target, rows: Sequence[Any], to: Mapping[int, Building]) -> None:
    """Move units or entrances to the buildings that are to have them, in one statement for each building."""
    if not rows:
        return
    model = type(rows[0])
    by_building: dict[int, list[int]] = {}
    for row in rows:
        by_building.setdefault(to[row.pk].pk, []).append(row.pk)
    with numbers_once():
        for building, ids in by_building.items():
            model._default_manager.filter(pk__in=ids).update(building_id=building, changed_at=act.moment)
    for row in rows:
        before, row.building_id = row.building_id, to[row.pk].pk
        act.note_change(target, row, {"building": before}, {"building": row.building_id}, building=row.building_id)

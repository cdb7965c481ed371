"""Several rows for one thing become one: the first stays, all that hangs on the others goes to it, and they end."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from buildings.doors import door_of
from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.addresses import add_alternates, held_addresses
from buildings.lifecycle.ending import end_building, end_entrances, end_units, inside
from buildings.lifecycle.events.split import follow_house, move
from buildings.lifecycle.rehousing import rehouse
from buildings.models import AddressKind, Building, Entrance, EventKind, Household, LifecycleEvent, Target, Unit

# Borne by a building that stood under the reference of another, before references were one building's.
_MARK = re.compile(r"#double-[0-9]+$")
_COMPARED = ("head_name", "phone", "residents", "registered")


@transaction.atomic
def unite(*, order: Order, target: Target, building_id: int, ids: Sequence[int]) -> LifecycleEvent:
    """Let the first of ``ids`` (buildings, or entrances, units or households of a building) stand for all of them.

    One event, of kind merge for buildings and update inside one. Raises Conflict ``building_ended``.
    """
    act = Act(EventKind.MERGE if target is Target.BUILDING else EventKind.UPDATE, order)
    locked = act.lock(ids if target is Target.BUILDING else [building_id])
    if target is Target.BUILDING:
        for other in ids[1:]:
            _unite_buildings(act, locked[ids[0]], locked[other])
        stays = locked[ids[0]]
        Building.objects.filter(pk=stays.pk).update(source_ref=_MARK.sub("", stays.source_ref))
    elif target is Target.ENTRANCE:
        entrances = {row.pk: row for row in inside(Entrance, building_id, ids)}
        for other in ids[1:]:
            _unite_entrances(act, entrances[ids[0]], entrances[other])
    elif target is Target.UNIT:
        units = {row.pk: row for row in inside(Unit, building_id, ids)}
        for other in ids[1:]:
            _unite_units(act, units[ids[0]], units[other])
    else:
        surplus = list(Household.objects.filter(identity__in=ids[1:], valid__upper_inf=True))
        act.end(Target.HOUSEHOLD, surplus, buildings=[building_id] * len(surplus))
    return act.record()


def _unite_buildings(act: Act, stays: Building, goes: Building) -> None:
    act.demand_order_of_time([stays, goes])
    doors = {door_of(row.name, "").entrance: row for row in inside(Entrance, stays.pk)}
    units = {_door(row): row for row in _units(stays.pk)}
    for unit in _units(goes.pk):
        known = units.get(_door(unit))
        if known is not None:
            _unite_units(act, known, unit)
    left = inside(Entrance, goes.pk)
    known_doors = [row for row in left if door_of(row.name, "").entrance in doors]
    others = [row for row in left if row not in known_doors]
    move(act, Target.ENTRANCE, others, {row.pk: stays for row in others})
    for row in known_doors:
        _unite_entrances(act, doors[door_of(row.name, "").entrance], row)
    rooms = inside(Unit, goes.pk)
    move(act, Target.UNIT, rooms, {row.pk: stays for row in rooms})
    held = held_addresses(Target.BUILDING, [goes.pk])
    texts = [one.text for one in held]
    for one in held:
        if one.kind == AddressKind.STANDARD:
            follow_house(act, stays, old=one.text)
    end_building(act, goes)
    add_alternates(act, Target.BUILDING, stays, texts, building=stays.pk, source=act.order.source)
    act.note_change(Target.BUILDING, stays, {}, {}, building=stays.pk)  # what the others resolve to


def _unite_entrances(act: Act, stays: Entrance, goes: Entrance) -> None:
    units = {row.number: row for row in _units(stays.building_id) if row.entrance_id == stays.pk}
    for unit in [row for row in _units(goes.building_id) if row.entrance_id == goes.pk]:
        if unit.number in units:
            _unite_units(act, units[unit.number], unit)
        else:
            act.change(
                Target.UNIT,
                unit,
                {"entrance_id": stays.pk, "building_id": stays.building_id},
                building=stays.building_id,
            )
    end_entrances(act, [goes])


def _unite_units(act: Act, stays: Unit, goes: Unit) -> None:
    """Let the households of a unit live in another; one that lives there already ends."""
    held = {_values_of(row) for row in Household.objects.filter(unit=stays, valid__upper_inf=True)}
    for household in Household.objects.filter(unit=goes, valid__upper_inf=True).order_by("pk"):
        if _values_of(household) in held:
            act.end(Target.HOUSEHOLD, [household], buildings=[goes.building_id])
        else:
            rehouse(act, household, stays.pk, building=stays.building_id)
    texts = [one.text for one in held_addresses(Target.UNIT, [goes.pk])]
    end_units(act, [goes])
    add_alternates(act, Target.UNIT, stays, texts, building=stays.building_id, source=act.order.source)


def _units(building: int) -> list[Unit]:
    return list(
        Unit.objects.filter(building_id=building, valid__upper_inf=True).select_related("entrance").order_by("pk")
    )


def _door(unit: Unit) -> Any:
    return door_of(unit.entrance.name if unit.entrance else "", unit.number)


def _values_of(household: Household) -> tuple[Any, ...]:
    return tuple(getattr(household, name) for name in _COMPARED)

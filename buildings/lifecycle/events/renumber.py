"""Units and entrances of a building get other numbers, all in one event: so two may exchange theirs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.contents import demand_known, demand_own_doors, numbers_once
from buildings.lifecycle.ending import inside
from buildings.lifecycle.implied_addresses import Change, follow_renamed, follow_unit
from buildings.models import Entrance, EventKind, LifecycleEvent, Target, Unit
from gisserver.common.errors import Conflict, Invalid

Said = Mapping[str, Any]


@transaction.atomic
def renumber(*, order: Order, building_id: int, units: Sequence[Said], entrances: Sequence[Said]) -> LifecycleEvent:
    """Give units (``id``, ``number``, perhaps ``address``) and entrances (``id``, ``name``) other numbers.

    A unit's standard address that ends with its old number gets the new one, and goes on as a former address.
    Raises Conflict ``number_taken`` when two would have the same, Invalid ``named_twice``.
    """
    act = Act(EventKind.RENUMBER, order)
    act.lock([building_id])
    for changes in (units, entrances):
        if len({one["id"] for one in changes}) != len(changes):
            raise Invalid("named_twice", "A unit or entrance is named twice.")
    changed = _entrances(act, building_id, entrances, apart={one["id"] for one in units})
    _units(act, building_id, units, changed)
    return act.record()


def _entrances(act: Act, building: int, changes: Sequence[Said], apart: Collection[int]) -> dict[int | None, Change]:
    """Rename entrances; return by id how their addresses changed, for the units ``apart``."""
    rows = {row.pk: row for row in inside(Entrance, building)}
    demand_known([one["id"] for one in changes], rows, "entrance")
    names = {pk: row.name for pk, row in rows.items()} | {one["id"]: one["name"] for one in changes}
    if changes and len(set(names.values())) != len(names):
        raise Conflict("entrance_taken", "Two entrances would have the same name.")
    chosen = [rows[one["id"]] for one in changes]
    act.demand_order_of_time(chosen)
    changed: dict[int | None, Change] = {}
    for row, one in zip(chosen, changes, strict=True):
        old = row.name
        if act.change(Target.ENTRANCE, row, {"name": one["name"]}, building=building):
            changed[row.pk] = follow_renamed(act, row, old, one.get("address"), building, apart=apart)
    return changed


def _units(act: Act, building: int, changes: Sequence[Said], doors: Mapping[int | None, Change]) -> None:
    rows = {row.pk: row for row in inside(Unit, building, [one["id"] for one in changes])}
    demand_known([one["id"] for one in changes], rows, "unit")
    chosen = [(rows[one["id"]], one, rows[one["id"]].number) for one in changes]
    chosen = [
        (row, one, old)
        for row, one, old in chosen
        if old != one["number"] or one.get("address") or row.entrance_id in doors
    ]
    act.demand_order_of_time([row for row, _, _ in chosen])
    with numbers_once():
        give_up_numbers(act, [row.pk for row, _, _ in chosen])
        for row, one, old in chosen:
            Unit.objects.filter(pk=row.pk).update(number=one["number"])
            row.number = one["number"]
            if old != row.number:
                act.note_change(Target.UNIT, row, {"number": old}, {"number": row.number}, building=building)
    if chosen:
        demand_own_doors(building, [row.pk for row, _, _ in chosen])
    for row, one, old in chosen:
        door = doors.get(row.entrance_id, ("", ""))
        follow_unit(act, row, old, entrance=door, told=one.get("address"), building=building)


def give_up_numbers(act: Act, units: Collection[int]) -> None:
    """Let nobody have one of the numbers while others are given: they may be exchanged."""
    nobodys = Concat(Value("\x01"), Cast(F("pk"), CharField()))
    Unit.objects.filter(pk__in=units).update(number=nobodys, changed_at=act.moment)

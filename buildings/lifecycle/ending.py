"""Ending a building, an entrance or a unit with all that hangs on it, within an event."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from buildings.lifecycle.act import Act
from buildings.models import Address, Building, Entrance, Household, Target, Unit, UnitCode
from gisserver.common.db import sql
from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence

SQL = Path(__file__).parent / "sql"


def end_households(act: Act, units: Sequence[Unit], *, allowed: bool) -> None:
    """End the households of these units; raises Conflict ``households_inside`` unless that is ``allowed``."""
    by_unit = {unit.pk: unit.building_id for unit in units}
    inside = list(Household.objects.filter(unit_id__in=by_unit, valid__upper_inf=True).order_by("pk"))
    if inside and not allowed:
        raise Conflict(
            "households_inside",
            Sentence("{count} households are registered here; say end_households to end them too.", count=len(inside)),
            households=len(inside),
        )
    act.end(Target.HOUSEHOLD, inside, buildings=[by_unit[row.unit_id] for row in inside])


def end_units(act: Act, units: Sequence[Unit]) -> None:
    """End units, with their codes and addresses; their households have ended or moved before."""
    by_unit = {unit.pk: unit.building_id for unit in units}
    codes = list(UnitCode.objects.filter(unit_id__in=by_unit, valid__upper_inf=True).order_by("pk"))
    act.end(Target.UNIT_CODE, codes, buildings=[by_unit[row.unit_id] for row in codes])
    _end_addresses(act, "unit", by_unit)
    act.end(Target.UNIT, units, buildings=list(by_unit.values()))


def end_entrances(act: Act, entrances: Sequence[Entrance]) -> None:
    """End entrances with their addresses; their units have ended or moved before."""
    by_entrance = {row.pk: row.building_id for row in entrances}
    _end_addresses(act, "entrance", by_entrance)
    act.end(Target.ENTRANCE, entrances, buildings=list(by_entrance.values()))


def end_building(act: Act, building: Building) -> None:
    """End a building that nothing is in any more, with its codes, addresses and its grid."""
    codes = list(building.codes.filter(valid__upper_inf=True).order_by("pk"))
    act.end(Target.BUILDING_CODE, codes, buildings=[building.pk] * len(codes))
    end_building_addresses(act, building)
    act.end(Target.BUILDING, [building], buildings=[building.pk])
    # A grid may have begun later than the event: an event of the past ends it when it is recorded. What is planned
    # and has not begun is called off.
    sql.run(SQL / "unassign.sql", building=building.pk, moment=act.moment, now=act.now)


def end_building_addresses(act: Act, building: Building) -> None:
    """End a building's own addresses, so that what takes its place may have them."""
    _end_addresses(act, "building", {building.pk: building.pk})


def end_all(act: Act, building: Building, *, end_households_too: bool) -> None:
    """End a building with everything in it."""
    units = inside(Unit, building.pk)
    end_households(act, units, allowed=end_households_too)
    end_units(act, units)
    end_entrances(act, inside(Entrance, building.pk))
    end_building(act, building)


def inside(model: Any, building: int, ids: Collection[int] | None = None) -> list[Any]:
    """Return the units or entrances that a (locked) building has now, all or those of these ids, by id."""
    rows = model.objects.filter(building_id=building, valid__upper_inf=True)
    return list((rows if ids is None else rows.filter(pk__in=ids)).order_by("pk"))


def _end_addresses(act: Act, target: str, owners: dict[int, int]) -> None:
    rows = list(Address.objects.filter(**{f"{target}_id__in": list(owners)}, valid__upper_inf=True).order_by("pk"))
    act.end(Target.ADDRESS, rows, buildings=[owners[getattr(row, f"{target}_id")] for row in rows])

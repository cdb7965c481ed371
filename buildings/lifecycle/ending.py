"""Ending a building, an entrance or a unit with all that hangs on it, within an event."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from buildings.lifecycle.act import Act
from buildings.models import Address, Building, BuildingCode, Entrance, Household, Target, Unit, UnitCode
from gisserver.common.db import sql
from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence

SQL = Path(__file__).parent / "sql"


def end_households(act: Act, units: Sequence[Unit], *, allowed: bool) -> None:
    """End the households of these units; raises Conflict ``households_inside`` unless that is ``allowed``."""
    by_unit = {unit.pk: unit.building_id for unit in units}
    inside = list(Household.objects.filter(unit_id__in=by_unit, valid__upper_inf=True).order_by("pk"))
    if inside and not allowed:
        raise households_inside(len(inside))
    act.end(Target.HOUSEHOLD, inside, buildings=[by_unit[row.unit_id] for row in inside])


def households_inside(count: int) -> Conflict:
    """Return the refusal to end what ``count`` households live in."""
    sentence = Sentence("{count} households are registered here; say end_households to end them too.", count=count)
    return Conflict("households_inside", sentence, households=count)


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
    end_buildings(act, [building])


def end_buildings(act: Act, buildings: Sequence[Building]) -> None:
    """End buildings that nothing is in any more, with their codes, addresses and grids."""
    ids = [building.pk for building in buildings]
    codes = list(BuildingCode.objects.filter(building_id__in=ids, valid__upper_inf=True).order_by("pk"))
    act.end(Target.BUILDING_CODE, codes, buildings=[row.building_id for row in codes])
    _end_addresses(act, "building", {pk: pk for pk in ids})
    act.end(Target.BUILDING, buildings, buildings=ids)
    # A grid may have begun later than the event: an event of the past ends it when it is recorded. What is planned
    # and has not begun is called off.
    sql.run(SQL / "unassign.sql", buildings=ids, moment=act.moment, now=act.now)


def end_building_addresses(act: Act, building: Building) -> None:
    """End a building's own addresses, so that what takes its place may have them."""
    _end_addresses(act, "building", {building.pk: building.pk})


def end_all(act: Act, buildings: Sequence[Building], *, end_households_too: bool) -> None:
    """End buildings with everything in them."""
    ids = [building.pk for building in buildings]
    units = inside_all(Unit, ids)
    end_households(act, units, allowed=end_households_too)
    end_units(act, units)
    end_entrances(act, inside_all(Entrance, ids))
    end_buildings(act, buildings)


def inside(model: Any, building: int, ids: Collection[int] | None = None) -> list[Any]:
    """Return the units or entrances that a (locked) building has now, all or those of these ids, by id."""
    rows = model.objects.filter(building_id=building, valid__upper_inf=True)
    return list((rows if ids is None else rows.filter(pk__in=ids)).order_by("pk"))


def inside_all(model: Any, buildings: Collection[int]) -> list[Any]:
    """Return the units or entrances that these (locked) buildings have now, by id."""
    return list(model.objects.filter(building_id__in=buildings, valid__upper_inf=True).order_by("pk"))


def _end_addresses(act: Act, target: str, owners: dict[int, int]) -> None:
    rows = list(Address.objects.filter(**{f"{target}_id__in": list(owners)}, valid__upper_inf=True).order_by("pk"))
    act.end(Target.ADDRESS, rows, buildings=[owners[getattr(row, f"{target}_id")] for row in rows])

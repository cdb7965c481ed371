"""Many buildings are gone, each with all that was in it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from buildings.lifecycle.act import Act
from buildings.lifecycle.bulk.deed import Changed, Plan
from buildings.lifecycle.ending import end_all, households_inside, inside_all
from buildings.models import Address, Building, BuildingCode, Entrance, EventKind, Household, Unit, UnitCode


class Demolish:
    """End buildings; those with households in them only with ``end_households``."""

    kind = EventKind.DEMOLISH

    def __init__(self, *, end_households: bool) -> None:
        self._end_households = end_households
        self._rows: list[Building] = []

    def plan(self, act: Act, buildings: Mapping[int, Building], plan: Plan) -> None:
        """Note what would end with each, and who lives there."""
        self._rows = list(buildings.values())
        units, entrances = inside_all(Unit, buildings), inside_all(Entrance, buildings)
        flats, doors = ({row.pk: row.building_id for row in rows} for rows in (units, entrances))
        living = list(Household.objects.filter(unit_id__in=flats, valid__upper_inf=True))
        homes = Counter(flats[row.unit_id] for row in living)
        per_building = Counter(flats.values()), Counter(doors.values())
        for row in self._rows:
            held = {"units": per_building[0][row.pk], "entrances": per_building[1][row.pk], "households": homes[row.pk]}
            plan.changes.append(Changed(row.pk, held, None))
            if homes[row.pk] and not self._end_households:
                plan.refuse(row.pk, households_inside(homes[row.pk]))
        plan.refuse_late(act, ((row.pk, row) for row in self._rows))
        plan.refuse_late(act, ((row.building_id, row) for row in (*units, *entrances)))
        plan.refuse_late(act, ((flats[row.unit_id], row) for row in living))
        plan.refuse_late(act, _begun_since(act, {pk: pk for pk in buildings}, doors, flats))

    def write(self, act: Act) -> None:
        """End all of it."""
        end_all(act, self._rows, end_households_too=self._end_households)


def _begun_since(
    act: Act, houses: Mapping[int, int], doors: Mapping[int, int], flats: Mapping[int, int]
) -> Iterator[tuple[int, Any]]:
    """Yield the addresses and codes that have begun since the event, each with its building."""
    hanging: tuple[tuple[Any, str, Mapping[int, int]], ...] = (
        (Address, "building_id", houses),
        (Address, "entrance_id", doors),
        (Address, "unit_id", flats),
        (BuildingCode, "building_id", houses),
        (UnitCode, "unit_id", flats),
    )
    for model, key, where in hanging:
        rows = model.objects.filter(**{f"{key}__in": list(where)}, valid__upper_inf=True)
        for row in rows.filter(valid__startswith__gte=act.moment):
            yield where[getattr(row, key)], row

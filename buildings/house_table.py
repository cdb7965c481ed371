"""The table of a house (楼盘表): its entrances, its floors, and each unit with who lives in it, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, Sum

from buildings import selectors
from buildings.current import code_of
from buildings.models import Entrance, EntranceAsOf
from gisserver.common.access.models import Viewer


class Occupancy(StrEnum):
    """Who lives in a unit: nobody, households registered here (户籍), registered elsewhere (流动), or both."""

    VACANT = "vacant"
    REGISTERED = "registered"
    FLOATING = "floating"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A unit in the table; numbers are of those who live in it."""

    id: int
    number: str
    floor: int | None
    entrance: int | None
    kind: str
    code: str | None
    households: int = 0
    residents: int = 0
    registered: int = 0

    @property
    def occupancy(self) -> Occupancy:
        """Return who lives in it."""
        if not self.households:
            return Occupancy.VACANT
        if self.registered in (0, self.households):
            return Occupancy.REGISTERED if self.registered else Occupancy.FLOATING
        return Occupancy.MIXED


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseTable:
    """A building (as of `selectors.buildings_to_show`) with its ``entrances`` and the ``units`` of each floor."""

    building: Any
    entrances: Sequence[Any]
    units: Sequence[Cell]

    @property
    def floors(self) -> list[int | None]:
        """Return the floors that have units, the highest first; None, last, for those of no known floor."""
        floors = {unit.floor for unit in self.units}
        known = sorted((floor for floor in floors if floor is not None), reverse=True)
        return [*known, None] if None in floors else [*known]


def house_table(*, user: Viewer, building_id: int, at: datetime | None = None) -> HouseTable:
    """Return the table of a visible building at ``at`` (default now), in four statements; raises NotFound."""
    building = selectors.visible_building(user=user, building_id=building_id, at=at)
    entrances: Any = Entrance.objects.at() if at is None else EntranceAsOf.objects.at(at)
    units = selectors.units_at(at).filter(building_id=building_id)
    words = units.annotate(code=code_of("unit", "pk", at)).order_by("floor", "number", "pk")
    living = selectors.households_at(at).filter(unit_id__in=units.values("pk")).order_by().values("unit_id")
    numbers = {
        row.pop("unit_id"): row
        for row in living.annotate(
            households=Count("pk"), residents=Sum("residents"), registered=Count("pk", filter=Q(registered=True))
        )
    }
    return HouseTable(
        building=building,
        entrances=list(entrances.filter(building_id=building_id).order_by("name").only("pk", "name")),
        units=[
            Cell(
                id=row["pk"],
                number=row["number"],
                floor=row["floor"],
                entrance=row["entrance_id"],
                kind=row["kind"],
                code=row["code"],
                **numbers.get(row["pk"], {}),
            )
            for row in words.values("pk", "number", "floor", "entrance_id", "kind", "code")
        ],
    )

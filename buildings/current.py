"""What a building or unit is called and whose it is at a moment: its code, its standard address, its grid; one of each.

Of several codes (schemes) that hold, and of several standard addresses in recorded history, it is the first written.
The statements of geocoding say the same in SQL (`geocoding/sql/describe*.sql`, `reverse.sql`):
`tests/buildings/test_current.py` feeds all of them the same cases.
"""

from datetime import datetime
from typing import Any, Literal

from django.db.models import CharField, OuterRef, QuerySet, Subquery

from buildings.models import Address, AddressKind, BuildingAssignment, BuildingCode, UnitCode
from grids.models import GridVersion

_CODES: dict[str, Any] = {"building": BuildingCode, "unit": UnitCode}


def code_of(target: Literal["building", "unit"], path: str, at: datetime | None) -> Subquery:
    """Return the code at ``at`` of the building or unit that ``path`` leads to."""
    return _first(_CODES[target].objects.at(at).filter(**{f"{target}_id": OuterRef(path)}), "code")


def address_of(target: Literal["building", "entrance", "unit"], path: str, at: datetime | None) -> Subquery:
    """Return the standard address at ``at`` of the building, entrance or unit that ``path`` leads to."""
    standard = Address.objects.at(at).filter(kind=AddressKind.STANDARD, **{f"{target}_id": OuterRef(path)})
    return _first(standard, "text")


def grid_code_of(path: str, at: datetime | None) -> Subquery:
    """Return the code that the grid responsible for the building at ``path`` has at ``at``."""
    assigned = BuildingAssignment.objects.at(at).filter(building_id=OuterRef(OuterRef(path)))
    return _first(GridVersion.objects.at(at).filter(grid_id=Subquery(assigned.values("grid_id")[:1])), "code")


def _first(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.order_by("pk").values(column)[:1], output_field=CharField())

"""What a redraw moves of the buildings: those that have moved, and the lines of the list of what moves."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from buildings.as_of import buildings_at, tables_at
from buildings.current import address_of, code_of
from buildings.models import Unit, UnitAsOf
from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from grids.asset_registry import Carried, Described, Page

SQL = Path(__file__).parent / "sql"
COUNTS = ("buildings", "units", "households", "residents")


def buildings_moved(moment: datetime, grid_ids: Collection[int]) -> Iterable[tuple[Carried, int | None]]:
    """Return the buildings that went to or from one of the grids at ``moment``, with what they held then."""
    for row in sql.rows(SQL / "moved.sql", tables=tables_at(moment), moment=moment, grids=list(grid_ids)):
        counts = {name: row[name] for name in COUNTS}
        yield Carried(row["id"], bytes(row["place"]), row["source"], counts), row["target"]


def building_lines(user: Viewer, page: Page) -> Sequence[Described]:
    """Return the buildings of a page that the user may see as they stood, with code and standard address."""
    rows: QuerySet[Any] = buildings_at(user, page.at).filter(pk__in=page.carriers, pk__gt=page.after)
    rows = rows.annotate(
        code=code_of("building", "pk", page.at),
        address=address_of("building", "pk", page.at),
    ).order_by("pk")
    return [
        Described(row.pk, row.pk, row.code or "", row.address or row.name, bytes(row.location.wkb))
        for row in rows[: page.limit]
    ]


def unit_lines(user: Viewer, page: Page) -> Sequence[Described]:
    """Return the units in the buildings of a page that the user may see as they were, with code and address."""
    manager: Any = Unit.objects if page.at is None else UnitAsOf.objects
    rows: QuerySet[Any] = manager.visible_to(user, page.at).at(page.at)
    house = buildings_at(user, page.at).filter(pk=OuterRef("building_id"))
    rows = rows.filter(building_id__in=page.carriers, pk__gt=page.after).annotate(
        code=code_of("unit", "pk", page.at),
        address=Coalesce(address_of("unit", "pk", page.at), address_of("building", "building_id", page.at)),
        place=Subquery(house.values("location")[:1]),
        house=Subquery(house.values("name")[:1]),
    )
    return [
        Described(row.pk, row.building_id, row.code or "", _named(row), bytes(row.place.wkb))
        for row in rows.order_by("pk")[: page.limit]
    ]


def _named(row: Any) -> str:
    """Return the address of a unit with its number, unless the address ends with it already."""
    address = row.address or row.house
    return address if address.endswith(row.number) else f"{address} {row.number}".strip()

"""Named questions about buildings, units and households."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BooleanField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable, ExpressionWrapper

from buildings.models import (
    Address,
    Building,
    BuildingAssignment,
    BuildingCode,
    Household,
    Unit,
    UnitCode,
)
from gisserver.common import sql
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.errors import NotFound
from gisserver.common.geography import as_lonlat
from gisserver.common.history import DatedQuerySet
from grids.loads import Carried
from grids.models import DivisionVersion, GridVersion, visible_communities
from grids.selectors import grid_by_code

SQL = Path(__file__).parent / "sql"
# Footprints have no index in the survey CRS; their places have one, and no place is so far from its footprint's rim.
FOOTPRINT_REACH_M = 300.0


def buildings_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Building]:
    """Return the visible buildings at ``at`` by id, with ``geometry``, ``code``, ``address``, ``grid_code`` then."""
    return (
        Building.objects.visible_to(user)
        .at(at)
        .annotate(
            geometry=as_lonlat("location"),
            footprint_geometry=as_lonlat("footprint"),
            code=Subquery(BuildingCode.objects.at(at).filter(building_id=OuterRef("pk")).values("code")[:1]),
            address=Subquery(
                Address.objects.at(at).filter(building_id=OuterRef("pk"), kind="standard").values("text")[:1]
            ),
            grid_code=_grid_code(at),
            community_code=_community_code(at),
        )
        .defer("location", "footprint", "location_3857", "footprint_3857")
        .order_by("id")
    )


def _grid_code(at: datetime | None) -> Subquery:
    held = BuildingAssignment.objects.at(at).filter(building_id=OuterRef(OuterRef("pk")))
    return Subquery(GridVersion.objects.at(at).filter(grid_id__in=held.values("grid_id")).values("code")[:1])


def _community_code(at: datetime | None, path: str = "community_id") -> Subquery:
    return Subquery(DivisionVersion.objects.at(at).filter(division_id=OuterRef(path)).values("code")[:1])


def building_detail(*, user: Viewer, building_id: int, at: datetime | None = None) -> Building:
    """Return one visible building with its addresses, codes, entrances, assignment and counts; raises NotFound."""
    row: Any = buildings_to_show(user, at).filter(pk=building_id).first()
    if row is None:
        raise NotFound("no_such_building", f"No building {building_id} is known to you at that time.")
    row.all_addresses = list(Address.objects.at(at).filter(building_id=row.pk).order_by("kind", "id"))
    row.all_codes = list(row.codes.order_by("valid"))
    row.all_entrances = list(row.entrances.at(at).order_by("name"))
    row.assignment = BuildingAssignment.objects.at(at).filter(building_id=row.pk).first()
    row.units_count = Unit.objects.at(at).filter(building_id=row.pk).count()
    row.households_count = Household.objects.at(at).filter(unit__building_id=row.pk).count()
    return row  # type: ignore[no-any-return]


def units_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Unit]:
    """Return the visible units at ``at`` by id, with ``code``, ``address`` and ``entrance_name`` then."""
    return (
        Unit.objects.visible_to(user)
        .at(at)
        .annotate(
            code=Subquery(UnitCode.objects.at(at).filter(unit_id=OuterRef("pk")).values("code")[:1]),
            address=Subquery(Address.objects.at(at).filter(unit_id=OuterRef("pk"), kind="standard").values("text")[:1]),
            entrance_name=F("entrance__name"),
            households_count=Count("households", filter=Q(households__valid__upper_inf=True)),
        )
        .order_by("id")
    )


def households_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Household]:
    """Return the visible households at ``at`` by id; ``personal``: may the user read their personal data?"""
    return Household.objects.visible_to(user).at(at).annotate(personal=_may_read_personal(user)).order_by("id")


def _may_read_personal(user: Viewer) -> Combinable:
    communities = visible_communities(user, Permission.READ_PERSONAL)
    rule: Any = Value(value=True) if communities is None else Q(unit__building__community_id__in=communities)
    return ExpressionWrapper(rule, output_field=BooleanField())


def resolve_code(*, user: Viewer, code: str) -> list[dict[str, Any]]:
    """Return what a code, old or new, means: every visible target that has, or ever had, it (law 5)."""
    return [meaning for find in (_division_of, _grid_of, _building_of, _unit_of) for meaning in find(user, code)]


def _meanings(target: str, held: QuerySet[Any], visible: DatedQuerySet[Any], key: str) -> list[dict[str, Any]]:
    """Return for each row that held the code: the target, when it held it, and its code now."""
    answers = []
    for row in held.filter(**{f"{key}__in": visible.values(key)}):
        identity = getattr(row, key)
        now = visible.filter(**{key: identity}).at().values_list("code", flat=True).first()
        answers.append({"target": target, "id": identity, "valid": row.valid, "current_code": now})
    return answers


def _division_of(user: Viewer, code: str) -> list[dict[str, Any]]:
    visible = DivisionVersion.objects.visible_to(user)
    return _meanings("division", DivisionVersion.objects.filter(code=code), visible, "division_id")


def _grid_of(user: Viewer, code: str) -> list[dict[str, Any]]:
    visible = GridVersion.objects.visible_to(user)
    return _meanings("grid", GridVersion.objects.filter(code=code), visible, "grid_id")


def _building_of(user: Viewer, code: str) -> list[dict[str, Any]]:
    visible = BuildingCode.objects.filter(building_id__in=Building.objects.visible_to(user).values("pk"))
    return _meanings("building", BuildingCode.objects.filter(code=code), visible, "building_id")


def _unit_of(user: Viewer, code: str) -> list[dict[str, Any]]:
    visible = UnitCode.objects.filter(unit_id__in=Unit.objects.visible_to(user).values("pk"))
    return _meanings("unit", UnitCode.objects.filter(code=code), visible, "unit_id")


def _per_grid(rows: QuerySet[Any], grid_path: str) -> Mapping[int, int]:
    return dict(rows.values_list(grid_path).annotate(Count("pk")).values_list(grid_path, "pk__count"))


def buildings_per_grid(grid_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many buildings each grid has now."""
    return _per_grid(BuildingAssignment.objects.filter(grid_id__in=grid_ids, valid__upper_inf=True), "grid_id")


def units_per_grid(grid_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many units each grid has now."""
    rows = Unit.objects.at().filter(
        building__assignments__grid_id__in=grid_ids, building__assignments__valid__upper_inf=True
    )
    return _per_grid(rows, "building__assignments__grid_id")


def households_per_grid(grid_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many households each grid has now."""
    rows = Household.objects.at().filter(
        unit__building__assignments__grid_id__in=grid_ids,
        unit__building__assignments__valid__upper_inf=True,
    )
    return _per_grid(rows, "unit__building__assignments__grid_id")


def buildings_on(ground: bytes) -> list[Carried]:
    """Return the buildings standing on ``ground`` (WKB, survey CRS) now, for a redraw that moves it."""
    found = sql.rows(SQL / "on_ground.sql", ground=ground, srid=settings.SURVEY_SRID)
    return [
        Carried(
            id=row["id"],
            place=bytes(row["place"]),
            grid=row["grid_id"],
            counts={"buildings": 1, "units": row["units"], "households": row["households"]},
        )
        for row in found
    ]


def footprints_on(ground: bytes) -> Mapping[str, bytes]:
    """Return by building id the footprints (WKB, survey CRS) that may meet ``ground`` (WKB, survey CRS)."""
    place = GEOSGeometry(memoryview(ground), srid=settings.SURVEY_SRID)
    rows = Building.objects.at().filter(location__dwithin=(place, FOOTPRINT_REACH_M))
    return {str(pk): bytes(shape.wkb) for pk, shape in rows.values_list("pk", "footprint") if shape is not None}


def standing_in(rows: QuerySet[Building], *, user: Viewer, grid: str, at: datetime | None = None) -> QuerySet[Building]:
    """Return those of ``rows`` that the grid of this code was responsible for at ``at``; raises NotFound."""
    version = grid_by_code(user=user, code=grid, at=at)
    held = BuildingAssignment.objects.at(at).filter(grid_id=version.grid_id)
    return rows.filter(pk__in=held.values("building_id"))

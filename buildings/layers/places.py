"""Buildings, entrances, units and legal persons as layers. Households stay behind their own door (law 7)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import FilteredRelation, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.as_of import buildings_at, rows_at
from buildings.current import address_of, code_of, grid_code_of
from buildings.layers import fields
from buildings.models import (
    BuildingStatus,
    Entrance,
    EntranceAsOf,
    LegalPerson,
    LegalPersonAsOf,
    LegalPersonKind,
    LegalPersonStatus,
    Unit,
    UnitAsOf,
)
from gisserver.common.access.models import Viewer
from grids.layers import division_text, divisions_above, grouped_by_division
from layers import registry
from layers.fields import Field, FieldType, GeometryType


def held(path: str, at: datetime | None) -> dict[str, Any]:
    """Return the annotation with which lookups find the grid that holds the building at ``path`` now."""
    assigned = f"{path}assignments"
    condition = Q(**{f"{assigned}__valid__contains": Now()})
    return {"held": FilteredRelation(assigned, condition=condition)} if at is None else {}


def _buildings(user: Viewer, at: datetime | None) -> Any:
    return buildings_at(user, at).annotate(
        code=code_of("building", "pk", at),
        grid_code=grid_code_of("pk", at),
        community_code=division_text("code", "community_then", at),
        address=address_of("building", "pk", at),
        **divisions_above("community_then", at),
        **held("", at),
    )


def _entrances(user: Viewer, at: datetime | None) -> Any:
    rows = rows_at(Entrance, EntranceAsOf, user, at)
    return rows.annotate(
        building_code=code_of("building", "building_id", at),
        address=address_of("entrance", "pk", at),
    )


def _units(user: Viewer, at: datetime | None) -> Any:
    return rows_at(Unit, UnitAsOf, user, at).annotate(
        code=code_of("unit", "pk", at),
        building_code=code_of("building", "building_id", at),
        grid_code=grid_code_of("building_id", at),
        address=address_of("unit", "pk", at),
        **held("building__", at),
    )


def _legal_persons(user: Viewer, at: datetime | None) -> Any:
    return rows_at(LegalPerson, LegalPersonAsOf, user, at).annotate(
        building_code=code_of("building", "building_id", at),
        unit_code=code_of("unit", "unit_id", at),
    )


BUILDING_FOOTPRINTS = registry.register(
    registry.Collection(
        id="buildings",
        title=_("Buildings"),
        description=_("Footprints of buildings"),
        queryset=_buildings,
        geometry="footprint",
        geometry_3857="footprint_3857",
        geometry_type=GeometryType.MULTIPOLYGON,
        srid=settings.SURVEY_SRID,
        versioned=True,
        changed_by=fields.CHANGED_BY,
        label="name",
        min_zoom=13,
        groupings=grouped_by_division("community_then"),
        fields=(
            fields.CODE_OF_BUILDING,
            Field("name", title=_("Name")),
            fields.KIND,
            Field("status", title=_("Status"), values=tuple(BuildingStatus.values), in_tiles=False),
            Field("floors", FieldType.INTEGER, title=_("Floors")),
            Field("height_m", FieldType.NUMBER, title=_("Height"), unit="m"),
            fields.GRID,
            fields.COMMUNITY,
            fields.ADDRESS,
            Field("source", title=_("Source"), in_tiles=False),
        ),
    )
)

BUILDING_POINTS = registry.register(
    replace(
        BUILDING_FOOTPRINTS,
        id="building_points",
        title=_("Building points"),
        description=_("One point for each building, also for those without a footprint"),
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
    )
)

registry.register(
    registry.Collection(
        id="entrances",
        title=_("Entrances"),
        description=_("Entrances and stairwells of buildings"),
        queryset=_entrances,
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        changed_by=fields.CHANGED_BY,
        label="name",
        min_zoom=17,
        fields=(Field("name", title=_("Name")), fields.BUILDING, fields.BUILDING_CODE, fields.ADDRESS),
    )
)

UNITS = registry.register(
    registry.Collection(
        id="units",
        title=_("Units"),
        description=_("Flats, shops and workshops, each at the place of its building"),
        queryset=_units,
        geometry="building__location",
        geometry_3857="building__location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        changed_by=fields.CHANGED_BY,
        label="number",
        min_zoom=17,
        fields=(
            fields.CODE_OF_UNIT,
            fields.ROOM_NUMBER,
            fields.FLOOR,
            fields.KIND,
            fields.BUILDING,
            fields.BUILDING_CODE,
            fields.GRID,
            fields.ADDRESS,
        ),
    )
)

registry.register(
    registry.Collection(
        id="legal_persons",
        title=_("Legal persons"),
        description=_("Enterprises, shops and institutions, each where it is found"),
        queryset=_legal_persons,
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        changed_by=fields.CHANGED_BY,
        label="name",
        min_zoom=8,
        bins_below=17,
        fields=(
            Field("credit_code", title=_("Unified social credit code"), in_tiles=False),
            Field("name", title=_("Name")),
            Field("kind", title=_("Kind"), values=tuple(LegalPersonKind.values)),
            Field("status", title=_("Status"), values=tuple(LegalPersonStatus.values)),
            Field("registered_address", title=_("Registered address"), in_tiles=False),
            Field("actual_address", title=_("Actual address"), in_tiles=False),
            fields.BUILDING,
            fields.BUILDING_CODE,
            Field("unit", FieldType.INTEGER, title=_("Unit"), source="unit_id", in_tiles=False),
            Field("unit_code", title=_("Code of the unit"), in_tiles=False),
            Field("source", title=_("Source"), in_tiles=False),
        ),
    )
)

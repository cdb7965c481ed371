"""What the app `buildings` publishes: buildings, entrances, units and legal persons; numbers are in `number_layers`.

Households stay behind their own door (law 7).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from buildings import number_layers  # noqa: F401 -- registered with these
from buildings.as_of import buildings_at
from buildings.current import address_of, code_of, grid_code_of
from buildings.models import (
    BuildingKind,
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
from grids.layers import division_text
from layers import registry
from layers.fields import Field, FieldType, GeometryType


def _stood(now: type[Model], then: type[Model], user: Viewer, at: datetime | None) -> Any:
    """Return the visible rows as they are, or as they were at ``at``: these are read through their view."""
    manager: Any = (now if at is None else then)._default_manager
    return manager.visible_to(user, at).at(at)


def _buildings(user: Viewer, at: datetime | None) -> Any:
    return buildings_at(user, at).annotate(
        code=code_of("building", "pk", at),
        grid_code=grid_code_of("pk", at),
        community_code=division_text("code", "community_then", at),
        address=address_of("building", "pk", at),
    )


def _entrances(user: Viewer, at: datetime | None) -> Any:
    rows = _stood(Entrance, EntranceAsOf, user, at)
    return rows.annotate(
        building_code=code_of("building", "building_id", at),
        address=address_of("entrance", "pk", at),
    )


def _units(user: Viewer, at: datetime | None) -> Any:
    return _stood(Unit, UnitAsOf, user, at).annotate(
        code=code_of("unit", "pk", at),
        building_code=code_of("building", "building_id", at),
        grid_code=grid_code_of("building_id", at),
        address=address_of("unit", "pk", at),
    )


def _legal_persons(user: Viewer, at: datetime | None) -> Any:
    return _stood(LegalPerson, LegalPersonAsOf, user, at).annotate(
        building_code=code_of("building", "building_id", at),
        unit_code=code_of("unit", "unit_id", at),
    )


_KIND = Field("kind", title=_("Use"), values=tuple(BuildingKind.values))
_BUILDING = Field("building", FieldType.INTEGER, title=_("Building"), source="building_id")
_BUILDING_CODE = Field("building_code", title=_("Code of the building"), in_tiles=False)
_GRID = Field("grid", title=_("Code of the grid"), source="grid_code", in_tiles=False)
_ADDRESS = Field("address", title=_("Standard address"), in_tiles=False)

_buildings_collection = registry.register(
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
        label="name",
        min_zoom=13,
        fields=(
            Field("code", title=_("Code of the building"), in_tiles=False),
            Field("name", title=_("Name")),
            _KIND,
            Field("status", title=_("Status"), values=tuple(BuildingStatus.values), in_tiles=False),
            Field("floors", FieldType.INTEGER, title=_("Floors")),
            Field("height_m", FieldType.NUMBER, title=_("Height"), unit="m"),
            _GRID,
            Field("community", title=_("Code of the community"), source="community_code", in_tiles=False),
            _ADDRESS,
            Field("source", title=_("Source"), in_tiles=False),
        ),
    )
)

registry.register(
    replace(
        _buildings_collection,
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
        label="name",
        min_zoom=17,
        fields=(Field("name", title=_("Name")), _BUILDING, _BUILDING_CODE, _ADDRESS),
    )
)

registry.register(
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
        label="number",
        min_zoom=17,
        fields=(
            Field("code", title=_("Code of the unit"), in_tiles=False),
            Field("number", title=_("Room number")),
            Field("floor", FieldType.INTEGER, title=_("Floor")),
            _KIND,
            _BUILDING,
            _BUILDING_CODE,
            _GRID,
            _ADDRESS,
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
            _BUILDING,
            _BUILDING_CODE,
            Field("unit", FieldType.INTEGER, title=_("Unit"), source="unit_id", in_tiles=False),
            Field("unit_code", title=_("Code of the unit"), in_tiles=False),
            Field("source", title=_("Source"), in_tiles=False),
        ),
    )
)

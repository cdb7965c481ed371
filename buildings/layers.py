"""What the app `buildings` publishes: buildings, entrances and units.

Households stay behind their own door (law 7).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model

from buildings.as_of import buildings_at
from buildings.current import address_of, code_of, grid_code_of
from buildings.models import (
    BuildingKind,
    BuildingStatus,
    Entrance,
    EntranceAsOf,
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


_KIND = Field("kind", title="用途 Use", values=tuple(BuildingKind.values))
_BUILDING = Field("building", FieldType.INTEGER, title="楼栋 Building", source="building_id")
_BUILDING_CODE = Field("building_code", title="楼栋编码 Code of the building", in_tiles=False)
_GRID = Field("grid", title="网格编码 Code of the grid", source="grid_code", in_tiles=False)
_ADDRESS = Field("address", title="标准地址 Standard address", in_tiles=False)

_buildings_collection = registry.register(
    registry.Collection(
        id="buildings",
        title_zh="楼栋",
        title_en="Buildings",
        description="Footprints of buildings 楼栋轮廓",
        queryset=_buildings,
        geometry="footprint",
        geometry_3857="footprint_3857",
        geometry_type=GeometryType.MULTIPOLYGON,
        srid=settings.SURVEY_SRID,
        versioned=True,
        label="name",
        min_zoom=13,
        fields=(
            Field("code", title="楼栋编码 Code", in_tiles=False),
            Field("name", title="名称 Name"),
            _KIND,
            Field("status", title="状态 Status", values=tuple(BuildingStatus.values), in_tiles=False),
            Field("floors", FieldType.INTEGER, title="层数 Floors"),
            Field("height_m", FieldType.NUMBER, title="高度 Height", unit="m"),
            _GRID,
            Field("community", title="社区代码 Code of the community", source="community_code", in_tiles=False),
            _ADDRESS,
            Field("source", title="来源 Source", in_tiles=False),
        ),
    )
)

registry.register(
    replace(
        _buildings_collection,
        id="building_points",
        title_zh="楼栋位置",
        title_en="Building points",
        description="One point for each building, also for those without a footprint 每栋一点",
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
    )
)

registry.register(
    registry.Collection(
        id="entrances",
        title_zh="单元",
        title_en="Entrances",
        description="Entrances and stairwells of buildings 楼栋单元",
        queryset=_entrances,
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        label="name",
        min_zoom=17,
        fields=(Field("name", title="名称 Name"), _BUILDING, _BUILDING_CODE, _ADDRESS),
    )
)

registry.register(
    registry.Collection(
        id="units",
        title_zh="房屋",
        title_en="Units",
        description="Flats, shops and workshops, each at the place of its building 房屋，位于所在楼栋",
        queryset=_units,
        geometry="building__location",
        geometry_3857="building__location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        label="number",
        min_zoom=17,
        fields=(
            Field("code", title="房屋编码 Code", in_tiles=False),
            Field("number", title="房号 Number"),
            Field("floor", FieldType.INTEGER, title="楼层 Floor"),
            _KIND,
            _BUILDING,
            _BUILDING_CODE,
            _GRID,
            _ADDRESS,
        ),
    )
)

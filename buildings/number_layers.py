"""Numbers of people as layers of their own: what units, buildings and grids hold (docs/adr/0024).

A map of density or of vacancy is one request; who asks for `units`, `building_points` or `grids` pays nothing for it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.as_of import buildings_at
from buildings.current import address_of, code_of, grid_code_of
from buildings.models import BuildingKind, Unit, UnitAsOf
from buildings.numbers import Outer, legal_persons_of, numbers_of, personal_in
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from grids.layers import AREA_M2, division_text
from grids.models import GridKind, GridVersion, visible_communities
from layers import expressions, registry
from layers.fields import Field, FieldType, GeometryType


def _units(user: Viewer, at: datetime | None) -> Any:
    """Return the units where the reader may read personal data: one home is too small a group."""
    manager: Any = (Unit if at is None else UnitAsOf)._default_manager
    rows = manager.visible_to(user, at).at(at)
    communities = visible_communities(user, Permission.READ_PERSONAL)
    if communities is not None:
        rows = rows.filter(_personal_units(communities, at))
    return rows.annotate(
        code=code_of("unit", "pk", at),
        building_code=code_of("building", "building_id", at),
        grid_code=grid_code_of("building_id", at),
        personal=Value(value=True),
        **numbers_of(lambda outer: Q(pk=outer("pk")), at),
    )


def _personal_units(communities: Any, at: datetime | None) -> Q:
    return Q(building__community_id__any_of=communities) if at is None else UnitAsOf.stood_in(communities, at)


def _buildings(user: Viewer, at: datetime | None) -> Any:
    rows = buildings_at(user, at).annotate(personal=personal_in(user, "community_then"))
    return rows.annotate(
        code=code_of("building", "pk", at),
        grid_code=grid_code_of("pk", at),
        community_code=division_text("code", "community_then", at),
        address=address_of("building", "pk", at),
        n_legal_persons=legal_persons_of(Q(building_id=OuterRef("pk")), at),
        **numbers_of(lambda outer: Q(building_id=outer("pk")), at),
    )


def _grids(user: Viewer, at: datetime | None) -> Any:
    rows = GridVersion.objects.visible_to(user).at(at).annotate(personal=personal_in(user, "community_id"))
    moment = Now() if at is None else Value(at)

    def assigned(outer: Outer) -> Q:
        """Return the condition of being in a building that the grid was responsible for."""
        held = "building__assignments"
        return Q(**{f"{held}__grid_id": outer("grid_id"), f"{held}__valid__contains": moment})

    at_its_place = expressions.condition(
        "{0} = (SELECT g.grid_id FROM grids_grid_of({1}, {2}, 0) AS g)", OuterRef("grid_id"), F("location"), moment
    )
    bare = Q(building=None, location__coveredby=OuterRef("geom")) & Q(at_its_place)
    return rows.annotate(
        community_code=division_text("code", "community_id", at),
        n_legal_persons=legal_persons_of(assigned(OuterRef), at),
        n_bare=legal_persons_of(bare, at),
        **numbers_of(assigned, at),
    )


def _number(name: str, title: Any, source: Any = "") -> Field:
    return Field(name, FieldType.INTEGER, title=title, source=source or f"n_{name}")


_PEOPLE = (
    _number("vacant", _("Vacant units")),
    _number("households", _("Households")),
    _number("residents", _("Residents")),
)
_UNITS = _number("units", _("Units"))
_LEGAL_PERSONS = _number("legal_persons", _("Legal persons"))
_GRID = Field("grid", title=_("Code of the grid"), source="grid_code", in_tiles=False)
_COMMUNITY = Field("community", title=_("Code of the community"), source="community_code", in_tiles=False)

registry.register(
    registry.Collection(
        id="unit_numbers",
        title=_("Numbers of units"),
        description=_("Whether each unit is vacant, and how many households and people live there"),
        queryset=_units,
        geometry="building__location",
        geometry_3857="building__location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        label="number",
        min_zoom=17,
        permission=Permission.READ_PERSONAL,
        fields=(
            Field("code", title=_("Code of the unit"), in_tiles=False),
            Field("number", title=_("Room number")),
            Field("floor", FieldType.INTEGER, title=_("Floor")),
            Field("kind", title=_("Use"), values=tuple(BuildingKind.values)),
            Field("building", FieldType.INTEGER, title=_("Building"), source="building_id"),
            Field("building_code", title=_("Code of the building"), in_tiles=False),
            _GRID,
            *_PEOPLE,
        ),
    )
)

registry.register(
    registry.Collection(
        id="building_numbers",
        title=_("Numbers of buildings"),
        description=_("How many units, vacant ones, households, people and legal persons each building holds"),
        queryset=_buildings,
        geometry="location",
        geometry_3857="location_3857",
        geometry_type=GeometryType.POINT,
        srid=settings.SURVEY_SRID,
        versioned=True,
        label="name",
        min_zoom=13,
        fields=(
            Field("code", title=_("Code of the building"), in_tiles=False),
            Field("name", title=_("Name"), in_tiles=False),
            Field("kind", title=_("Use"), values=tuple(BuildingKind.values)),
            _GRID,
            _COMMUNITY,
            Field("address", title=_("Standard address"), in_tiles=False),
            _UNITS,
            *_PEOPLE,
            _LEGAL_PERSONS,
        ),
    )
)

registry.register(
    registry.Collection(
        id="grid_numbers",
        title=_("Numbers of grids"),
        description=_("How many units, vacant ones, households, people and legal persons each grid holds"),
        queryset=_grids,
        geometry_type=GeometryType.MULTIPOLYGON,
        srid=settings.SURVEY_SRID,
        fid="grid_id",
        versioned=True,
        label="code",
        min_zoom=8,
        fields=(
            Field("code", title=_("Code of the grid")),
            Field("name", title=_("Name"), in_tiles=False),
            Field("kind", title=_("Kind"), values=tuple(GridKind.values)),
            _COMMUNITY,
            Field("area_m2", FieldType.NUMBER, title=_("Area"), source=AREA_M2, unit="m2"),
            _UNITS,
            *_PEOPLE,
            _number("legal_persons", _("Legal persons"), F("n_legal_persons") + F("n_bare")),
        ),
    )
)

"""Numbers of people as layers of their own: what units, buildings and grids hold (docs/adr/0024).

A map of density or of vacancy is one request; who asks for `units`, `building_points` or `grids` pays nothing for it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from buildings.as_of import buildings_at, rows_at
from buildings.current import address_of, code_of, grid_code_of
from buildings.layers import fields
from buildings.layers.places import BUILDING_POINTS, UNITS, held
from buildings.models import Unit, UnitAsOf
from buildings.numbers import Outer, legal_persons_of, numbers_of, personal_in
from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from grids import layers as grid_layers
from grids.layers import division_text, divisions_above
from grids.models import GridVersion, visible_communities
from layers import expressions, registry
from layers.fields import Field, FieldType


def _units(user: Viewer, at: datetime | None) -> Any:
    """Return the units where the reader may read personal data: one home is too small a group."""
    rows = rows_at(Unit, UnitAsOf, user, at)
    communities = visible_communities(user, Permission.READ_PERSONAL)
    if communities is not None:
        rows = rows.filter(_personal_units(communities, at))
    return rows.annotate(
        code=code_of("unit", "pk", at),
        building_code=code_of("building", "building_id", at),
        grid_code=grid_code_of("building_id", at),
        personal=Value(value=True),
        **held("building__", at),
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
        **divisions_above("community_then", at),
        **held("", at),
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
        **divisions_above("community_id", at),
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
_LEGAL_PERSONS = _("Legal persons")

registry.register(
    replace(
        UNITS,
        id="unit_numbers",
        title=_("Numbers of units"),
        description=_("Whether each unit is vacant, and how many households and people live there"),
        queryset=_units,
        permission=Permission.READ_PERSONAL,
        fields=(
            fields.CODE_OF_UNIT,
            fields.ROOM_NUMBER,
            fields.FLOOR,
            fields.KIND,
            fields.BUILDING,
            fields.BUILDING_CODE,
            fields.GRID,
            *_PEOPLE,
        ),
    )
)

registry.register(
    replace(
        BUILDING_POINTS,
        id="building_numbers",
        title=_("Numbers of buildings"),
        description=_("How many units, vacant ones, households, people and legal persons each building holds"),
        queryset=_buildings,
        fields=(
            fields.CODE_OF_BUILDING,
            Field("name", title=_("Name"), in_tiles=False),
            fields.KIND,
            fields.GRID,
            fields.COMMUNITY,
            fields.ADDRESS,
            _UNITS,
            *_PEOPLE,
            _number("legal_persons", _LEGAL_PERSONS),
        ),
    )
)

registry.register(
    replace(
        grid_layers.GRIDS,
        id="grid_numbers",
        title=_("Numbers of grids"),
        description=_("How many units, vacant ones, households, people and legal persons each grid holds"),
        queryset=_grids,
        fields=(
            grid_layers.CODE,
            Field("name", title=_("Name"), in_tiles=False),
            grid_layers.KIND,
            replace(grid_layers.COMMUNITY, in_tiles=False),
            grid_layers.AREA,
            _UNITS,
            *_PEOPLE,
            _number("legal_persons", _LEGAL_PERSONS, F("n_legal_persons") + F("n_bare")),
        ),
    )
)

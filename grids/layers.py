"""What the app `grids` publishes: divisions and grids, as they are or as they were."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.db.models import CharField, F, FloatField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion, GridKind, GridVersion
from layers import registry
from layers.fields import Field, FieldType, GeometryType, Lookup

# Twice the area in square millimetres is what the tables keep, exactly.
_AREA_M2 = Cast(F("double_area_mm2"), FloatField()) / 2e6
CODE = Field("code", title=_("Code of the grid"))
KIND = Field("kind", title=_("Kind"), values=tuple(GridKind.values))
AREA = Field("area_m2", FieldType.NUMBER, title=_("Area"), source=_AREA_M2, unit="m2")
_CHANGED_BY = Sentence("Grids and divisions change only through redraws: POST /api/redraws/ begins one.")
_VALIDITY = (
    Field(
        "valid_from",
        FieldType.DATETIME,
        title=_("Valid from"),
        source=RangeStartsWith("valid"),
        in_tiles=False,
    ),
    Field(
        "valid_to",
        FieldType.DATETIME,
        title=_("Valid to"),
        source=RangeEndsWith("valid"),
        in_tiles=False,
    ),
)


def division_text(column: str, path: str, at: datetime | None) -> Subquery:
    """Return ``column`` (code or name) of the division that ``path`` points to, as of ``at`` (None: now)."""
    versions = DivisionVersion.objects.at(at).filter(division_id=OuterRef(path))
    return Subquery(versions.values(column)[:1], output_field=CharField())


# How many steps a community lies below the divisions of a level, from a division's version to those of its children.
_STEPS = {DivisionLevel.COMMUNITY: 0, DivisionLevel.SUBDISTRICT: 1, DivisionLevel.DISTRICT: 2}
_STEP = "division__child_versions"


def _pairs(level: DivisionLevel, at: datetime | None, community: Any = None) -> tuple[QuerySet[Any], str]:
    """Return the versions at ``at`` of divisions of ``level``, and the path from there to a community's id below."""
    moment = Now() if at is None else Value(at)
    steps = ["__".join([_STEP] * number) for number in range(1, _STEPS[level] + 1)]
    held = {f"{step}__valid__contains": moment for step in steps}
    path = "__".join([*([_STEP] * _STEPS[level]), "division_id"])
    wanted = {} if community is None else {path: community}
    return DivisionVersion.objects.at(at).filter(level=level, **held, **wanted), path


def divisions_above(path: str, at: datetime | None) -> dict[str, Any]:
    """Return the codes, as of ``at``, of the subdistrict and the district of the community that ``path`` points to.

    They are columns for `grouped_by_division`.
    """
    found = {}
    for level in (DivisionLevel.SUBDISTRICT, DivisionLevel.DISTRICT):
        versions, _path = _pairs(level, at, OuterRef(path))
        found[f"{level}_code"] = Subquery(versions.values("code")[:1], output_field=CharField())
    return found


def division_lookup(key: str, level: DivisionLevel = DivisionLevel.COMMUNITY) -> Lookup:
    """Return how rows find the code of the division of a level that holds the community whose id is at ``key``."""

    def values() -> QuerySet[Any]:
        versions, path = _pairs(level, None)
        return versions.values_list(path, "code")

    return Lookup(key, values)


def grid_lookup(key: str) -> Lookup:
    """Return how rows find the code of the grid whose id is at ``key``."""
    return Lookup(key, lambda: GridVersion.objects.at().values_list("grid_id", "code"))


def grouped_by_division(key: str) -> tuple[Field, ...]:
    """Return what statistics of rows with `divisions_above` may be grouped by; ``key`` leads to the community's id."""
    titles = {
        DivisionLevel.SUBDISTRICT: _("Code of the subdistrict"),
        DivisionLevel.DISTRICT: _("Code of the district"),
    }
    return tuple(
        Field(str(level), title=title, source=f"{level}_code", lookup=division_lookup(key, level))
        for level, title in titles.items()
    )


def _divisions(user: Viewer, at: datetime | None) -> Any:
    rows = DivisionVersion.objects.visible_to(user).at(at)
    return rows.annotate(parent_code=division_text("code", "parent_id", at))


def _grids(user: Viewer, at: datetime | None) -> Any:
    rows = GridVersion.objects.visible_to(user).at(at)
    return rows.annotate(
        community_code=division_text("code", "community_id", at),
        community_name=division_text("name", "community_id", at),
        **divisions_above("community_id", at),
    )


registry.register(
    registry.Collection(
        id="divisions",
        title=_("Divisions"),
        description=_("District, subdistricts and communities"),
        queryset=_divisions,
        geometry_type=GeometryType.MULTIPOLYGON,
        srid=settings.SURVEY_SRID,
        fid="division_id",
        versioned=True,
        changed_by=_CHANGED_BY,
        label="name",
        fields=(
            Field("code", title=_("Code of the division")),
            Field("name", title=_("Name")),
            Field("name_en", title=_("English name")),
            Field("level", title=_("Level"), values=tuple(DivisionLevel.values)),
            Field("kind", title=_("Kind")),
            Field("parent", title=_("Code of the parent"), source="parent_code", in_tiles=False),
            AREA,
            Field("source", title=_("Source"), in_tiles=False),
            *_VALIDITY,
        ),
    )
)

COMMUNITY = Field(
    "community", title=_("Code of the community"), source="community_code", lookup=division_lookup("community_id")
)

GRIDS = registry.register(
    registry.Collection(
        id="grids",
        title=_("Grids"),
        description=_("The grids that tile each community without gap or overlap"),
        queryset=_grids,
        geometry_type=GeometryType.MULTIPOLYGON,
        srid=settings.SURVEY_SRID,
        fid="grid_id",
        versioned=True,
        changed_by=_CHANGED_BY,
        label="code",
        min_zoom=8,
        groupings=grouped_by_division("community_id"),
        fields=(
            CODE,
            Field("name", title=_("Name")),
            KIND,
            COMMUNITY,
            Field("community_name", title=_("Community"), in_tiles=False),
            AREA,
            Field("source", title=_("Source"), in_tiles=False),
            *_VALIDITY,
        ),
    )
)

"""What the app `grids` publishes: divisions and grids, as they are or as they were."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.db.models import CharField, F, FloatField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from gisserver.common.access.models import Viewer
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion, GridKind, GridVersion
from layers import registry
from layers.fields import Field, FieldType, GeometryType

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


def _divisions(user: Viewer, at: datetime | None) -> Any:
    rows = DivisionVersion.objects.visible_to(user).at(at)
    return rows.annotate(parent_code=division_text("code", "parent_id", at))


def _grids(user: Viewer, at: datetime | None) -> Any:
    rows = GridVersion.objects.visible_to(user).at(at)
    return rows.annotate(
        community_code=division_text("code", "community_id", at),
        community_name=division_text("name", "community_id", at),
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
        fields=(
            CODE,
            Field("name", title=_("Name")),
            KIND,
            Field("community", title=_("Code of the community"), source="community_code"),
            Field("community_name", title=_("Community"), in_tiles=False),
            AREA,
            Field("source", title=_("Source"), in_tiles=False),
            *_VALIDITY,
        ),
    )
)

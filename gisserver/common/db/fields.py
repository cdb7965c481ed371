"""Model fields of the domain: geometry in the survey CRS, its Web Mercator copy, validity in time."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import DateTimeRangeField

from gisserver.common.geo import mercator


class _SurveyMixin:
    """Takes its SRID from SURVEY_SRID and keeps it out of migrations, which serve every city alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["srid"] = settings.SURVEY_SRID
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("srid", None)
        return name, path, args, kwargs


class SurveyMultiPolygonField(_SurveyMixin, models.MultiPolygonField):  # type: ignore[type-arg]
    """Polygons in the survey CRS, metres, east before north, whole millimetres."""


class SurveyPointField(_SurveyMixin, models.PointField):  # type: ignore[type-arg]
    """A point in the survey CRS, metres, east before north, whole millimetres."""


def web_mercator(source: str, kind: "type[models.GeometryField[Any, Any]]") -> models.GeneratedField:
    """Return the stored EPSG:3857 copy of the field ``source``, from which tiles are cut."""
    return models.GeneratedField(
        expression=Transform(source, mercator.SRID),
        output_field=kind(srid=mercator.SRID, null=True),
        db_persist=True,
    )


class ValidityField(DateTimeRangeField):
    """When a row holds: ``[begin, end)``, an open end while nothing has replaced it (law 4)."""

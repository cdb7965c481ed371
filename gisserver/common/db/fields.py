"""Model fields of the domain: geometry in the survey CRS, its Web Mercator copy, validity in time."""

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

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


class _CurrentTransaction(Func):
    """The id of the transaction under way."""

    function = "pg_current_xact_id"
    arity = 0


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """The transaction that wrote the row: 64 bits, so that it never comes round again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_default"] = _CurrentTransaction(output_field=models.BigIntegerField())
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Leave out what every such field has."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_default", None)
        kwargs.pop("editable", None)
        return name, path, args, kwargs  # type: ignore[return-value]

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "xid8"


class WeekHoursField(models.Field):  # type: ignore[type-arg]
    """Hours of a week: half-open spans of minutes since Monday 00:00, kept as a multirange."""

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "int4multirange"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[tuple[int, int], ...] | None:
        """Return the spans of a stored multirange."""
        return None if value is None else tuple((span.lower, span.upper) for span in value)

    def get_prep_value(self, value: Any) -> Any:
        """Return the multirange of spans."""
        return value if value is None else Multirange([Range(*span) for span in value])

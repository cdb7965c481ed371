"""The table of one uploaded layer, as an unmanaged Django model made from the stored description.

A row is one version of a feature: what it says never changes, it only ends (law 4). Two columns say since when and
until when, not a range as elsewhere: millions of rows are copied in at once, and the planner knows from its figures how
many of a column are null. The server's own columns begin with two underscores, which no column of a file does.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.gis.db import models
from django.db import connection
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from psycopg import sql

from gisserver.common.geo import mercator
from layers.fields import FieldType
from layers.models import UploadedLayer

GEOMETRY = "geom"
GEOMETRY_3857 = "geom_3857"
FID = "fid"
ENDED = "__ended_at"


class FeatureQuerySet(models.QuerySet[Any]):
    """Versions of features; every read says at which moment."""

    def at(self, moment: datetime | None = None) -> "FeatureQuerySet":
        """Return the versions that held at ``moment``; None means those that hold now."""
        if moment is None:
            return self.filter(ended_at__isnull=True)
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=moment), began_at__lte=moment)


class ToWebMercator(Func):
    """The SQL function of migration 0001.

    A geometry of any CRS cut to the part that Web Mercator can show.
    """

    function = "gis_layers_to_web_mercator"
    output_field = models.GeometryField(srid=mercator.SRID, null=True)


def _column(kind: FieldType, column: str) -> "models.Field[Any, Any]":
    # Strings compare by code point, as CQL2's published answers assume, whatever the database's collation.
    makers: dict[FieldType, Any] = {
        FieldType.STRING: lambda **options: models.TextField(db_collation="C", **options),
        FieldType.INTEGER: models.BigIntegerField,
        FieldType.NUMBER: models.FloatField,
        FieldType.BOOLEAN: models.BooleanField,
        FieldType.DATE: models.DateField,
        FieldType.DATETIME: models.DateTimeField,
        FieldType.TIME: models.TimeField,
        FieldType.JSON: models.JSONField,
    }
    made: models.Field[Any, Any] = makers[kind](null=True, db_column=column)
    return made


@lru_cache(maxsize=256)
def _model(table: str, srid: int, columns: tuple[tuple[str, str], ...]) -> type[models.Model]:
    attributes: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": f"Features of the uploaded layer in {table}.",
        # A new feature takes the number of its first version for its fid: neither is ever given again.
        "version": models.BigAutoField(primary_key=True, db_column="__version"),
        FID: models.BigIntegerField(),
        "began_at": models.DateTimeField(db_default=Now(), db_column="__began_at"),
        "ended_at": models.DateTimeField(null=True, db_column=ENDED),
        # Who wrote it; None for what came with the file.
        "author_id": models.BigIntegerField(null=True, db_column="__author"),
        "objects": FeatureQuerySet.as_manager(),
        GEOMETRY: models.GeometryField(srid=srid, null=True),
        GEOMETRY_3857: models.GeneratedField(
            expression=ToWebMercator(GEOMETRY),
            output_field=models.GeometryField(srid=mercator.SRID, null=True),
            db_persist=True,
        ),
        "Meta": type(
            "Meta",
            (),
            {
                "managed": False,
                "db_table": table,
                "app_label": "layers_uploaded",
                "constraints": [
                    models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name=f"{table}_ends_after_begin")
                ],
            },
        ),
    }
    for number, (kind, column) in enumerate(columns):
        attributes[attribute(number)] = _column(FieldType(kind), column)
    return type(f"Features_{table}", (models.Model,), attributes)


def attribute(number: int) -> str:
    """Return the model attribute of the field at position ``number``; file names are no Python names."""
    return f"p{number}"


def model_of(layer: UploadedLayer) -> type[models.Model]:
    """Return the model of the versions of the layer's features.

    ``version``, ``fid``, ``began_at``, ``ended_at``, ``author_id``, ``geom``, ``geom_3857`` and ``p0``, ``p1``, …
    """
    columns = tuple((field["type"], field["column"]) for field in layer.fields)
    return _model(layer.table, layer.srid, columns)


def versions_of(layer: UploadedLayer) -> FeatureQuerySet:
    """Return all versions of the layer's features."""
    return FeatureQuerySet(model_of(layer))


def create(layer: UploadedLayer) -> None:
    """Create the layer's table with its laws; inside the caller's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(model_of(layer))
    with connection.cursor() as cursor:
        for name, event, function in _LAWS:
            made = sql.SQL("CREATE TRIGGER {} {} ON {} {}").format(
                sql.Identifier(f"{layer.table}_{name}"), sql.SQL(event), sql.Identifier(layer.table), sql.SQL(function)
            )
            cursor.execute(made)


_LAWS = (
    ("only_end", "AFTER UPDATE", "FOR EACH ROW EXECUTE FUNCTION public.gis_layers_only_end()"),
    ("never_deleted", "BEFORE DELETE OR TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION public.gis_refuse_delete()"),
)
# Of each feature one version holds; what has ended is looked up by feature.
_INDEXES = (
    (GEOMETRY, "CREATE INDEX {} ON {} USING gist (geom)"),
    (GEOMETRY_3857, "CREATE INDEX {} ON {} USING gist (geom_3857)"),
    ("current", 'CREATE UNIQUE INDEX {} ON {} (fid) WHERE "__ended_at" IS NULL'),
    ("past", 'CREATE INDEX {} ON {} (fid, "__began_at") WHERE "__ended_at" IS NOT NULL'),
)


def finish(layer: UploadedLayer) -> None:
    """Index the layer's table and gather statistics, once the rows are in."""
    table = sql.Identifier(layer.table)
    with connection.cursor() as cursor:
        for name, statement in _INDEXES:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(f"{layer.table}_{name}"), table))
        cursor.execute(sql.SQL("ANALYZE {}").format(table))

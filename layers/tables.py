"""The table of one uploaded layer, as an unmanaged Django model made from the stored description."""

from functools import lru_cache
from typing import Any

from django.contrib.gis.db import models
from django.db import connection
from django.db.models import Func
from psycopg import sql

from gisserver.common.geo import mercator
from layers.fields import FieldType
from layers.models import UploadedLayer

GEOMETRY = "geom"
GEOMETRY_3857 = "geom_3857"
FID = "fid"


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
        FID: models.BigIntegerField(primary_key=True),
        GEOMETRY: models.GeometryField(srid=srid, null=True),
        GEOMETRY_3857: models.GeneratedField(
            expression=ToWebMercator(GEOMETRY),
            output_field=models.GeometryField(srid=mercator.SRID, null=True),
            db_persist=True,
        ),
        "Meta": type("Meta", (), {"managed": False, "db_table": table, "app_label": "layers_uploaded"}),
    }
    for number, (kind, column) in enumerate(columns):
        attributes[attribute(number)] = _column(FieldType(kind), column)
    return type(f"Features_{table}", (models.Model,), attributes)


def attribute(number: int) -> str:
    """Return the model attribute of the field at position ``number``; file names are no Python names."""
    return f"p{number}"


def model_of(layer: UploadedLayer) -> type[models.Model]:
    """Return the model of the layer's features: ``fid``, ``geom``, ``geom_3857`` and ``p0``, ``p1``, …"""
    columns = tuple((field["type"], field["column"]) for field in layer.fields)
    return _model(layer.table, layer.srid, columns)


def create(layer: UploadedLayer) -> None:
    """Create the layer's table; inside the caller's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(model_of(layer))


def finish(layer: UploadedLayer) -> None:
    """Index both geometries and gather statistics, once the rows are in."""
    table = sql.Identifier(layer.table)
    with connection.cursor() as cursor:
        for column in (GEOMETRY, GEOMETRY_3857):
            index = sql.Identifier(f"{layer.table}_{column}")
            create_index = sql.SQL("CREATE INDEX {} ON {} USING gist ({})")
            cursor.execute(create_index.format(index, table, sql.Identifier(column)))
        cursor.execute(sql.SQL("ANALYZE {}").format(table))

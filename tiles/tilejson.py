"""TileJSON 3.0: what a map needs to know of a tileset before it asks for the first tile."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gisserver.common.geo.mercator import HALF_WORLD_M
from layers import rows as layer_rows
from layers.fields import Field, FieldType
from layers.filters import computing
from layers.registry import Collection
from tiles.address import Envelope, degrees
from tiles.tileset import Tileset

_KINDS = {FieldType.INTEGER: "Number", FieldType.NUMBER: "Number", FieldType.BOOLEAN: "Boolean"}
WORLD = (-180.0, -85.051129, 180.0, 85.051129)


def document(tileset: Tileset, tiles_url: str) -> dict[str, Any]:
    """Return the TileJSON of ``tileset``; ``tiles_url`` is the absolute template with ``{z}/{x}/{y}``.

    ``bounds`` (degrees) enclose what this user may see, so they tell nothing about the rest.
    """
    bounds = bounds_of(tileset)
    west, south, east, north = bounds
    return {
        "tilejson": "3.0.0",
        "name": ",".join(tileset.ids),
        "description": "; ".join(str(collection.title) for collection in tileset.collections),
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [tiles_url],
        "minzoom": tileset.min_zoom,
        "maxzoom": tileset.max_zoom,
        "bounds": list(bounds),
        "center": [round((west + east) / 2, 6), round((south + north) / 2, 6), _zoom_for(tileset, bounds)],
        "vector_layers": vector_layers(tileset),
    }


def vector_layers(tileset: Tileset) -> list[dict[str, Any]]:
    """Return what each layer of the tileset holds."""
    return [_layer(tileset, collection) for collection in tileset.collections]


def _layer(tileset: Tileset, collection: Collection) -> dict[str, Any]:
    return {
        "id": collection.id,
        "description": collection.title,
        "minzoom": collection.min_zoom,
        "maxzoom": collection.max_zoom,
        "geometry_type": collection.geometry_type.dimension,
        "fields": {field.name: _describe(field) for field in tileset.fields_of(collection)} | _counts(collection),
    }


def _counts(collection: Collection) -> dict[str, str]:
    """Return what features carry that stand for several, where tiles of the collection have such."""
    return {"point_count": "Number " + _("Features that this one stands for")} if collection.bins_below else {}


def _describe(field: Field) -> str:
    kind = _KINDS.get(field.type, "String")
    return f"{kind} {field.title}".strip()


def bounds_of(tileset: Tileset) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of what the user may see; the world when that is nothing."""
    boxes = [box for collection in tileset.collections if (box := _box(tileset, collection))]
    if not boxes:
        return WORLD
    area = degrees(
        Envelope(
            min(box.west for box in boxes),
            min(box.south for box in boxes),
            max(box.east for box in boxes),
            max(box.north for box in boxes),
        )
    )
    return (round(area.west, 6), round(area.south, 6), round(area.east, 6), round(area.north, 6))


def _box(tileset: Tileset, collection: Collection) -> Envelope | None:
    rows: QuerySet[Any] = tileset.rows_of(collection)
    select = layer_rows.select(collection, rows, geometry=collection.geometry_3857, fields=())
    with computing(tileset.filter), connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)"  # noqa: S608 - composed by layers.rows
            f' FROM (SELECT ST_Extent("__geom") AS b FROM ({select.sql}) AS visible) AS box',
            select.params,
        )
        row = cursor.fetchone()
    return None if row is None or row[0] is None else Envelope(*row)


def _zoom_for(tileset: Tileset, bounds: tuple[float, float, float, float]) -> int:
    """Return the highest zoom at which the bounds fit in about one tile of 512 pixels, east to west."""
    width_m = max((bounds[2] - bounds[0]) / 180.0 * HALF_WORLD_M, 1.0)
    zoom = 0
    while zoom < tileset.max_zoom and 2 * HALF_WORLD_M / 2 ** (zoom + 1) >= width_m:
        zoom += 1
    return max(zoom, tileset.min_zoom)

"""The rows that a query finds, and what is said of them in Esri's JSON, in GeoJSON and as pbf."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from django.contrib.gis.db.models import Extent
from django.db import connection
from django.db.models import F

from gisserver.common.db.snapshot import one_look
from layers.esri import pbf
from layers.esri.fields import described, object_id, plain
from layers.esri.query import EsriQuery
from layers.esri.shapes import TYPES, spatial_reference, to_esri
from layers.fields import Field, GeometryType
from layers.ogc.features import selected, shown
from layers.ogc.links import GEOJSON
from layers.ogc.paging import Order
from layers.ogc.query import geometry_expression, moment_of, visible_rows
from layers.registry import Collection

JSON = "application/json"
# Parts of a page (`paging.Page`) that one answer holds at most: their geometries lie in memory together.
_MOST_PARTS = 16
Row = tuple[Sequence[Any], shapely.Geometry | None]


@dataclass(frozen=True, slots=True)
class Found:
    """Features in order, their values those of the fields shown, and whether there are more."""

    rows: list[Row]
    more: bool


def find(collection: Collection, user: Any, query: EsriQuery) -> Found:
    """Return the features of a page. Raises Invalid."""
    presentation = query.items.presentation
    with one_look():
        page = Order(collection, query.sort).page(
            query.rows(collection, user), None, offset=query.items.offset, limit=query.limit,
            geometry=presentation.geometry,
        )  # fmt: skip
        parts = page.parts[:_MOST_PARTS]
        rows = [row for part in parts for row in _rows(collection, user, query, part)]
    return Found(rows, page.more or len(page.parts) > len(parts))


def _rows(collection: Collection, user: Any, query: EsriQuery, fids: Sequence[int]) -> list[Row]:
    presentation = query.items.presentation
    at = moment_of(collection, presentation)
    rows = visible_rows(collection, user, at).filter(**{f"{collection.fid}__in": list(fids)})
    statement = selected(collection, rows, presentation)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    ordered = [found[fid] for fid in fids if fid in found]
    if not presentation.geometry:
        return [([plain(value) for value in row], None) for row in ordered]
    return [([plain(value) for value in values], _shape(wkb)) for wkb, *values in ordered]


def _shape(wkb: Any) -> shapely.Geometry | None:
    shape = None if wkb is None else shapely.force_2d(shapely.from_wkb(wkb))
    return None if shape is None or shape.is_empty or shape.geom_type == "GeometryCollection" else shape


def features(collection: Collection, query: EsriQuery, found: Found) -> tuple[bytes, str]:
    """Return the answer with features, and its media type."""
    fields = shown(collection, query.items.presentation)
    if query.form == "geojson":
        return orjson.dumps(_geojson(collection, query, found, fields)), GEOJSON
    document = _head(collection, query, fields) | ({"exceededTransferLimit": True} if found.more else {})
    if query.form == "pbf":
        scale = 10.0**-query.items.presentation.crs.decimals
        return pbf.features(document, found.rows, scale), pbf.MEDIA_TYPE
    names = [field.name for field in fields]
    shown_rows = [
        {"attributes": dict(zip(names, values, strict=True))} | ({"geometry": to_esri(shape)} if shape else {})
        for values, shape in found.rows
    ]
    return orjson.dumps(document | {"features": shown_rows}), JSON


def _head(collection: Collection, query: EsriQuery, fields: tuple[Field, ...]) -> dict[str, Any]:
    head: dict[str, Any] = {"objectIdFieldName": object_id(collection).name, "globalIdFieldName": ""}
    if query.items.presentation.geometry and collection.geometry_type is not GeometryType.NONE:
        head["geometryType"] = geometry_type(collection)
        head["spatialReference"] = spatial_reference(query.items.presentation.crs.srid)
    return head | {"fields": described(collection, fields)}


def geometry_type(collection: Collection) -> str:
    """Return Esri's word for the collection's geometries; layers of several kinds have none, and say polygons."""
    return TYPES.get(collection.geometry_type, "esriGeometryPolygon")


def _geojson(collection: Collection, query: EsriQuery, found: Found, fields: tuple[Field, ...]) -> dict[str, Any]:
    names = [field.name for field in fields]
    place = fields.index(object_id(collection)) if object_id(collection) in fields else None
    made = [
        {
            "type": "Feature",
            **({"id": values[place]} if place is not None else {}),
            "geometry": shape and orjson.Fragment(shapely.to_geojson(shape)),
            "properties": dict(zip(names, values, strict=True)),
        }
        for values, shape in found.rows
    ]
    more = {"exceededTransferLimit": True, "properties": {"exceededTransferLimit": True}} if found.more else {}
    return {"type": "FeatureCollection", "features": made} | more


def count(collection: Collection, user: Any, query: EsriQuery) -> tuple[bytes, str]:
    """Return how many features match."""
    number = query.rows(collection, user).order_by().count()
    if query.form == "pbf":
        return pbf.count(number), pbf.MEDIA_TYPE
    return orjson.dumps({"count": number}), JSON


def ids(collection: Collection, user: Any, query: EsriQuery, most: int) -> tuple[bytes, str]:
    """Return the ids of the features that match, ``most`` at most."""
    rows = query.rows(collection, user).order_by(collection.fid)
    found = list(rows.values_list(F(collection.fid), flat=True)[: most + 1])
    name = object_id(collection).name
    if query.form == "pbf":
        return pbf.ids(name, found[:most]), pbf.MEDIA_TYPE
    more = {"exceededTransferLimit": True} if len(found) > most else {}
    return orjson.dumps({"objectIdFieldName": name, "objectIds": found[:most]} | more), JSON


def extent(collection: Collection, user: Any, query: EsriQuery) -> tuple[bytes, str]:
    """Return the extent of the features that match, and how many they are."""
    crs = query.items.presentation.crs
    rows = query.rows(collection, user).order_by()
    box = rows.aggregate(box=Extent(geometry_expression(collection, crs)))["box"]
    document = {"extent": envelope(box, crs.srid), "count": rows.count()}
    return orjson.dumps(document), JSON


def envelope(box: Sequence[float] | None, srid: int) -> dict[str, Any]:
    """Return a box in Esri's JSON; that of nothing has no numbers."""
    names = ("xmin", "ymin", "xmax", "ymax")
    numbers = dict(zip(names, box, strict=True)) if box else dict.fromkeys(names, "NaN")
    return numbers | {"spatialReference": spatial_reference(srid)}

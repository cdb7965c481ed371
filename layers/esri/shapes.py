"""Geometries in Esri's JSON, and spatial references by well-known id. Pure.

Coordinates are east before north, whatever the authority of the system says.
"""

import math
from typing import Any

import orjson
import shapely

from gisserver.common.errors import Invalid
from gisserver.common.reading.geometry_limits import MAX_POSITIONS
from gisserver.common.sentences import Sentence
from layers.kinds import GeometryType

# Esri's own numbers of systems that EPSG has too.
_WKIDS = {102100: 3857, 102113: 3857, 900913: 3857, 104100: 4490, 104137: 4490}
_LATEST = {3857: 102100}
TYPES = {
    GeometryType.POINT: "esriGeometryPoint",
    GeometryType.MULTIPOINT: "esriGeometryMultipoint",
    GeometryType.LINESTRING: "esriGeometryPolyline",
    GeometryType.MULTILINESTRING: "esriGeometryPolyline",
    GeometryType.POLYGON: "esriGeometryPolygon",
    GeometryType.MULTIPOLYGON: "esriGeometryPolygon",
}


def spatial_reference(srid: int) -> dict[str, int]:
    """Return how Esri writes a system."""
    return {"wkid": _LATEST.get(srid, srid), "latestWkid": srid}


def srid_of(text: str, parameter: str) -> int:
    """Return the EPSG code that ``4490`` or ``{"wkid": 4490}`` says. Raises Invalid ``unsupported_crs``."""
    said = _json(text, parameter)
    if isinstance(said, dict):
        said = said.get("latestWkid", said.get("wkid"))
    if not isinstance(said, int) or isinstance(said, bool) or not 0 < said < 1_000_000:
        told = Sentence("{name} must be a well-known id, such as 4490.", name=parameter)
        raise Invalid("unsupported_crs", told, parameter=parameter)
    return _WKIDS.get(said, said)


def shape_and_srid(text: str, kind: str) -> tuple[shapely.Geometry, int | None]:
    """Return the geometry of a request, and the EPSG code that it says of itself.

    JSON, or for points and envelopes numbers with commas between them. Raises Invalid ``bad_geometry``.
    """
    try:
        said = _json(f"[{text}]" if text.lstrip()[:1] not in "{" else text, "geometry")
        shape = _from_numbers(said) if isinstance(said, list) else _from_json(said, kind)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError):
        raise _bad() from None
    if shape.is_empty or not shape.is_valid or not _is_finite(shape):
        raise _bad()
    reference = said.get("spatialReference") if isinstance(said, dict) else None
    return shape, srid_of(orjson.dumps(reference).decode(), "geometry") if reference else None


def to_esri(shape: shapely.Geometry) -> dict[str, Any]:
    """Return a geometry in Esri's JSON; the outer rings of polygons run clockwise."""
    parts = [part.tolist() for part in parts_of(shape)]
    if shape.geom_type == "Point":
        return {"x": shape.x, "y": shape.y}
    if shape.geom_type == "MultiPoint":
        return {"points": parts[0]}
    return {"rings" if "Polygon" in shape.geom_type else "paths": parts}


def parts_of(shape: shapely.Geometry) -> list[Any]:
    """Return the coordinates of a geometry by path or ring; those of a multi-point are one part."""
    if shape.geom_type in {"Point", "MultiPoint"}:
        return [shapely.get_coordinates(shape)]
    if "Polygon" in shape.geom_type:
        clockwise = shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=True))
        rings = [ring for polygon in clockwise for ring in (polygon.exterior, *polygon.interiors)]
        return [shapely.get_coordinates(ring) for ring in rings]
    return [shapely.get_coordinates(line) for line in shapely.get_parts(shape)]


def _json(text: str, parameter: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid("bad_value", Sentence("{name} is no JSON.", name=parameter), parameter=parameter) from None


def _from_numbers(numbers: list[Any]) -> shapely.Geometry:
    x, y, *rest = (float(number) for number in numbers)
    if not rest:
        return shapely.Point(x, y)
    east, north = rest
    return _box(x, y, east, north)


def _box(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    if (west, south) == (east, north):
        return shapely.Point(west, south)
    return shapely.box(min(west, east), min(south, north), max(west, east), max(south, north))


def _from_json(said: dict[str, Any], kind: str) -> shapely.Geometry:
    if kind == "esriGeometryEnvelope" or "xmin" in said:
        return _box(*(float(said[name]) for name in ("xmin", "ymin", "xmax", "ymax")))
    if "x" in said:
        return shapely.Point(float(said["x"]), float(said["y"]))
    name = next(each for each in ("points", "paths", "rings") if each in said) if said else ""
    parts = [said["points"]] if name == "points" else said[name]
    if sum(map(len, parts)) > MAX_POSITIONS:
        raise ValueError(name)
    plain = [[(float(each[0]), float(each[1])) for each in part] for part in parts]
    if name == "points":
        return shapely.MultiPoint(plain[0])
    if name == "paths":
        return shapely.MultiLineString(plain)
    return _polygons(plain)


def _polygons(rings: list[list[tuple[float, float]]]) -> shapely.Geometry:
    """Return the area inside an odd number of the rings, whichever way they run."""
    areas = [shapely.Polygon(ring) for ring in rings]
    # In pairs, and pairs of these: one after the other, the area so far would be laid over each of thousands of rings.
    while len(areas) > 1:
        pairs = shapely.symmetric_difference(areas[0:-1:2], areas[1::2]).tolist()
        areas = [*pairs, *areas[len(pairs) * 2 :]]
    return areas[0] if areas else shapely.Polygon()


def _is_finite(shape: shapely.Geometry) -> bool:
    return all(map(math.isfinite, shape.bounds))


def _bad() -> Invalid:
    return Invalid("bad_geometry", "The geometry of the request cannot be read.", parameter="geometry")

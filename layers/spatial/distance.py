"""How far features lie from a shape, in metres on the ground: on the ellipsoid of WGS 84, in whatever CRS both are.

A distance in the survey CRS would be off by its scale, and an upload may lie on another continent. What is near enough
is first looked up by the index in Web Mercator, then measured (ST_Distance of geography, PostGIS; edges are geodesics).
"""

import math
from typing import Final

import pyproj
import shapely
from django.db.models import BinaryField, F, Value
from django.db.models.expressions import Combinable

from gisserver.common.errors import Invalid
from gisserver.common.geo import mercator
from gisserver.common.sentences import Sentence
from layers import expressions
from layers.registry import Collection
from layers.spatial.crs import CRS84, Crs
from layers.spatial.relations import SAME_DEGREES, near, placed

# Half around the globe.
FARTHEST_M: Final = 20_100_000.0
# Beyond, a plane no longer tells the length of what is drawn on it to a millionth.
WIDEST_BUFFER_M: Final = 20_000.0
# The shortest degree of latitude; a degree of longitude is this at the equator, or longer.
_SHORTEST_DEGREE_M = 110_500.0
_QUARTER_SEGMENTS = 32


def within(collection: Collection, shape: shapely.Geometry, crs: Crs, metres: float) -> Combinable:
    """Return the condition that a feature lies within so many ``metres`` of ``shape``, valid and in ``crs``.

    Raises Invalid for what are no degrees.
    """
    degrees = in_degrees(shape, crs)
    measured = expressions.condition(
        "ST_DWithin({0}::geography, {1}::geography, {2})", _rows(collection), _constant(degrees), Value(float(metres))
    )
    around = _around(degrees, metres)
    return measured if around is None else expressions.condition("({0} AND {1})", near(collection, around), measured)


def distance(collection: Collection, degrees: shapely.Geometry) -> Combinable:
    """Return the distance of features in metres from a shape `in_degrees`; null without a geometry."""
    return expressions.number("ST_Distance({0}::geography, {1}::geography)", _rows(collection), _constant(degrees))


def closeness(collection: Collection, point: shapely.Point) -> Combinable:
    """Return what an index can order by: the nearest first, but for what the map's projection distorts."""
    x, y, *_rest = mercator.from_degrees((point.x, point.y, point.x, point.y))
    place = expressions.geometry(
        "ST_GeomFromWKB({0}, {1})", Value(shapely.to_wkb(shapely.Point(x, y)), BinaryField()), Value(mercator.SRID)
    )
    return expressions.number("({0} <-> {1})", F(collection.geometry_3857), place)


def in_degrees(shape: shapely.Geometry, crs: Crs) -> shapely.Geometry:
    """Return a shape in ``crs`` in degrees of WGS 84, within the globe. Raises Invalid."""
    if crs.srid not in SAME_DEGREES:
        transformer = pyproj.Transformer.from_crs(crs.srid, CRS84.srid, always_xy=True)
        shape = shapely.transform(shape, transformer.transform, interleaved=False)
    if not all(map(math.isfinite, shape.bounds)) or max(map(abs, shape.bounds[1::2])) > 90.0:
        raise Invalid("bad_filter", "A shape lies nowhere on the globe in its CRS.")
    return placed(shape, CRS84)


def buffer(shape: shapely.Geometry, crs: Crs, metres: float) -> shapely.Geometry:
    """Return all that lies within so many ``metres`` of ``shape``, in ``crs``: circles have 128 corners.

    It is drawn on a plane that touches the globe in the middle of the shape. Raises Invalid where that would be wrong
    by more than a millionth.
    """
    degrees = in_degrees(shape, crs)
    middle = degrees.centroid
    plane = pyproj.CRS.from_proj4(f"+proj=aeqd +lon_0={middle.x!r} +lat_0={middle.y!r} +datum=WGS84 +units=m")
    there = pyproj.Transformer.from_crs(CRS84.srid, plane, always_xy=True)
    drawn = shapely.transform(degrees, there.transform, interleaved=False).buffer(metres, quad_segs=_QUARTER_SEGMENTS)
    if drawn.is_empty or not max(map(abs, drawn.bounds)) <= WIDEST_BUFFER_M:
        told = Sentence("A buffer may reach 20 km from the middle of its shape; S_DWITHIN has no such bound.")
        raise Invalid("bad_filter", told)
    back = pyproj.Transformer.from_crs(plane, crs.srid, always_xy=True)
    return shapely.transform(drawn, back.transform, interleaved=False)


def _around(degrees: shapely.Geometry, metres: float) -> shapely.Geometry | None:
    """Return a box in degrees that holds all within so many metres of a shape; None where that is most of the globe."""
    west, south, east, north = degrees.bounds
    up = metres / _SHORTEST_DEGREE_M + 1e-9
    south, north = south - up, north + up
    farthest = max(abs(south), abs(north))
    if farthest >= 89.0:
        return None
    across = up / math.cos(math.radians(farthest))
    if east - west + 2 * across >= 360.0:
        return None
    return placed(shapely.box(west - across, south, east + across, north), CRS84)


def _constant(degrees: shapely.Geometry) -> Combinable:
    return expressions.geometry(
        "ST_GeomFromWKB({0}, {1})", Value(shapely.to_wkb(degrees), BinaryField()), Value(CRS84.srid)
    )


def _rows(collection: Collection) -> Combinable:
    """Return the geometry of the features in degrees of WGS 84."""
    if collection.srid == CRS84.srid:
        return expressions.geometry("{0}", F(collection.geometry))
    if collection.srid in SAME_DEGREES:
        return expressions.geometry("ST_SetSRID({0}, {1})", F(collection.geometry), Value(CRS84.srid))
    return expressions.geometry("ST_Transform({0}, {1})", F(collection.geometry), Value(CRS84.srid))

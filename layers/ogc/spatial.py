"""Which rows a bounding box selects: the box as a geometry in a CRS that the table has stored and indexed."""

import math

import numpy as np
import pyproj
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Q

from gisserver.common.bbox import BBox
from gisserver.common.errors import Invalid
from layers.ogc.crs import Crs, epsg
from layers.registry import Collection

WEB_MERCATOR = 3857
# Geographic systems whose coordinates PROJ takes for each other's, to the last digit.
_SAME_DEGREES = {4326, 4490}
_POINTS_PER_EDGE = 64
_HALF_WORLD_M = math.pi * 6378137.0
_MERCATOR_LATITUDE = 85.0511287798066


def bbox_condition(collection: Collection, box: BBox, crs: Crs) -> Q:
    """Return the condition that a feature's geometry meets ``box``, which is in ``crs``, east before north.

    As the standard asks, features without a geometry meet every box. Raises Invalid when the box cannot be
    expressed in the CRS of the collection.
    """
    path, srid = _ground(collection, crs)
    condition = Q()
    for part in box.parts():
        shape = _shape(part, crs, srid)
        condition |= Q(**{f"{path}__intersects": GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=srid)})
    return condition | Q(**{f"{path}__isnull": True})


def _ground(collection: Collection, crs: Crs) -> tuple[str, int]:
    """Return the stored geometry, and its SRID, in which the box keeps straight edges, if there is one.

    A box of degrees is a box in Web Mercator too, so that it needs no bending for data kept in metres.
    """
    stored_geographic = epsg(collection.srid).geographic
    if crs.srid == WEB_MERCATOR or (crs.srid in _SAME_DEGREES and not stored_geographic):
        return collection.geometry_3857, WEB_MERCATOR
    return collection.geometry, collection.srid


def _shape(box: BBox, crs: Crs, srid: int) -> shapely.Geometry:
    if srid == WEB_MERCATOR and crs.srid in _SAME_DEGREES:
        return _rectangle(_mercator(box))
    return into(_rectangle(box), crs, srid)


def rectangles(box: BBox) -> shapely.Geometry:
    """Return a box as a geometry in its own CRS; one over the antimeridian has two parts."""
    parts = [_rectangle(part) for part in box.parts()]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def into(shape: shapely.Geometry, crs: Crs, srid: int) -> shapely.Geometry:
    """Return a geometry of ``crs``, east before north, in ``srid``.

    Raises Invalid when it reaches too far.
    """
    if crs.srid == srid or {crs.srid, srid} <= _SAME_DEGREES:
        return shape
    return _bent(shape, crs, srid)


def _rectangle(box: BBox) -> shapely.Geometry:
    """Return the box as a polygon, or as the line or point that it shrinks to."""
    corners = [(box.min_x, box.min_y), (box.max_x, box.min_y), (box.max_x, box.max_y), (box.min_x, box.max_y)]
    distinct = list(dict.fromkeys(corners))
    if len(distinct) == 4:
        return shapely.Polygon(distinct)
    return shapely.LineString(distinct) if len(distinct) == 2 else shapely.Point(distinct[0])


def _mercator(box: BBox) -> BBox:
    def northing(latitude: float) -> float:
        kept = min(max(latitude, -_MERCATOR_LATITUDE), _MERCATOR_LATITUDE)
        return 6378137.0 * math.asinh(math.tan(math.radians(kept)))

    def easting(longitude: float) -> float:
        return longitude * _HALF_WORLD_M / 180.0

    return BBox(easting(box.min_x), northing(box.min_y), easting(box.max_x), northing(box.max_y))


def _bent(shape: shapely.Geometry, crs: Crs, srid: int) -> shapely.Geometry:
    """Return the shape in another CRS.

    Its edges cut into short pieces so that they follow their true course.
    """
    west, south, east, north = shape.bounds
    longest = max(east - west, north - south)
    if longest > 0:
        shape = shapely.segmentize(shape, longest / _POINTS_PER_EDGE)
    transformer = pyproj.Transformer.from_crs(crs.srid, srid, always_xy=True)
    bent = shapely.transform(shape, lambda points: np.column_stack(transformer.transform(*points.T)))
    if not np.isfinite(shapely.get_coordinates(bent)).all():
        raise Invalid("bad_bbox", "A geometry reaches beyond the area where its CRS is defined.")
    return bent if bent.is_valid else bent.buffer(0)

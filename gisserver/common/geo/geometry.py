"""The one bridge between the GEOS objects of GeoDjango and Shapely's.

Two GEOS builds may be loaded in one process, so geometries cross as WKB, never as pointers. Exact
arithmetic in millimetres is in `gisserver.common.geo.millimetres`, which imports no Django; it is offered here too.
"""

from typing import cast

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.millimetres import (
    is_whole_millimetres,
    polygons_of,
    round_to_millimetres,
    to_millimetres,
    twice_area_mm2,
)

__all__ = [
    "is_whole_millimetres",
    "polygons_of",
    "round_to_millimetres",
    "to_geos",
    "to_millimetres",
    "to_multipolygon",
    "to_shapely",
    "twice_area_mm2",
]


def to_shapely(geometry: GEOSGeometry) -> BaseGeometry:
    """Return the Shapely geometry of a GeoDjango one (its SRID is not carried)."""
    return shapely.from_wkb(bytes(geometry.wkb))


def to_geos(geometry: BaseGeometry, srid: int) -> GEOSGeometry:
    """Return the GeoDjango geometry of a Shapely one, marked with ``srid``."""
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry, output_dimension=2)), srid=srid)


def to_multipolygon(geometry: BaseGeometry, srid: int) -> MultiPolygon:
    """Return a Polygon or MultiPolygon of Shapely as GeoDjango's MultiPolygon, marked with ``srid``."""
    parts = shapely.multipolygons(list(polygons_of(geometry)))
    return cast(MultiPolygon, to_geos(parts, srid))

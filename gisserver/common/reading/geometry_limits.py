"""Geometries of requests, bounded before any parser sees them: GEOS recurses into collections, on the stack. Pure."""

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gisserver.common.reading.nesting import wkt_is_too_deep

# More vertices than a city's outline has.
MAX_POSITIONS = 100_000
MAX_WKT_LENGTH = 64 * MAX_POSITIONS
_MAX_COLLECTIONS = 3
_MAX_COORDINATES = 4


def geojson_shape(value: Any) -> BaseGeometry:
    """Return the Shapely geometry of a GeoJSON geometry.

    Raises ValueError for one that nests too deep, or has more than 100,000 positions; beside what shapely raises.
    """
    check_geojson(value)
    return shapely.geometry.shape(value)


def wkt_shape(text: str) -> BaseGeometry:
    """Return the Shapely geometry of well-known text; ValueError as for `geojson_shape`, beside what shapely raises."""
    if len(text) > MAX_WKT_LENGTH or wkt_is_too_deep(text):
        raise ValueError("The geometry is too large or nests too deep.")
    return shapely.from_wkt(text)


def check_geojson(value: Any) -> None:
    """Raise ValueError for a GeoJSON geometry that nests too deep or has too many positions; without recursion."""
    left = MAX_POSITIONS
    waiting = [(value, 0, 0)]
    while waiting:
        part, collections, lists = waiting.pop()
        if collections > _MAX_COLLECTIONS or lists > _MAX_COORDINATES:
            raise ValueError("The geometry nests too deep.")
        if isinstance(part, dict):
            members = part.get("geometries")
            waiting += [(each, collections + 1, 0) for each in members] if isinstance(members, list) else []
            waiting.append((part.get("coordinates"), collections, 0))
        elif isinstance(part, list | tuple):
            if not any(isinstance(each, list | tuple | dict) for each in part):
                left -= 1
            else:
                waiting += [(each, collections, lists + 1) for each in part]
        if left < 0:
            raise ValueError(f"The geometry has more than {MAX_POSITIONS} positions.")

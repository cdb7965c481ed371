"""Web Mercator (EPSG:3857): between degrees of WGS84 and its metres, for boxes. Pure.

Source: the spherical Mercator formulas of EPSG method 1024. The world is a square there; what lies nearer to a pole
than its edges has no place.
"""

import math
from typing import Final

SRID: Final = 3857
# The semi-major axis of WGS84, the radius of the sphere.
EARTH_RADIUS_M: Final = 6_378_137.0
# Half the side of the square world.
HALF_WORLD_M: Final = math.pi * EARTH_RADIUS_M
# The latitude of the upper edge of the square world.
MAX_LATITUDE: Final = 85.0511287798066

Bounds = tuple[float, float, float, float]


def from_degrees(bounds: tuple[float, ...], *, wider: float = 0.0) -> Bounds:
    """Return (west, south, east, north) in degrees as metres, ``wider`` by so many; latitudes are cut at the edge."""
    west, south, east, north = bounds
    return _x(west) - wider, _y(south) - wider, _x(east) + wider, _y(north) + wider


def to_degrees(bounds: tuple[float, ...]) -> Bounds:
    """Return (west, south, east, north) in metres as degrees: the edges of a box stay straight."""
    west, south, east, north = bounds
    return _longitude(west), _latitude(south), _longitude(east), _latitude(north)


def stretch(y_m: float) -> float:
    """Return how many metres of Web Mercator a metre of ground is at this northing: 1 / cos(latitude)."""
    return math.cosh(y_m / EARTH_RADIUS_M)


def _x(longitude: float) -> float:
    return math.radians(longitude) * EARTH_RADIUS_M


def _y(latitude: float) -> float:
    kept = min(max(latitude, -MAX_LATITUDE), MAX_LATITUDE)
    return EARTH_RADIUS_M * math.asinh(math.tan(math.radians(kept)))


def _longitude(x_m: float) -> float:
    return x_m / HALF_WORLD_M * 180.0


def _latitude(y_m: float) -> float:
    return math.degrees(math.atan(math.sinh(y_m / EARTH_RADIUS_M)))

"""Between the survey CRS and longitude, latitude inside a query."""

import math
from typing import TypeVar

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.geos import Polygon
from django.db.models import Model, Q, QuerySet

from gisserver.common.bbox import BBox
from gisserver.common.errors import Invalid
from gisserver.common.fields import WEB_MERCATOR_SRID

M = TypeVar("M", bound=Model)
# A hundred-millionth of a degree is about a millimetre.
LONLAT_DIGITS = 8
WGS84_SRID = 4326
_EARTH_RADIUS_M = 6378137.0
_MERCATOR_LATITUDE = 85.0511287798066


def as_lonlat(field: str) -> AsGeoJSON:
    """Return the expression of a geometry field as GeoJSON text in WGS84.

    Made in the query: a serializer that transforms would do it to the object in place.
    """
    return AsGeoJSON(Transform(field, WGS84_SRID), precision=LONLAT_DIGITS)


def in_box(rows: QuerySet[M], box: BBox, field: str = "geom_3857") -> QuerySet[M]:
    """Return the rows whose geometry ``field``, in Web Mercator, meets a box in degrees (WGS84).

    A box of degrees is a box in Web Mercator too; in the survey CRS its edges would bend. Raises Invalid for a box
    that is not on the globe.
    """
    if max(map(abs, (box.min_x, box.max_x))) > 180 or max(map(abs, (box.min_y, box.max_y))) > 90:
        raise Invalid("bad_bbox", "bbox must be degrees: longitudes from -180 to 180, latitudes from -90 to 90.")
    anywhere = Q()
    for part in box.parts():
        west, south, east, north = part.as_tuple()
        rectangle = Polygon.from_bbox((_x(west), _y(south), _x(east), _y(north)))
        rectangle.srid = WEB_MERCATOR_SRID
        anywhere |= Q(**{f"{field}__intersects": rectangle})
    return rows.filter(anywhere)


def _x(longitude: float) -> float:
    return _EARTH_RADIUS_M * math.radians(longitude)


def _y(latitude: float) -> float:
    bounded = max(-_MERCATOR_LATITUDE, min(_MERCATOR_LATITUDE, latitude))
    return _EARTH_RADIUS_M * math.asinh(math.tan(math.radians(bounded)))

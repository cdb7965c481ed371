"""Between the survey CRS and longitude, latitude inside a query."""

from typing import TypeVar

import numpy as np
from django.conf import settings
from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Model, Q, QuerySet

from gisserver.common.errors import Invalid
from gisserver.common.geo import mercator
from gisserver.common.geo.bbox import BBox
from gisserver.common.geo.crs import WGS84, from_survey

M = TypeVar("M", bound=Model)
# A hundred-millionth of a degree is about a millimetre.
LONLAT_DIGITS = 8
WGS84_SRID = 4326
# By how much `near` looks around: a city is small, and its survey CRS is true to scale.
_WIDER_M, _WIDER_SHARE = 10.0, 0.05


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
        rectangle = Polygon.from_bbox(mercator.from_degrees(part.as_tuple()))
        rectangle.srid = mercator.SRID
        anywhere |= Q(**{f"{field}__intersects": rectangle})
    return rows.filter(anywhere)


def near(rows: QuerySet[M], place: Point, dist_m: float, field: str = "geom_3857") -> QuerySet[M]:
    """Return the rows whose box in Web Mercator (``field``, indexed) may come within ``dist_m`` of a survey ``place``.

    For an index to ask before distances are measured: it leaves out nothing that is so near, and not all that is not.
    """
    # The square around the place, by its corners: between them its sides bend by far less than they are widened.
    corners = np.array([[place.x + dx * dist_m, place.y + dy * dist_m] for dx in (-1, 1) for dy in (-1, 1)])
    degrees = from_survey(corners, WGS84, settings.SURVEY_SRID)
    bounds = mercator.from_degrees((*degrees.min(axis=0), *degrees.max(axis=0)), wider=_WIDER_M + _WIDER_SHARE * dist_m)
    rectangle = Polygon.from_bbox(bounds)
    rectangle.srid = mercator.SRID
    return rows.filter(**{f"{field}__bboverlaps": rectangle})

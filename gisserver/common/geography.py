"""Between the survey CRS and longitude, latitude inside a query."""

from typing import TypeVar

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.geos import Polygon
from django.db.models import Model, Q, QuerySet

from gisserver.common.bbox import BBox

M = TypeVar("M", bound=Model)
# A hundred-millionth of a degree is about a millimetre.
LONLAT_DIGITS = 8
WGS84_SRID = 4326


def as_lonlat(field: str) -> AsGeoJSON:
    """Return the expression of a geometry field as GeoJSON text in WGS84.

    Made in the query: a serializer that transforms would do it to the object in place.
    """
    return AsGeoJSON(Transform(field, WGS84_SRID), precision=LONLAT_DIGITS)


def in_box(rows: QuerySet[M], box: BBox, field: str = "geom") -> QuerySet[M]:
    """Return the rows whose geometry ``field`` meets a box in degrees (WGS84)."""
    anywhere = Q()
    for part in box.parts():
        polygon = Polygon.from_bbox(part.as_tuple())
        polygon.srid = WGS84_SRID
        anywhere |= Q(**{f"{field}__intersects": polygon})
    return rows.filter(anywhere)

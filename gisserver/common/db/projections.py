"""Between the survey CRS and longitude, latitude inside a query."""

from typing import TypeVar

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.geos import Polygon
from django.db.models import Model, Q, QuerySet

from gisserver.common.errors import Invalid
from gisserver.common.geo import mercator
from gisserver.common.geo.bbox import BBox

M = TypeVar("M", bound=Model)
# A hundred-millionth of a degree is about a millimetre.
LONLAT_DIGITS = 8
WGS84_SRID = 4326


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

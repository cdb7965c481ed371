"""The filters by place that lists of features take: those of djangorestframework-gis, strict, and exact in metres."""

from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework_gis.filters import DistanceToPointFilter, InBBoxFilter

from gisserver.common.db.projections import in_box, near
from gisserver.common.errors import Invalid
from gisserver.common.geo.bbox import BBox, parse_bbox
from gisserver.common.geo.crs import WGS84, to_survey
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import MAX_DISTANCE_M, number


class InBoxFilter(InBBoxFilter):
    """``in_bbox``: what meets a box in degrees, on either side of the antimeridian too.

    The library compares boxes, in the CRS of the column.
    """

    def get_filter_bbox(self, request: Request) -> BBox | None:
        """Return the box; raises Invalid for anything but one."""
        text = request.query_params.get(self.bbox_param)
        return None if text is None else parse_bbox(text)

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows whose ``bbox_filter_field``, in Web Mercator, meets the box."""
        box = self.get_filter_bbox(request)
        return queryset if box is None else in_box(queryset, box, view.bbox_filter_field)


class BoxFilter(InBoxFilter):
    """``bbox``: the same under the name that OGC API gives it."""

    bbox_param = "bbox"


class WithinDistanceFilter(DistanceToPointFilter):
    """``dist`` and ``point``: what is at most so many metres, in the survey CRS, from a longitude and latitude."""

    def get_filter_point(self, request: Request, **kwargs: Any) -> Point:
        """Return the point in the survey CRS; raises Invalid for anything but a place that the city may have."""
        text = request.query_params.get(self.point_param, "")
        try:
            lon, lat = (float(part) for part in text.split(","))
        except ValueError:
            raise Invalid(
                "bad_point", Sentence("point must be longitude,latitude, not {text!r}.", text=text[:60])
            ) from None
        east, north = to_survey(np.array([[lon, lat]]), WGS84, settings.SURVEY_SRID)[0]
        return Point(float(east), float(north), srid=settings.SURVEY_SRID)

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows whose ``distance_filter_field`` is that near."""
        given = [name for name in (self.dist_param, self.point_param) if name in request.query_params]
        if not given:
            return queryset
        if len(given) == 1:
            raise Invalid("bad_point", "dist (metres) and point (longitude,latitude) come together.")
        dist_m = number(request.query_params, self.dist_param)
        if not 0 <= dist_m <= MAX_DISTANCE_M:
            raise Invalid("bad_dist", Sentence("dist must be from 0 to {most} metres.", most=MAX_DISTANCE_M))
        # The box finds them by the index that every list has; the library then measures.
        rows = near(queryset, self.get_filter_point(request), dist_m, view.bbox_filter_field)
        found: QuerySet[Any] = super().filter_queryset(request, rows, view)
        return found

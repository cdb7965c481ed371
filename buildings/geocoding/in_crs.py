"""Answers whose places are told in another CRS than WGS84: gcj02 for a web map, the survey CRS for a plan."""

from dataclasses import replace

import numpy as np
import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from buildings.geocoding.answers import Answer
from gisserver.common.geo.crs import WGS84, XY, DeclaredCRS, from_survey, to_survey


def answer_in(answer: Answer, crs: DeclaredCRS) -> Answer:
    """Return the answer with its point, extent and line in ``crs``, east before north."""
    if crs == WGS84:
        return answer
    west, south, east, north = answer.bbox
    corners = _moved(np.array([(west, south), (east, south), (east, north), (west, north)]), crs)
    (x, y), *line = _moved(np.array([(answer.lon, answer.lat), *answer.line]), crs).tolist()
    (min_x, min_y), (max_x, max_y) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return replace(answer, lon=x, lat=y, bbox=(min_x, min_y, max_x, max_y), line=tuple((a, b) for a, b in line))


def shape_in(shape: BaseGeometry, crs: DeclaredCRS) -> BaseGeometry:
    """Return a shape in degrees (WGS84) in ``crs``."""
    moved: BaseGeometry = shape if crs == WGS84 else shapely.transform(shape, lambda xy: _moved(xy, crs))
    return moved


def _moved(lonlat: XY, crs: DeclaredCRS) -> XY:
    return from_survey(to_survey(lonlat, WGS84, settings.SURVEY_SRID), crs, settings.SURVEY_SRID)

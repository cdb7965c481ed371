"""Geometry of the survey CRS as GeoJSON for a door."""

from typing import Any

import numpy as np
import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common.crs import WGS84, geometries_from_survey
from gisserver.common.geography import LONLAT_DIGITS

GeoJSON = dict[str, Any]


def to_lonlat(geometry: BaseGeometry | None) -> GeoJSON | None:
    """Return a geometry of the survey CRS as GeoJSON in WGS84 longitude and latitude; None stays None."""
    if geometry is None:
        return None
    lonlat = geometries_from_survey(geometry, WGS84, settings.SURVEY_SRID)
    rounded = shapely.transform(lonlat, lambda xy: np.round(xy, LONLAT_DIGITS))
    answer: GeoJSON = shapely.geometry.mapping(rounded)
    return answer

"""Geometry of the survey CRS as GeoJSON for a door."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.projections import LONLAT_DIGITS
from gisserver.common.geo.crs import WGS84, geometries_from_survey

GeoJSON = dict[str, Any]


def to_lonlat(geometry: BaseGeometry | None) -> GeoJSON | None:
    """Return a geometry of the survey CRS as GeoJSON in WGS84 longitude and latitude; None stays None."""
    return None if geometry is None else all_to_lonlat([geometry])[0]


def all_to_lonlat(geometries: Sequence[BaseGeometry]) -> list[GeoJSON]:
    """Return geometries of the survey CRS as `to_lonlat` does, projected in one call, since each call is expensive."""
    if not geometries:
        return []
    lonlat = geometries_from_survey(np.array(geometries, dtype=object), WGS84, settings.SURVEY_SRID)
    rounded = shapely.transform(lonlat, lambda xy: np.round(xy, LONLAT_DIGITS))
    return [shapely.geometry.mapping(each) for each in rounded]

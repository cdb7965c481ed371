"""GeoJSON from a door, in the CRS that it declares, to the survey CRS that the engine works in."""

from collections.abc import Mapping
from typing import Any

import orjson
import shapely
from django.conf import settings
from shapely.errors import ShapelyError

from gisserver.common.crs import DeclaredCRS, geometries_to_survey
from gisserver.common.errors import Invalid
from grids.editing.refusals import Code
from grids.editing.rules import DEFAULT
from grids.redraws.lonlat import GeoJSON
from grids.redraws.refusing import refuse


def to_survey(value: Any, crs: DeclaredCRS, field: str) -> GeoJSON:
    """Return a GeoJSON geometry declared as ``crs`` in the survey CRS (metres, not rounded).

    Raises Invalid for what is no geometry or lies outside the CRS, Refused with TOO_MANY_VERTICES before
    anything else is done with a geometry that is too large.
    """
    if not isinstance(value, Mapping):
        raise Invalid("MALFORMED", f"{field} must be a GeoJSON geometry.", field=field)
    if _positions(value.get("coordinates")) > DEFAULT.max_vertices + 1:
        raise refuse(Code.TOO_MANY_VERTICES, field=field, most=DEFAULT.max_vertices)
    try:
        geometry = shapely.from_geojson(orjson.dumps(dict(value)))
    except (ShapelyError, orjson.JSONEncodeError, ValueError, TypeError) as error:
        raise Invalid("MALFORMED", f"{field} is not a GeoJSON geometry.", field=field) from error
    if geometry is None or geometry.is_empty:
        raise Invalid("MALFORMED", f"{field} is empty.", field=field)
    answer: GeoJSON = shapely.geometry.mapping(geometries_to_survey(geometry, crs, settings.SURVEY_SRID))
    return answer


def _positions(coordinates: Any) -> int:
    """Return how many positions nested coordinates hold, without recursion: a body may nest them deeply."""
    count, waiting = 0, [coordinates]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if part and isinstance(part[0], list):
            waiting.extend(part)
        else:
            count += 1
    return count

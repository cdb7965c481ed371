"""GeoJSON from a door, in the CRS that it declares, to the survey CRS that the engine works in."""

import math
from collections.abc import Mapping
from typing import Any

import orjson
import shapely
from django.conf import settings
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from gisserver.common.errors import Invalid, Refused
from gisserver.common.geo.crs import DeclaredCRS, geometries_to_survey, misplaced
from gisserver.common.reading.geometry_limits import check_geojson
from gisserver.common.sentences import Sentence
from grids.editing.refusals import Code
from grids.editing.rules import MAX_DRAWN_VERTICES
from grids.redraws.storage.errors import refuse
from grids.redraws.storage.geojson import GeoJSON


def to_survey(value: Any, crs: DeclaredCRS, field: str) -> GeoJSON:
    """Return a GeoJSON geometry declared as ``crs`` in the survey CRS (metres, not rounded).

    Raises Invalid for what is no geometry; Refused for a position outside ``crs``, with the number of the vertex (from
    0) and the position as given; Refused with TOO_MANY_VERTICES before any other work.
    """
    if not isinstance(value, Mapping):
        raise Invalid("MALFORMED", Sentence("{field} must be a GeoJSON geometry.", field=field), field=field)
    positions = _positions(value.get("coordinates"))
    if len(positions) > MAX_DRAWN_VERTICES + 1:
        raise refuse(Code.TOO_MANY_VERTICES, field=field, most=MAX_DRAWN_VERTICES, vertices=len(positions))
    for vertex, position in enumerate(positions):
        if any(isinstance(number, float) and not math.isfinite(number) for number in position):
            raise refuse(Code.NOT_A_NUMBER, field=field, vertex=vertex)
    try:
        check_geojson(value)
        geometry = shapely.from_geojson(orjson.dumps(dict(value)))
    except (ShapelyError, orjson.JSONEncodeError, ValueError, TypeError) as error:
        raise Invalid("MALFORMED", Sentence("{field} is not a GeoJSON geometry.", field=field), field=field) from error
    if geometry is None or geometry.is_empty:
        raise Invalid("MALFORMED", Sentence("{field} is empty.", field=field), field=field)
    _refuse_misplaced(geometry, crs, field)
    answer: GeoJSON = shapely.geometry.mapping(geometries_to_survey(geometry, crs, settings.SURVEY_SRID))
    return answer


def _refuse_misplaced(geometry: BaseGeometry, crs: DeclaredCRS, field: str) -> None:
    """Raise Refused for the first vertex that lies outside ``crs``, with its position as given: it has no other."""
    xy = shapely.get_coordinates(geometry)
    for vertex, reason in enumerate(misplaced(xy, crs, settings.SURVEY_SRID)):
        if reason is not None:
            about = {"field": field, "vertex": vertex, "position": xy[vertex].tolist(), "crs": crs.name}
            raise Refused(
                reason.value,
                reason.sentence,
                geometry=None,
                about=about,
            )


def _positions(coordinates: Any) -> list[list[Any]]:
    """Return the positions in nested coordinates, without recursion: a body may nest them deeply."""
    found, waiting = [], [coordinates]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list):
            continue
        if part and isinstance(part[0], list):
            waiting.extend(reversed(part))
        else:
            found.append(part)
    return found

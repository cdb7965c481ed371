"""Where a door says that something stands: GeoJSON in a declared CRS to survey points and footprints."""

from collections.abc import Mapping
from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry

from gisserver.common.errors import Invalid, Refused
from gisserver.common.geo.crs import parse_crs
from gisserver.common.geo.geometry import to_geos, to_multipolygon, to_shapely
from gisserver.common.geo.millimetres import polygons_of, round_to_millimetres
from gisserver.common.geo.validity import invalid_reason
from gisserver.common.sentences import Sentence
from grids.models import DivisionLevel, DivisionVersion
from grids.redraws.commands.geometry import to_survey

# A building's point stands on its footprint, or at most so far from it (a gate house, a survey mark).
MAX_ASIDE_M = 50.0
# The longest building is shorter; a footprint beyond it is a mistake of units or of axes.
MAX_EXTENT_M = 3000.0


def placed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``location`` and ``footprint`` as they are stored, of those that ``said`` has.

    ``said["crs"]`` declares both (law 6). A footprint without a point gets one on its surface; ``footprint`` None
    takes the footprint away. Raises Invalid for what is no such geometry, Refused for an impossible one.
    """
    crs = parse_crs(said.get("crs") or "wgs84")
    answer: dict[str, Any] = {}
    point = shape = None
    if "footprint" in said:
        if said["footprint"] is not None:
            shape = _footprint(to_survey(said["footprint"], crs, "footprint"))
            answer["footprint"] = to_multipolygon(shape, settings.SURVEY_SRID)
        else:
            answer["footprint"] = None
    if said.get("location") is not None:
        point = _point(to_survey(said["location"], crs, "location"))
    elif shape is not None:
        point = round_to_millimetres(shapely.point_on_surface(shape))
    if point is not None:
        if shape is not None:
            _demand_near(point, shape)
        answer["location"] = to_geos(point, settings.SURVEY_SRID)
    return answer


def demand_together(location: GEOSGeometry, footprint: GEOSGeometry | None) -> None:
    """Refuse a point that is not where its footprint is."""
    if footprint is not None:
        _demand_near(to_shapely(location), to_shapely(footprint))


def community_at(location: GEOSGeometry) -> int | None:
    """Return the id of the community that covers a survey point now; the lowest code on a border; None outside."""
    versions = DivisionVersion.objects.at().filter(level=DivisionLevel.COMMUNITY, geom__covers=location)
    return versions.order_by("code").values_list("division_id", flat=True).first()


def _point(geometry: Mapping[str, Any]) -> Any:
    if geometry["type"] != "Point":
        raise Invalid("bad_location", "location must be a GeoJSON Point.", field="location")
    return round_to_millimetres(shapely.geometry.shape(geometry))


def _footprint(geometry: Mapping[str, Any]) -> Any:
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise Invalid("bad_footprint", "footprint must be a GeoJSON Polygon or MultiPolygon.", field="footprint")
    rounded = round_to_millimetres(shapely.geometry.shape(geometry))
    shape = shapely.multipolygons(list(polygons_of(rounded)))
    if shape.is_empty or not shapely.is_valid(shape):
        told = Sentence("The footprint is not valid: {reason}.", reason=invalid_reason(shape))
        raise Refused("invalid_footprint", told, field="footprint")
    west, south, east, north = shape.bounds
    if max(east - west, north - south) > MAX_EXTENT_M:
        raise Refused(
            "footprint_too_large",
            Sentence("No building is longer than {max_extent_m:.0f} m.", max_extent_m=MAX_EXTENT_M),
        )
    return shape


def _demand_near(point: Any, shape: Any) -> None:
    aside = shapely.distance(point, shape)
    if aside > MAX_ASIDE_M:
        raise Refused(
            "location_off_footprint",
            Sentence("The point is {aside:.0f} m from the footprint; give both.", aside=aside),
            distance_m=round(float(aside), 3),
        )

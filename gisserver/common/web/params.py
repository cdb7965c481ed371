"""Query parameters: described and parsed once at the door, refused when unknown or malformed."""

import math
from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from gisserver.common import moments
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

# Programs put these on every request (GDAL and QGIS append the connection's own query string); they mean nothing here.
TOLERATED = frozenset({"api_key", "apikey", "access_token", "token", "key", "_"})
MAX_LIMIT = 1000
# Farther than across a city; planar metres are no distances there.
MAX_DISTANCE_M = 100_000
_DIGITS = 18

# What several doors take means the same at each.
AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="The moment asked for; now when absent.")
BBOX = OpenApiParameter("bbox", str, description="west,south,east,north in degrees (WGS84).")
IN_BBOX = OpenApiParameter("in_bbox", str, description="The same as bbox.")
POINT = OpenApiParameter("point", str, description="longitude,latitude (WGS84): with dist, only what is near it.")
DIST = OpenApiParameter(
    "dist", float, description=f"How near to point, in metres of the survey CRS, at most {MAX_DISTANCE_M}."
)
# What `features.FeatureListView` filters by.
PLACE = (BBOX, IN_BBOX, POINT, DIST)
FORMAT = OpenApiParameter("format", str, enum=["json", "geojson"], description="Instead of the header Accept.")
COMMUNITY = OpenApiParameter("community", str, description="The code of a community, today's or a former one.")
GRID = OpenApiParameter("grid", str, description="The code of a grid, today's or a former one.")
LON = OpenApiParameter("lon", float, required=True, description="Longitude, or east in a projected CRS.")
LAT = OpenApiParameter("lat", float, required=True, description="Latitude, or north in a projected CRS.")
CRS = OpenApiParameter("crs", str, description="wgs84 (default), cgcs2000, gcj02, bd09 or EPSG:n.")
PAGING = (
    OpenApiParameter("limit", int, description=f"Rows of a page: 100 unless given, at most {MAX_LIMIT}."),
    OpenApiParameter("cursor", str, description="Where the page begins: `next` of the page before holds it."),
)


def refuse_unknown(query: QueryDict, known: tuple[str, ...]) -> None:
    """Raise Invalid when the query has a parameter that is not ``known``: a typo must not widen an answer."""
    unknown = sorted(set(query) - set(known) - TOLERATED)
    if unknown:
        raise Invalid(
            "unknown_parameter",
            Sentence(
                "Unknown parameter {unknown!r}; known are: {known}.",
                unknown=unknown[0],
                known=", ".join(sorted(known)) or "none",
            ),
        )


def number(query: Mapping[str, str], name: str) -> float:
    """Return the finite number that the query must have under ``name``."""
    text = query.get(name, "")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Invalid(f"bad_{name}", Sentence("{name} must be a number, not {text!r}.", name=name, text=text))
    return value


def is_whole(text: str) -> bool:
    """Say whether a text is a whole number in plain digits, no longer than the database's."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def whole(text: str, name: str, *, least: int = 0, most: int | None = None) -> int:
    """Return the whole number that ``text`` is, from ``least`` to ``most``; raises Invalid in the name of ``name``."""
    if not is_whole(text) or int(text) < least or (most is not None and int(text) > most):
        values = {"name": name, "least": least, "text": text[:100]}
        sentence = (
            Sentence("{name} must be a whole number from {least}, not {text!r}.", **values)
            if most is None
            else Sentence("{name} must be a whole number from {least} to {most}, not {text!r}.", most=most, **values)
        )
        raise Invalid(f"bad_{name}", sentence, parameter=name)
    return int(text)


def limit(query: Mapping[str, str], *, default: int = 100, maximum: int = MAX_LIMIT) -> int:
    """Return how many rows are wanted, between 1 and ``maximum``."""
    text = query.get("limit", "")
    if not text:
        return default
    return min(whole(text, "limit", least=1), maximum)


def whole_number(query: Mapping[str, str], name: str) -> int | None:
    """Return the id under ``name``, or None when absent; raises Invalid when it is no whole number."""
    text = query.get(name, "")
    if not text:
        return None
    return whole(text, name)


def moment(query: Mapping[str, str], name: str = "at") -> datetime | None:
    """Return the moment under ``name`` in UTC (`moments.parse_moment`), or None when absent. Raises Invalid."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        return moments.parse_moment(text)
    except Invalid as refusal:
        raise Invalid(f"bad_{name}", Sentence("{name}: {detail}", name=name, detail=refusal.detail)) from None

"""What a geocoding request asks: the query string read once into a value, or refused."""

import re
from collections.abc import Mapping
from enum import StrEnum

from drf_spectacular.utils import OpenApiParameter

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import AT, CRS, LAT, LON, limit, number

MAX_TEXT = 300
DEFAULT_LIMIT = 10
MAX_LIMIT = 50  # Nominatim's is 40; more is no answer but a list

# Nominatim's own parameters: its clients send them, and here they change nothing.
NOMINATIM = (
    "accept-language", "addressdetails", "bounded", "countrycodes", "dedupe", "email", "entrances",
    "exclude_place_ids", "extratags", "featureType", "layer", "namedetails", "polygon_geojson", "polygon_kml",
    "polygon_svg", "polygon_text", "polygon_threshold", "viewbox", "zoom", "debug",
)  # fmt: skip
Taken = tuple[OpenApiParameter | str, ...]
# An address in parts: in Nominatim's words, or by our elements, from the widest to the narrowest, each with the word
# that a bare number needs.
ELEMENTS = {
    "province": "", "district": "", "subdistrict": "", "community": "", "road": "", "lane": "巷",
    "number": "号", "estate": "", "building": "栋", "entrance": "单元", "floor": "楼", "room": "室",
}  # fmt: skip
STRUCTURED = ("amenity", "street", "city", "county", "state", "country", "postalcode", *ELEMENTS)

_HAN = re.compile(r"[\u2e80-\u9fff]")
_NUMBER = re.compile(r"[0-9]+(?:-[0-9]+)*[A-Za-z]?|[A-Za-z][0-9]*")
_IN_CHINESE = (
    "state", "province", "city", "county", "district", "subdistrict", "community", "street", "road", "lane", "number",
    "estate", "amenity", "building", "entrance", "floor", "room",
)  # fmt: skip


class Format(StrEnum):
    """The shapes of an answer."""

    GEOCODEJSON = "geocodejson"
    GEOJSON = "geojson"
    JSONV2 = "jsonv2"
    JSON = "json"


FORMAT = OpenApiParameter("format", str, enum=list(Format), description="GeocodeJSON when absent.")
LIMIT = OpenApiParameter("limit", int, description=f"1 to {MAX_LIMIT}, {DEFAULT_LIMIT} when absent.")
ONE_LINE = OpenApiParameter("q", str, description="An address in one line.")
BEGINNING = OpenApiParameter("q", str, required=True, description="The beginning of an address.")
IN_PARTS = tuple(
    OpenApiParameter(part, str, description="A part of the address, instead of `q`.") for part in STRUCTURED
)
SEARCH: Taken = (ONE_LINE, *IN_PARTS, FORMAT, LIMIT, AT, *NOMINATIM)
REVERSE: Taken = (LAT, LON, CRS, FORMAT, AT, *NOMINATIM)
AUTOCOMPLETE: Taken = (BEGINNING, FORMAT, LIMIT, AT)


def wanted_format(query: Mapping[str, str]) -> Format:
    """Return the format asked for; GeocodeJSON when none is. Raises Invalid ``bad_format``."""
    try:
        return Format(query.get("format") or Format.GEOCODEJSON)
    except ValueError:
        raise Invalid("bad_format", Sentence("format must be one of: {format}.", format=", ".join(Format))) from None


def wanted_text(query: Mapping[str, str]) -> str:
    """Return the address asked for, in one line or in parts. Raises Invalid: ``empty_query``, ``query_too_long``."""
    if "q" in query and any(query.get(part) for part in STRUCTURED):
        raise Invalid("two_queries", "Give either q, or street, city and so on, not both.")
    return checked_text(query["q"] if "q" in query else structured(query))


def checked_text(text: str) -> str:
    """Return ``text`` stripped. Raises Invalid when nothing is left or when it is no address any more."""
    text = text.replace("\x00", " ").strip()
    if not text:
        raise Invalid("empty_query", "q must hold an address.")
    if len(text) > MAX_TEXT:
        raise Invalid(
            "query_too_long", Sentence("q may have at most {max_text} characters.", max_text=MAX_TEXT), maximum=MAX_TEXT
        )
    return text


def structured(query: Mapping[str, str]) -> str:
    """Return the parts of a structured query in one line, in the order of their language."""
    if _HAN.search("".join(query.get(part, "") for part in STRUCTURED)):
        return "".join(_part(part, query.get(part, "").strip()) for part in _IN_CHINESE)
    house = " ".join(filter(None, (query.get("road", ""), query.get("number", ""))))
    named = [query.get("amenity", ""), query.get("street", "") or house]
    town = " ".join(filter(None, (query.get("postalcode", ""), query.get("city", "") or query.get("county", ""))))
    return ", ".join(filter(None, [*named, town]))


def _part(name: str, said: str) -> str:
    """Return one part as an address says it: 5 → 5栋, as building; 5栋 stays."""
    return said + ELEMENTS.get(name, "") if _NUMBER.fullmatch(said) else said


def wanted_limit(query: Mapping[str, str]) -> int:
    """Return how many answers are wanted. Raises Invalid ``bad_limit``."""
    return limit(query, default=DEFAULT_LIMIT, maximum=MAX_LIMIT)


def wanted_place(query: Mapping[str, str]) -> tuple[float, float]:
    """Return (lon, lat) in degrees, or (east, north) when ``crs`` names a projected CRS. Raises Invalid."""
    return number(query, "lon"), number(query, "lat")

"""What a geocoding request asks: the query string read once into a value, or refused."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from drf_spectacular.utils import OpenApiParameter

from buildings.addresses.parsing.elements import Gazetteer
from buildings.api.geocode import nominatim
from buildings.geocoding import narrow
from buildings.geocoding.answers import KINDS, Answer
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from gisserver.common.web.params import AT, COMMUNITY, CRS, GRID, LAT, LON, limit, number
from grids.selectors import division_by_code, grid_by_code

MAX_TEXT = 300
DEFAULT_LIMIT = 10
MAX_LIMIT = 50  # Nominatim's is 40; more is no answer but a list

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
    XML = "xml"


CRS_OF_ANSWERS = OpenApiParameter("crs", str, description="Of the answers: wgs84 (default), gcj02, bd09, EPSG:n …")
TARGET = OpenApiParameter("target", str, description="Only these kinds, separated by commas: building, unit, road …")
NEAR = OpenApiParameter("near", str, description="longitude,latitude (WGS84): what is near comes before as good a one.")
FORMAT = OpenApiParameter("format", str, enum=list(Format), description="GeocodeJSON when absent.")
LIMIT = OpenApiParameter("limit", int, description=f"1 to {MAX_LIMIT}, {DEFAULT_LIMIT} when absent.")
ONE_LINE = OpenApiParameter("q", str, description="An address in one line.")
BEGINNING = OpenApiParameter("q", str, required=True, description="The beginning of an address.")
IN_PARTS = tuple(
    OpenApiParameter(part, str, description="A part of the address, instead of `q`.") for part in STRUCTURED
)
WHERE = (COMMUNITY, GRID, TARGET, NEAR)
SEARCH: Taken = (
    ONE_LINE,
    *IN_PARTS,
    FORMAT,
    LIMIT,
    AT,
    CRS_OF_ANSWERS,
    *WHERE[1:],  # a community is also a part of an address
    *nominatim.NARROWING,
    *nominatim.SHOWING,
)
REVERSE: Taken = (LAT, LON, CRS, FORMAT, AT, nominatim.ZOOM, nominatim.LAYER, *nominatim.SHOWING)
LOOKUP: Taken = (nominatim.OSM_IDS, FORMAT, AT, CRS_OF_ANSWERS, *nominatim.SHOWING)
AUTOCOMPLETE: Taken = (BEGINNING, FORMAT, LIMIT, AT, CRS_OF_ANSWERS, *WHERE, *nominatim.SHOWING)


def wanted_format(query: Mapping[str, str]) -> Format:
    """Return the format asked for; GeocodeJSON when none is. Raises Invalid ``bad_format``."""
    try:
        return Format(query.get("format") or Format.GEOCODEJSON)
    except ValueError:
        raise Invalid("bad_format", Sentence("format must be one of: {format}.", format=", ".join(Format))) from None


def wanted_text(query: Mapping[str, str]) -> str:
    """Return the address asked for, in one line or in parts. Raises Invalid: ``empty_query``, ``query_too_long``."""
    if "q" in query and any(query.get(part) for part in STRUCTURED if part != COMMUNITY.name):
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


def wanted_places(query: Mapping[str, str], user: Viewer, names: Gazetteer) -> narrow.Allowed | None:
    """Return what the answers may be, None for anything: by community (or any division), grid, kind, Nominatim's words.

    Raises Invalid, and NotFound for a code that the user does not know.
    """
    within = nominatim.tests(query, in_han=names.in_han)
    if query.get("community") and "q" in query:  # else it is a part of the address
        within.append(lies_in(user, query["community"], names))
    if query.get("grid"):
        code = grid_by_code(user=user, code=query["grid"]).code
        within.append(lambda one: one.grid == code)
    if query.get("target"):
        within.append(narrow.one_of(nominatim.known("target", query["target"], KINDS)))
    bias = nominatim.viewbox(query) or _near(query)
    return narrow.Allowed(within=within, bias=bias) if within or bias else None


def _near(query: Mapping[str, str]) -> tuple[float, float] | None:
    if not query.get("near"):
        return None
    lon, lat = nominatim.numbers("near", query["near"], 2)
    return lon, lat


def lies_in(user: Viewer, code: str, names: Gazetteer) -> Callable[[Answer], bool]:
    """Return the test of lying in the division of a code; raises NotFound for one that the user does not know."""
    division = division_by_code(user=user, code=code).division_id

    def lies(one: Answer) -> bool:
        own = one.id if one.target == "division" else one.community
        return own is not None and any(place.division == division for place in names.around(own))

    return lies

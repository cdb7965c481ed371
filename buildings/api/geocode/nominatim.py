"""Nominatim's own parameters, in its words: each is honoured or refused, never swallowed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drf_spectacular.utils import OpenApiParameter

from buildings.geocoding import narrow
from buildings.geocoding.answers import KINDS, Answer, place_of
from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence

VIEWBOX: Final = OpenApiParameter("viewbox", str, description="x1,y1,x2,y2 (WGS84): what lies inside comes before.")
BOUNDED: Final = OpenApiParameter("bounded", str, description="1: only what lies inside `viewbox`.")
COUNTRIES: Final = OpenApiParameter("countrycodes", str, description="Only there, separated by commas: cn.")
EXCLUDED: Final = OpenApiParameter("exclude_place_ids", str, description="Not these, separated by commas.")
LAYER: Final = OpenApiParameter("layer", str, description="address, poi, railway, natural, manmade; by commas.")
FEATURE_TYPE: Final = OpenApiParameter("featureType", str, enum=["country", "state", "city", "settlement"])
ZOOM: Final = OpenApiParameter("zoom", int, description="0 to 18: how narrow the answer is; 18 (a building) if absent.")
OSM_IDS: Final = OpenApiParameter(
    "osm_ids", str, required=True, description="B1,E2,U3,D4: a building, entrance, unit, division by its id; by commas."
)
LANGUAGE: Final = OpenApiParameter("accept-language", str, description="zh-Hans, zh-Hant or pinyin, the best first.")
NARROWING: Final = (VIEWBOX, BOUNDED, COUNTRIES, EXCLUDED, LAYER, FEATURE_TYPE)
# Taken for what they say here already: no answer is given twice, and nobody's address is kept.
_WITHOUT_EFFECT: Final = ("dedupe", "email")
# Refused when they ask for something.
_UNKNOWN_HERE: Final = ("polygon_kml", "polygon_svg", "entrances", "debug", "json_callback")
SHOWING: Final = (
    LANGUAGE,
    OpenApiParameter("addressdetails", str, description="0: without the elements of the address."),
    OpenApiParameter("extratags", str, description="1: with `extratags`: code, grid, use."),
    OpenApiParameter("namedetails", str, description="1: with `namedetails`: the name."),
    OpenApiParameter("polygon_geojson", str, description="1: with the shape, as GeoJSON."),
    OpenApiParameter("polygon_text", str, description="1: with the shape, as WKT."),
    OpenApiParameter("polygon_threshold", float, description="How far, in degrees, a shape may be simplified."),
    *_WITHOUT_EFFECT,
    *_UNKNOWN_HERE,
)
LAYERS: Final = ("address", "poi", "railway", "natural", "manmade")
_LAYER_OF: Final[Mapping[str, Collection[str]]] = {
    "address": frozenset(KINDS) - {"poi", "grid"}, "poi": {"poi"}, "railway": (), "natural": (), "manmade": (),
}  # fmt: skip
_FEATURE_TYPES: Final[Mapping[str, Callable[[Answer], bool]]] = {
    "country": lambda one: False,
    "state": lambda one: False,
    "city": lambda one: one.target == "division" and one.level.value == "district",
    "settlement": lambda one: one.target in ("division", "estate"),
}
# The country of the deployment's addresses, as far as their script tells.
COUNTRY: Final = "cn"
_YES: Final = {"1": True, "true": True, "0": False, "false": False, "": False}
_LETTERS: Final = {"B": "building", "E": "entrance", "U": "unit", "D": "division"}
MOST_IDS: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an answer beside its place and name."""

    elements: bool = True
    tags: bool = False
    names: bool = False
    shape: str = ""  # geojson, text
    tolerance: float = 0.0


def shown(query: Mapping[str, str]) -> Shown:
    """Return what is to be shown. Raises Invalid ``unsupported_parameter`` for what can't be."""
    for name in _UNKNOWN_HERE:
        if query.get(name, "").lower() not in ("", "0", "false"):
            raise Invalid("unsupported_parameter", Sentence("{name} is not known here.", name=name), parameter=name)
    shapes = [name for name in ("geojson", "text") if flag(query, f"polygon_{name}")]
    if len(shapes) > 1:
        raise Invalid("two_shapes", "Ask for a shape in one form: polygon_geojson or polygon_text.")
    [tolerance] = numbers("polygon_threshold", query.get("polygon_threshold") or "0", 1)
    return Shown(
        flag(query, "addressdetails", absent=True),
        flag(query, "extratags"),
        flag(query, "namedetails"),
        "".join(shapes),
        max(0.0, tolerance),
    )


def tests(query: Mapping[str, str], *, in_han: bool) -> list[Callable[[Answer], bool]]:
    """Return what the answers are held to; ``in_han``: the deployment's addresses are Chinese. Raises Invalid."""
    within: list[Callable[[Answer], bool]] = []
    box = viewbox(query)
    if flag(query, "bounded"):
        if box is None:
            raise Invalid("bad_bounded", "bounded=1 needs a viewbox.")
        within.append(narrow.inside(box))
    if query.get("countrycodes"):
        within.append(_in_countries(query["countrycodes"], in_han=in_han))
    if query.get("exclude_place_ids"):
        within.append(narrow.none_of(place_ids(query["exclude_place_ids"])))
    if query.get("layer"):
        chosen = known("layer", query["layer"], LAYERS)
        within.append(narrow.one_of({kind for layer in chosen for kind in _LAYER_OF[layer]}))
    if query.get("featureType"):
        [wanted] = known("featureType", query["featureType"], list(_FEATURE_TYPES))[:1]
        within.append(_FEATURE_TYPES[wanted])
    return within


def _in_countries(text: str, *, in_han: bool) -> Callable[[Answer], bool]:
    if not in_han:
        raise Invalid("unsupported_parameter", "This deployment does not know its country.", parameter="countrycodes")
    here = COUNTRY in [code.strip().lower() for code in text.split(",")]
    return lambda one: here


def viewbox(query: Mapping[str, str]) -> narrow.Box | None:
    """Return the box to look in first, of any two of its corners. Raises Invalid ``bad_viewbox``."""
    if not query.get("viewbox"):
        return None
    x1, y1, x2, y2 = numbers("viewbox", query["viewbox"], 4)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def place_ids(text: str) -> set[int]:
    """Return the place ids in a list. Raises Invalid ``bad_exclude_place_ids``."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 18 and place_of(int(part))[0] for part in parts):
        raise Invalid("bad_exclude_place_ids", "exclude_place_ids are place_id of answers, separated by commas.")
    return {int(part) for part in parts}


def osm_ids(text: str) -> list[tuple[str, int]]:
    """Return (kind, id) of each id of ``osm_ids``: U12 is unit 12. Raises Invalid ``bad_osm_ids``."""
    parts = [part.strip().upper() for part in text.split(",") if part.strip()]
    if not 0 < len(parts) <= MOST_IDS or not all(
        p[0] in _LETTERS and p[1:].isascii() and p[1:].isdigit() and len(p) < 18 for p in parts
    ):
        sentence = Sentence("osm_ids are 1 to {most} ids such as B1, E2, U3 or D4.", most=MOST_IDS)
        raise Invalid("bad_osm_ids", sentence)
    return [(_LETTERS[p[0]], int(p[1:])) for p in parts]


def zoom(query: Mapping[str, str]) -> int:
    """Return how narrow an answer is wanted, 0 to 18. Raises Invalid ``bad_zoom``."""
    text = query.get("zoom") or "18"
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= 30):
        raise Invalid("bad_zoom", "zoom is a whole number from 0 to 18.")
    return min(int(text), 18)


def flag(query: Mapping[str, str], name: str, *, absent: bool = False) -> bool:
    """Return a switch, 1 or 0. Raises Invalid ``bad_flag``."""
    text = query.get(name)
    if text is None:
        return absent
    if text.lower() not in _YES:
        raise Invalid(
            "bad_flag", Sentence("{name} is 1 or 0, not {text!r}.", name=name, text=text[:40]), parameter=name
        )
    return _YES[text.lower()]


def known(name: str, text: str, words: Sequence[str]) -> list[str]:
    """Return the words, one at least, of a list separated by commas. Raises Invalid ``unknown_value``."""
    said = [part.strip() for part in text.split(",") if part.strip()]
    strange = [part for part in said or [text] if part not in words]
    if strange:
        sentence = Sentence("{name} is one of: {words}.", name=name, words=", ".join(words))
        raise Invalid("unknown_value", sentence, parameter=name, value=strange[0][:40])
    return said


def numbers(name: str, text: str, count: int) -> list[float]:
    """Return ``count`` finite numbers separated by commas. Raises Invalid ``bad_NAME``."""
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != count or not all(abs(value) < 1e9 for value in values):
        raise Invalid(f"bad_{name}", Sentence("{name} needs {count} numbers.", name=name, count=count), parameter=name)
    return values

"""Answers as GeocodeJSON 0.1.0, as GeoJSON, and as Nominatim's json, jsonv2 and (its members) xml."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import shapely

from buildings.addresses.text.people import NOBODY, Contact
from buildings.api.geocode.nominatim import Shown
from buildings.api.geocode.params import Format
from buildings.geocoding.answers import Answer, Estimate, Was
from buildings.geocoding.in_crs import answer_in, shape_in
from buildings.geocoding.languages import said_in
from buildings.geocoding.matching.rank import Level
from buildings.geocoding.reverse import Here
from buildings.geocoding.shapes import shapes_of
from gisserver.common.geo.crs import WGS84, DeclaredCRS

LICENCE = "of the deployment's own registers"
ATTRIBUTION = "gisserver"
# GeocodeJSON has no word for a unit or an entrance: they are houses, and `level` says more.
TYPES = {
    Level.UNIT: "house",
    Level.ENTRANCE: "house",
    Level.BUILDING: "house",
    Level.INTERPOLATED: "street",
    Level.ESTATE: "locality",
    Level.ROAD: "street",
    Level.COMMUNITY: "locality",
    Level.SUBDISTRICT: "district",
    Level.DISTRICT: "county",
    Level.GRID: "locality",
    Level.PLACE: "other",
    Level.POI: "other",
    Level.JUNCTION: "street",
}
# Our element, GeocodeJSON's word for it, Nominatim's word for it.
WORDS = (
    ("number", "housenumber", "house_number"),
    ("road", "street", "road"),
    ("estate", "locality", "neighbourhood"),
    ("community", "locality", "suburb"),
    ("subdistrict", "district", "city_district"),
    ("district", "county", "county"),
    ("city", "city", "city"),
    ("province", "state", "state"),
    ("postcode", "postcode", "postcode"),
)
# Nominatim's word for what an answer is, by its target.
CATEGORIES = {
    "division": "boundary", "grid": "boundary", "road": "highway", "junction": "highway", "estate": "place",
    "interpolated": "place", "place": "place", "poi": "amenity",
}  # fmt: skip
RANKS = {Level.DISTRICT: 12, Level.SUBDISTRICT: 16, Level.COMMUNITY: 18, Level.ROAD: 26, Level.ESTATE: 22}


@dataclass(frozen=True, slots=True)
class Look:
    """How answers are to look: the format, what is shown of them, the script of their names, and their CRS."""

    form: Format
    shown: Shown = field(default_factory=Shown)
    write: Callable[[str], str] | None = None
    crs: DeclaredCRS = WGS84


def render(answers: Sequence[Answer], *, query: str, look: Look, contact: Contact = NOBODY) -> Any:
    """Return the body of a search answer in the wanted format; GeocodeJSON tells the question's ``contact`` too."""
    form = look.form
    rows = dressed(answers, look)
    if form is Format.GEOCODEJSON:
        whom = {} if contact == NOBODY else {"contact": {"person": contact.person, "phone": contact.phone}}
        about = {"version": "0.1.0", "licence": LICENCE, "attribution": ATTRIBUTION, "query": query}
        return {
            "type": "FeatureCollection",
            "geocoding": about | whom | _crs(look),
            "features": [
                feature(answer, {"geocoding": geocoding(answer) | extra}, shape) for answer, extra, shape in rows
            ],
        }
    if form is Format.GEOJSON:
        return {
            "type": "FeatureCollection",
            "licence": LICENCE,
            "features": [feature(answer, nominatim(answer, look) | extra, shape) for answer, extra, shape in rows],
        } | _crs(look)
    return [nominatim(answer, look) | extra | _shape(shape, look) for answer, extra, shape in rows]


Dressed = tuple[Answer, dict[str, Any], Any]


def dressed(answers: Sequence[Answer], look: Look) -> list[Dressed]:
    """Return each answer as it is to look, with what is shown of it besides, and its shape if that is asked for."""
    shapes = shapes_of(answers, tolerance=look.shown.tolerance) if look.shown.shape else [None] * len(answers)
    found: list[Dressed] = []
    for answer, shape in zip(answers, shapes, strict=True):
        extra: dict[str, Any] = {}
        if look.shown.tags:
            extra["extratags"] = {"code": answer.code, "grid": answer.grid, "use": answer.use or None}
        said = said_in(answer, look.write) if look.write else answer
        if look.shown.names:
            extra["namedetails"] = {"name": said.label}
        if look.crs != WGS84:
            said, shape = answer_in(said, look.crs), None if shape is None else shape_in(shape, look.crs)
        found.append((said, extra, shape))
    return found


def _crs(look: Look) -> dict[str, str]:
    return {} if look.crs == WGS84 else {"crs": look.crs.name}


def _shape(shape: Any, look: Look) -> dict[str, Any]:
    if shape is None:
        return {}
    if look.shown.shape == "text":
        return {"geotext": shapely.to_wkt(shape, rounding_precision=7)}
    return {"geojson": orjson.loads(shapely.to_geojson(shape))}


def render_here(here: Here, *, query: str, look: Look) -> Any:
    """Return the body of a reverse answer: one place, or Nominatim's way to say that there is none."""
    extra = {
        "distance_m": here.distance_m,
        "grid": here.grid.grid,
        "rule": here.grid.rule,
        "margin_m": here.grid.margin_m,
        "divisions": [{"level": d["level"], "code": d["code"], "name": d["name"]} for d in here.divisions],
    }
    found = [here.answer] if here.answer else []
    if look.form in (Format.GEOCODEJSON, Format.GEOJSON):
        body = render(found, query=query, look=look)
        for one in body["features"]:
            one["properties"].get("geocoding", one["properties"]).update(extra)
        return body
    if not found:
        return {"error": "Unable to geocode"}
    return render(found, query=query, look=look)[0] | extra


def feature(answer: Answer, properties: dict[str, Any], shape: Any = None) -> dict[str, Any]:
    """Return an answer as a GeoJSON feature in lon/lat, of its own ``shape`` if that is given."""
    return {
        "type": "Feature",
        "bbox": [_degrees(value) for value in answer.bbox],
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [_degrees(answer.lon), _degrees(answer.lat)]}
        if shape is None
        else orjson.loads(shapely.to_geojson(shape)),
    }


def geocoding(answer: Answer) -> dict[str, Any]:
    """Return the members that GeocodeJSON knows, and ours beside them."""
    said: dict[str, Any] = {
        "type": TYPES[answer.level],
        "label": answer.label,
        "name": answer.label,
        "accuracy": answer.accuracy_m,
    }
    for ours, word, _ in WORDS:
        if ours in answer.elements:
            said.setdefault(word, answer.elements[ours])
    return (
        said
        | {
            "id": answer.id,
            "place_id": answer.place_id,
            "target": answer.target,
            "level": answer.level.value,
            "code": answer.code,
            "building": answer.building,
            "grid": answer.grid,
            "location_from": answer.point,
            "inherited": answer.inherited,
            "confidence": answer.confidence,
            "ambiguous": answer.ambiguous,
            "role": answer.role.value or None,
            "relation": answer.relation,
            "unexplained": list(answer.unexplained),
            "elements": dict(answer.elements),
            "reasons": [
                {"element": r.kind.value, "verdict": r.verdict.value, "asked": r.asked, "found": r.found}
                for r in answer.reasons
            ],
        }
        | ({"line": [[_degrees(x), _degrees(y)] for x, y in answer.line]} if answer.line else {})
        | _was(answer.was)
        | _estimate(answer.estimate)
    )


def _was(was: Was | None) -> dict[str, Any]:
    """Return until when the address led there, by which event, and what came of what it was of."""
    if was is None:
        return {}
    told = {"address": was.address, "until": was.until.isoformat(), "event": was.event, "status": was.status}
    return {"was": told | {"successors": list(was.successors)}}


def _estimate(estimate: Estimate | None) -> dict[str, Any]:
    """Return by what a point is estimated, where nothing registered has the address."""
    return {} if estimate is None else {"interpolated": {"side": estimate.side, "between": list(estimate.between)}}


def nominatim(answer: Answer, look: Look) -> dict[str, Any]:
    """Return an answer in Nominatim's words; numbers of degrees are strings, as there."""
    west, south, east, north = (f"{value:.7f}" for value in answer.bbox)
    category = CATEGORIES.get(answer.target, "building")
    kind = answer.level.value if answer.target != "building" else (answer.use or "yes")
    return {
        "place_id": answer.place_id,
        "licence": LICENCE,
        "osm_type": answer.target,
        "osm_id": answer.id,
        "lat": f"{answer.lat:.7f}",
        "lon": f"{answer.lon:.7f}",
        "class" if look.form in (Format.JSON, Format.XML) else "category": category,
        "type": kind,
        "place_rank": RANKS.get(answer.level, 30),
        "importance": answer.confidence,
        "addresstype": TYPES[answer.level],
        "name": "",
        "display_name": answer.label,
        **({"address": _address(answer)} if look.shown.elements else {}),
        "boundingbox": [south, north, west, east],
        "code": answer.code,
        "grid": answer.grid,
        "location_from": answer.point,
        "inherited": answer.inherited,
        "level": answer.level.value,
        "ambiguous": answer.ambiguous,
        "role": answer.role.value or None,
        "relation": answer.relation,
        "unexplained": list(answer.unexplained),
        **_crs(look),
        **_was(answer.was),
        **_estimate(answer.estimate),
    }


def _address(answer: Answer) -> dict[str, str]:
    return {word: answer.elements[ours] for ours, _, word in WORDS if ours in answer.elements}


def _degrees(value: float) -> float:
    return round(value, 7)

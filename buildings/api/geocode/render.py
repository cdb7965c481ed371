"""Answers as GeocodeJSON 0.1.0, as GeoJSON, and as Nominatim's json and jsonv2."""

from collections.abc import Sequence
from typing import Any

from buildings.addresses.text.people import NOBODY, Contact
from buildings.api.geocode.params import Format
from buildings.geocoding.answers import Answer, Was
from buildings.geocoding.matching.rank import Level
from buildings.geocoding.reverse import Here

LICENCE = "of the deployment's own registers"
ATTRIBUTION = "gisserver"
# GeocodeJSON has no word for a unit or an entrance: they are houses, and `level` says more.
TYPES = {
    Level.UNIT: "house",
    Level.ENTRANCE: "house",
    Level.BUILDING: "house",
    Level.ESTATE: "locality",
    Level.ROAD: "street",
    Level.COMMUNITY: "locality",
    Level.SUBDISTRICT: "district",
    Level.DISTRICT: "county",
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
CATEGORIES = {"division": "boundary", "road": "highway", "estate": "place"}
RANKS = {Level.DISTRICT: 12, Level.SUBDISTRICT: 16, Level.COMMUNITY: 18, Level.ROAD: 26, Level.ESTATE: 22}


def render(answers: Sequence[Answer], *, query: str, form: Format, contact: Contact = NOBODY) -> Any:
    """Return the body of a search answer in the wanted format; GeocodeJSON tells the question's ``contact`` too."""
    if form is Format.GEOCODEJSON:
        whom = {} if contact == NOBODY else {"contact": {"person": contact.person, "phone": contact.phone}}
        about = {"version": "0.1.0", "licence": LICENCE, "attribution": ATTRIBUTION, "query": query}
        return {
            "type": "FeatureCollection",
            "geocoding": about | whom,
            "features": [feature(answer, {"geocoding": geocoding(answer)}) for answer in answers],
        }
    if form is Format.GEOJSON:
        return {
            "type": "FeatureCollection",
            "licence": LICENCE,
            "features": [feature(answer, nominatim(answer, form)) for answer in answers],
        }
    return [nominatim(answer, form) for answer in answers]


def render_here(here: Here, *, query: str, form: Format) -> Any:
    """Return the body of a reverse answer: one place, or Nominatim's way to say that there is none."""
    extra = {
        "distance_m": here.distance_m,
        "grid": here.grid.grid,
        "rule": here.grid.rule,
        "margin_m": here.grid.margin_m,
        "divisions": [{"level": d["level"], "code": d["code"], "name": d["name"]} for d in here.divisions],
    }
    if form in (Format.GEOCODEJSON, Format.GEOJSON):
        body = render([here.answer] if here.answer else [], query=query, form=form)
        for one in body["features"]:
            one["properties"].get("geocoding", one["properties"]).update(extra)
        return body
    if here.answer is None:
        return {"error": "Unable to geocode"}
    return nominatim(here.answer, form) | extra


def feature(answer: Answer, properties: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as a GeoJSON feature in lon/lat."""
    return {
        "type": "Feature",
        "bbox": [_degrees(value) for value in answer.bbox],
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [_degrees(answer.lon), _degrees(answer.lat)]},
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
            "elements": dict(answer.elements),
            "reasons": [
                {"element": r.kind.value, "verdict": r.verdict.value, "asked": r.asked, "found": r.found}
                for r in answer.reasons
            ],
        }
        | ({"line": [[_degrees(x), _degrees(y)] for x, y in answer.line]} if answer.line else {})
        | _was(answer.was)
    )


def _was(was: Was | None) -> dict[str, Any]:
    """Return until when the address led there, by which event, and what came of what it was of."""
    if was is None:
        return {}
    told = {"address": was.address, "until": was.until.isoformat(), "event": was.event, "status": was.status}
    return {"was": told | {"successors": list(was.successors)}}


def nominatim(answer: Answer, form: Format) -> dict[str, Any]:
    """Return an answer in Nominatim's words; numbers of degrees are strings, as there."""
    west, south, east, north = (f"{value:.7f}" for value in answer.bbox)
    category = CATEGORIES.get(answer.target, "building")
    kind = answer.level.value if answer.target != "building" else (answer.use or "yes")
    return {
        "place_id": answer.id,
        "licence": LICENCE,
        "osm_type": answer.target,
        "osm_id": answer.id,
        "lat": f"{answer.lat:.7f}",
        "lon": f"{answer.lon:.7f}",
        "category" if form is not Format.JSON else "class": category,
        "type": kind,
        "place_rank": RANKS.get(answer.level, 30),
        "importance": answer.confidence,
        "addresstype": TYPES[answer.level],
        "name": "",
        "display_name": answer.label,
        "address": {word: answer.elements[ours] for ours, _, word in WORDS if ours in answer.elements},
        "boundingbox": [south, north, west, east],
        "code": answer.code,
        "grid": answer.grid,
        "location_from": answer.point,
        "inherited": answer.inherited,
        "level": answer.level.value,
        "ambiguous": answer.ambiguous,
        "role": answer.role.value or None,
        "relation": answer.relation,
    } | _was(answer.was)


def _degrees(value: float) -> float:
    return round(value, 7)

"""Nominatim's XML: the members of its JSON as attributes, the address as elements."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

_ATTRIBUTES = (
    "place_id", "osm_type", "osm_id", "ref", "lat", "lon", "boundingbox", "place_rank", "address_rank", "display_name",
    "class", "type", "importance", "level", "code", "grid", "ambiguous", "role", "relation", "unexplained",
    "crs", "geotext", "geojson",
)  # fmt: skip


def search_results(rows: Sequence[Mapping[str, Any]], query: str) -> HttpResponse:
    """Return the answers of a search or a look-up."""
    root = ElementTree.Element("searchresults", {"querystring": query, "attribution": "gisserver"})
    for row in rows:
        place = ElementTree.SubElement(root, "place", _attributes(row))
        _parts(place, row)
    return _response(root)


def reverse_result(row: Mapping[str, Any], query: str) -> HttpResponse:
    """Return the answer of reverse geocoding."""
    root = ElementTree.Element("reversegeocode", {"querystring": query, "attribution": "gisserver"})
    if "error" in row:
        ElementTree.SubElement(root, "error").text = row["error"]
        return _response(root)
    result = ElementTree.SubElement(root, "result", _attributes(row))
    result.text = row["display_name"]
    _parts(ElementTree.SubElement(root, "addressparts"), row)
    return _response(root)


def _attributes(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(row[name]) for name in _ATTRIBUTES if row.get(name) is not None}


def _parts(place: ElementTree.Element, row: Mapping[str, Any]) -> None:
    for name, value in row.get("address", {}).items():
        ElementTree.SubElement(place, name).text = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(map(str, value))
    # What XML can't hold at all is left out.
    return "".join(sign for sign in str(value) if sign.isprintable())


def _response(root: ElementTree.Element) -> HttpResponse:
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="text/xml; charset=utf-8")

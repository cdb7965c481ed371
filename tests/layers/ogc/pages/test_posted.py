"""Features by POST: a filter that is too long for an address."""

import json
import math
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from layers.models import UploadedLayer
from layers.ogc.posted import FILTER, FORM
from tests import factories
from tests.layers.conftest import href, names

ITEMS = "/ogc/collections/places/items"
MANY = {"op": ">", "args": [{"property": "floors"}, 2]}


def posted(client: Client, body: Any, kind: str = FILTER, query: str = "") -> dict[str, Any]:
    """Return what a POST of ``body`` answers, which must be 200."""
    response = client.post(f"{ITEMS}{query}", body, content_type=kind)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = json.loads(response.getvalue())
    return answer


def outline(corners: int) -> dict[str, Any]:
    """Return a circle of 0.005 degrees around the place 乙, with so many corners."""
    turns = [2 * math.pi * number / corners for number in range(corners)]
    ring = [[114.31 + 0.005 * math.cos(turn), 22.70 + 0.005 * math.sin(turn)] for turn in turns]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_the_outline_of_a_district_is_a_filter(analyst: Client, places: UploadedLayer) -> None:
    body = {"op": "s_intersects", "args": [{"property": "geometry"}, outline(12_550)]}
    assert names(posted(analyst, body)) == ["乙"]


def test_a_form_says_what_an_address_says(analyst: Client, places: UploadedLayer) -> None:
    text = "filter=floors+IN+(" + ",".join(["3"] * 1_500) + ")&properties=name&sortby=-name"
    assert names(posted(analyst, text, FORM)) == ["甲"]


def test_the_next_page_takes_the_same_body(analyst: Client, places: UploadedLayer) -> None:
    first = posted(analyst, MANY, query="?limit=2")
    [link] = [link for link in first["links"] if link["rel"] == "next"]
    assert link["method"] == "POST"
    second = posted(analyst, MANY, query="?" + link["href"].partition("?")[2])
    assert (names(first), names(second), href(second, "next")) == (["甲", "丙"], ["丁"], None)
    assert (first["numberMatched"], second["numberMatched"]) == (3, 3)


def test_another_body_is_another_request(analyst: Client, places: UploadedLayer) -> None:
    next_page = href(posted(analyst, MANY, query="?limit=2"), "next") or ""
    response = analyst.post(next_page, {"op": "isNull", "args": [{"property": "floors"}]}, content_type=FILTER)
    assert (response.status_code, response.json()["code"]) == (400, "bad_next")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", FILTER, 400, "bad_filter"),
        (b"\xff", FILTER, 400, "not_utf8"),
        (b"[" * 900_000, FILTER, 400, "bad_filter"),
        (b'"' + b"x" * 1_000_000 + b'"', FILTER, 413, "too_large"),
        (b"filter=" + b"-" * 999_000, FORM, 400, "bad_filter"),
        (b"filter=" + b"(" * 999_000, FORM, 400, "bad_filter"),
        (b"bobox=1", FORM, 400, "unknown_parameter"),
        (b"{}", "text/plain", 400, "bad_body"),
    ],
    ids=["no JSON", "no UTF-8", "deep", "long", "signs", "brackets", "misspelt", "a text"],
)
def test_what_is_no_query_is_refused(
    analyst: Client, places: UploadedLayer, body: bytes, kind: str, status: int, code: str
) -> None:
    response = analyst.post(ITEMS, body, content_type=kind)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_many_nodes_do_not_hide_in_a_geometry(analyst: Client, places: UploadedLayer) -> None:
    hidden = {"op": "and", "type": "Polygon", "coordinates": [], "args": [MANY] * 3_000}
    response = analyst.post(ITEMS, hidden, content_type=FILTER)
    assert (response.status_code, response.json()["code"]) == (400, "bad_filter")


def test_a_reader_without_the_map_open_has_no_token_against_forgery(places: UploadedLayer) -> None:
    reader = Client(enforce_csrf_checks=True)
    reader.force_login(factories.user("reader", role=Role.ANALYST, everywhere=True))
    assert names(posted(reader, MANY)) == ["甲", "丙", "丁"]


def test_qgis_is_not_told_that_it_may_add_features(analyst: Client, places: UploadedLayer) -> None:
    assert analyst.options(ITEMS)["Allow"] == "GET, HEAD, OPTIONS"

"""Stored queries: kept by who may, run by everybody with values, each seeing what they may."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.errors import Invalid
from layers.models import StoredQuery, UploadedLayer
from layers.ogc.joins.parameters import declared, filled, values_of
from tests import factories
from tests.layers.conftest import names, read, signed_in

LEAST = {"$parameter": {"least": {"type": "integer", "minimum": 0, "default": 5}}}
TALL = {
    "title": "高楼",
    "query": {
        "collections": ["places"],
        "filter": {"op": ">=", "args": [{"property": "floors"}, LEAST]},
        "properties": ["name"],
    },
}
ADDRESS = "/ogc/query/tall"


def put(client: Client, body: Any, address: str = ADDRESS) -> HttpResponse:
    """Keep a query."""
    return client.put(address, json.dumps(body), content_type="application/json")  # type: ignore[return-value]


def test_a_query_is_kept_and_run_with_values(analyst: Client, collector: Client, places: UploadedLayer) -> None:
    kept = put(analyst, TALL)
    assert (kept.status_code, kept["Location"]) == (201, f"http://testserver{ADDRESS}")
    assert names(read(collector, "/query/tall")) == ["丙", "丁"]
    assert names(read(collector, "/query/tall", least=18)) == ["丙"]
    form = collector.post(ADDRESS, "least=18", content_type="application/x-www-form-urlencoded")
    assert names(json.loads(form.content)) == ["丙"]


def test_it_is_listed_with_what_it_takes(analyst: Client, places: UploadedLayer) -> None:
    put(analyst, TALL)
    [listed] = read(analyst, "/query")["queries"]
    assert (listed["id"], listed["title"], listed["mutable"], list(listed["parameters"])) == (
        "tall",
        "高楼",
        True,
        ["least"],
    )
    assert read(analyst, "/query/tall/definition") == TALL
    assert read(analyst, "/query/tall/parameters/least")["default"] == 5


def test_another_takes_its_place_and_nothing_is_deleted(analyst: Client, places: UploadedLayer) -> None:
    put(analyst, TALL)
    assert put(analyst, {"collections": ["places"]}).status_code == 204
    assert len(read(analyst, "/query/tall")["features"]) == 4
    assert analyst.delete(ADDRESS).status_code == 204
    assert analyst.get(ADDRESS).status_code == 404
    assert StoredQuery.objects.count() == 2


def test_another_site_cannot_keep_one_with_a_session(analyst: Client, places: UploadedLayer) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(User.objects.get(username="analyst"))
    assert (put(careful, TALL).status_code, careful.delete(ADDRESS).status_code) == (403, 403)


def test_who_may_only_read_keeps_none(collector: Client, places: UploadedLayer) -> None:
    assert put(collector, TALL).status_code == 403


def test_nobody_changes_what_is_somebody_elses(analyst: Client, places: UploadedLayer) -> None:
    put(analyst, TALL)
    other = signed_in(factories.user("other", role=Role.ANALYST, everywhere=True))
    assert put(other, {"collections": ["places"]}).json()["code"] == "not_yours"
    assert other.delete(ADDRESS).json()["code"] == "not_yours"


@pytest.mark.parametrize(
    ("values", "code"),
    [({"least": "many"}, "bad_value"), ({"least": "-1"}, "bad_value"), ({"most": "3"}, "unknown_parameter")],
)
def test_values_must_fit(analyst: Client, places: UploadedLayer, values: dict[str, str], code: str) -> None:
    put(analyst, TALL)
    assert analyst.get(ADDRESS, values).json()["code"] == code


def test_what_cannot_be_read_is_not_kept(analyst: Client, places: UploadedLayer) -> None:
    assert put(analyst, {"collections": ["nowhere"]}).status_code == 404
    assert put(analyst, {"collections": ["places"]}, "/ogc/query/Bad%20Name").status_code == 400
    assert put(analyst, {"collections": ["places"], "title": "\0"}).status_code == 400
    assert put(analyst, {"collections": ["places\0"]}).status_code == 404


def test_arrays_and_references() -> None:
    expression = {
        "filter": {"op": "in", "args": [{"property": "kind"}, {"$parameter": {"$ref": "#/parameters/kinds"}}]},
        "parameters": {"kinds": {"type": "array", "items": {"type": "string"}}},
    }
    values = values_of(declared(expression), {"kinds": "a,b"})
    assert filled(expression, values) == {"filter": {"op": "in", "args": [{"property": "kind"}, ["a", "b"]]}}


@pytest.mark.parametrize(
    "schema",
    [{}, {"type": "null"}, {"type": "string", "pattern": "(a+)+$"}, {"type": "integer", "default": "x"},
     {"type": "string", "$ref": "http://elsewhere/"}, {"type": "integer", "minimum": "x"}, {"type": ["integer"]},
     {"type": "array", "items": {"type": "array"}}],
)  # fmt: skip
def test_schemas_say_only_what_is_bounded(schema: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        declared({"filter": {"$parameter": {"a": schema}}})


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "object"}, '{"op": "or", "args": [true]}'),
        ({"type": "array", "items": {"type": "object"}}, '{"property": "floors"}'),
    ],
)
def test_a_value_is_never_an_operation(schema: dict[str, Any], text: str) -> None:
    schemas = declared({"filter": {"$parameter": {"shape": schema}}})
    with pytest.raises(Invalid):
        values_of(schemas, {"shape": text})

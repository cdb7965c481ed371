"""CQL2 filters select what the standard's own cases say they select."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from layers.cql2.text import parse_text
from layers.models import UploadedLayer
from layers.publishing import publish_file
from tests.layers.conftest import names, read, refusal

ITEMS = "/collections/places/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
LAYERS = ["ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines"]


@pytest.fixture
def counted(shared_data: Path, analyst: Client) -> Callable[[str, str, str], int]:
    """The three collections of the standard's cases, and a way to count with a filter."""
    for layer in LAYERS:
        publish_file(shared_data / "cql2" / "ne110m4cql2.gpkg", layer=layer)

    def count(collection: str, text: str, language: str) -> int:
        asked = {"filter": text, "filter-lang": language, "resulttype": "hits"}
        return int(read(analyst, f"/collections/{collection}/items", **asked)["numberMatched"])

    return count


def test_all_cases_of_the_standard_in_text_and_in_json(
    shared_data: Path, counted: Callable[[str, str, str], int]
) -> None:
    cases = json.loads((shared_data / "cql2" / "cases.json").read_text())
    wanted = [(case["filter"], case["count"], case["count"]) for case in cases]
    found = [
        (
            case["filter"],
            counted(case["collection"], case["filter"], "cql2-text"),
            counted(case["collection"], json.dumps(parse_text(case["filter"])), "cql2-json"),
        )
        for case in cases
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("floors > 4", "丙丁"),
        ("floors IS NULL", "乙"),
        ("geometry IS NULL", "丁"),
        ("name IN ('甲','丙') AND NOT floors = 3", "丙"),
        ('"100% ""用途""" LIKE \'居%\' AND built >= DATE(\'2020-01-01\')', "甲乙"),
        ("S_INTERSECTS(geometry, BBOX(114.305,22,114.315,23))", "乙"),
        ("floors / 0 = 1", ""),
        ("floors % 0 = 1", ""),
    ],
)
def test_filters(analyst: Client, places: UploadedLayer, text: str, wanted: str) -> None:
    answer = read(analyst, ITEMS, filter=text)
    assert ("".join(names(answer)), answer["numberMatched"]) == (wanted, len(wanted))


def test_a_filter_joins_the_other_parameters(analyst: Client, places: UploadedLayer) -> None:
    assert names(read(analyst, ITEMS, filter="floors > 2", bbox="114.315,22,115,23", sortby="-name")) == ["丙", "丁"]


def test_geometries_in_another_crs(analyst: Client, places: UploadedLayer) -> None:
    asked = {"filter": "S_WITHIN(geometry, BBOX(22,114.305,23,114.315))", "filter-crs": f"{EPSG}4490"}
    assert names(read(analyst, ITEMS, **asked)) == ["乙"]


@pytest.mark.parametrize(
    "text",
    [
        "secret = 1",
        "name = 1",
        "floors = 'x'",
        "name",
        "pg_sleep(10) = 1",
        "floors + name = 1",
        "T_AFTER(name, DATE('2020-01-01'))",
        "T_AFTER(built, DATE('2020-13-01'))",
        "S_INTERSECTS(name, POINT(1 2))",
        "S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))",
        "S_INTERSECTS(geometry, BBOX(1,2,3))",
        "S_BUFFER(geometry, 1)",
        "name LIKE 'x\\'",
        "casei(floors) = 'x'",
        "name = 'a' OR 'b'",
        "floors = 1e999",
        "built BETWEEN 1 AND 2",
        "INTERVAL('..','..') = 1",
    ],
)
def test_bad_filters_are_refused_in_words(analyst: Client, places: UploadedLayer, text: str) -> None:
    assert refusal(analyst, ITEMS, filter=text) == (400, "bad_filter")


@pytest.mark.parametrize(
    "tree",
    [None, 1, "x", [], {}, {"op": "="}, {"op": "=", "args": 1}, {"op": "and", "args": []}, {"op": 1, "args": []},
     {"op": "=", "args": [{"property": 1}, 1]}, {"op": "in", "args": [{"property": "name"}, "x"]},
     {"op": "t_after", "args": [{"interval": ["x"]}, {"date": 1}]}, {"op": "not", "args": [1, 2]},
     {"op": "s_within", "args": [{"type": "Point", "coordinates": ["x"]}, {"type": "Polygon"}]}],
)  # fmt: skip
def test_json_that_is_no_filter_is_refused(analyst: Client, places: UploadedLayer, tree: object) -> None:
    asked = {"filter": json.dumps(tree), "filter-lang": "cql2-json"}
    assert refusal(analyst, ITEMS, **asked) == (400, "bad_filter")


def test_what_no_number_holds_is_refused(analyst: Client, places: UploadedLayer) -> None:
    assert refusal(analyst, ITEMS, filter="9 ^ 9999 = floors") == (400, "cannot_compute")


def test_an_unknown_language_is_refused(analyst: Client, places: UploadedLayer) -> None:
    assert refusal(analyst, ITEMS, **{"filter": "a", "filter-lang": "sql"}) == (400, "bad_filter_lang")


@pytest.mark.parametrize("value", ["x' OR '1'='1", "%s", "%(a)s", "{0}", "'; DROP TABLE layers_uploadedlayer; --"])
def test_texts_stay_texts(analyst: Client, places: UploadedLayer, value: str) -> None:
    quoted = value.replace("'", "''")
    assert names(read(analyst, ITEMS, filter=f"name = '{quoted}' OR floors = 3")) == ["甲"]

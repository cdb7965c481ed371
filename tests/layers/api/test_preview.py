"""POST /api/layers/preview/: what a file would become, and where it would lie, before anything is kept."""

import json
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gisserver.common.geo.crs import from_survey, parse_crs
from layers.models import UploadedLayer
from tests.factories import division, drawn, grid


def look(client: Client, content: str, name: str = "places.csv", **fields: Any) -> Any:
    file = SimpleUploadedFile(name, content.encode())
    return client.post("/api/layers/preview/", {"file": file, **fields})


def test_types_are_told_with_their_reasons(analyst: Client) -> None:
    body = look(analyst, "code,floors,height,name\n007,3,1.5,甲\n008,,2.5,乙\n").json()
    assert [(column["title"], column["type"], column["empty"]) for column in body["columns"]] == [
        ("code", "string", 0),
        ("floors", "integer", 1),
        ("height", "number", 0),
        ("name", "string", 0),
    ]
    assert body["rows"] == [["007", 3, 1.5, "甲"], ["008", None, 2.5, "乙"]]
    assert body["feature_count"] == 2


@pytest.mark.parametrize(("language", "why"), [("en", "text, as '007' in row 1 is"), ("zh", "文本：第 1 行是 '007'")])
def test_reasons_are_told_in_the_readers_language(analyst: Client, language: str, why: str) -> None:
    file = SimpleUploadedFile("a.csv", b"code\n007\n")
    body = analyst.post("/api/layers/preview/", {"file": file}, headers={"Accept-Language": language}).json()
    assert body["columns"][0]["why"] == why


def test_nothing_is_kept(analyst: Client) -> None:
    assert look(analyst, "code\n007\n").status_code == 200
    assert UploadedLayer.objects.count() == 0


def test_rows_that_would_be_refused_are_listed(analyst: Client) -> None:
    columns = json.dumps({"floors": {"type": "integer"}})
    body = look(analyst, "floors\n3\n六\n", columns=columns).json()
    assert (body["problem_count"], body["problems"][0]["row"], body["problems"][0]["code"]) == (1, 2, "bad_value")


@pytest.fixture
def on_a_grid(db: None) -> np.ndarray:
    """One grid of 100 m; return positions on it, in the survey CRS."""
    shape = drawn("A")["A"]
    grid("A", shape, division("440310001001", geometry=shape))
    west, south, east, north = shape.bounds
    steps = np.linspace(0.1, 0.9, 10)
    return np.column_stack([west + steps * (east - west), south + steps * (north - south)])


@pytest.mark.parametrize("crs", ["gcj02", "EPSG:4548", "EPSG:2383", "EPSG:32650"])
def test_a_file_that_says_no_crs_shows_which_it_is(analyst: Client, on_a_grid: np.ndarray, crs: str) -> None:
    positions = from_survey(on_a_grid, parse_crs(crs), 4547)
    body = look(analyst, "lon,lat\n" + "".join(f"{x},{y}\n" for x, y in positions)).json()
    assert (body["crs"], body["geometry_types"]) == (None, {"Point": 10})
    fitting = [reading for reading in body["readings"] if reading["inside"] == 1.0]
    assert (crs, False) in [(reading["crs"], reading["swapped"]) for reading in fitting]


def test_swapped_axes_show(analyst: Client, on_a_grid: np.ndarray) -> None:
    positions = from_survey(on_a_grid, parse_crs("wgs84"), 4547)
    body = look(analyst, "lon,lat\n" + "".join(f"{y},{x}\n" for x, y in positions), crs="wgs84").json()
    assert body["problem_count"] == 10
    assert ("wgs84", True, 1.0) in [(each["crs"], each["swapped"], each["inside"]) for each in body["readings"]]


def test_who_may_not_upload_may_not_look_either(collector: Client) -> None:
    assert look(collector, "code\n1\n").status_code == 403


def test_a_raster_has_no_rows(analyst: Client) -> None:
    response = look(analyst, "II*\0", "a.tif")
    assert (response.status_code, response.json()["code"]) == (400, "raster_preview")


def test_a_partial_upload_answers_which_rows_it_left_out(analyst: Client) -> None:
    file = SimpleUploadedFile("a.csv", "floors\n3\n六\n".encode())
    columns = json.dumps({"floors": {"type": "integer"}})
    response = analyst.post("/api/layers/", {"file": file, "columns": columns, "partial": "true"})
    assert response.status_code == 201, response.content
    body = response.json()
    assert (body["feature_count"], body["refused_count"], body["refused"][0]["row"]) == (1, 1, 2)

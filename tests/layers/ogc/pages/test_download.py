"""Whole collections as files: every row once, as the pages show it, for those who may export."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from layers.models import UploadedLayer
from layers.ogc.output.formats import FORMATS
from layers.publishing import publish_file
from tests import factories
from tests.layers.conftest import names, read, refusal, signed_in

DOWNLOAD = "/collections/places/download"


def downloaded(client: Client, **parameters: str) -> bytes:
    """Return the file, which must be given."""
    response = client.get(f"/ogc{DOWNLOAD}", parameters)
    assert response.status_code == 200, response.content
    return b"".join(response)


def rows_of(client: Client, **parameters: str) -> list[dict[str, str]]:
    """Return the rows of the file as CSV."""
    text = downloaded(client, f="csv", **parameters).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_geojson_holds_the_features_of_the_pages(analyst: Client, places: UploadedLayer) -> None:
    page = read(analyst, "/collections/places/items")
    assert json.loads(downloaded(analyst)) == {"type": "FeatureCollection", "features": page["features"]}


def test_a_sequence_has_a_separator_before_each_feature(analyst: Client, places: UploadedLayer) -> None:
    empty, *texts = downloaded(analyst, f="geojsonseq").split(b"\x1e")
    page = read(analyst, "/collections/places/items")
    assert (empty, [json.loads(text) for text in texts]) == (b"", page["features"])


def test_csv_has_ids_properties_and_coordinates(analyst: Client, places: UploadedLayer) -> None:
    first, *_, last = rows_of(analyst)
    assert {key: first[key] for key in ("name", "floors", "built")} == {
        "name": "甲", "floors": "3", "built": "2020-01-01",
    }  # fmt: skip
    assert (float(first["x"]), float(first["y"])) == (114.3, 22.7)
    assert (last["name"], last["x"], last["y"]) == ("丁", "", "")


def test_an_empty_file_is_whole(analyst: Client, places: UploadedLayer) -> None:
    assert json.loads(downloaded(analyst, name="戊"))["features"] == []


def test_a_filter_a_box_and_a_choice_of_properties_hold(analyst: Client, places: UploadedLayer) -> None:
    asked = {"filter": "floors > 2", "bbox": "114.305,22,115,23", "properties": "name", "skipGeometry": "true"}
    features = json.loads(downloaded(analyst, **asked))["features"]
    assert [each["geometry"] for each in features] == [None, None]
    assert [each["properties"] for each in features] == [{"name": "丙"}, {"name": "丁"}]


def test_what_a_person_wrote_is_no_formula(analyst: Client, tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    texts = ["=HYPERLINK(1)", "\t=1", "＝1", 'a "quoted", one', "two\nlines", "back\\slash"]
    features = [{"type": "Feature", "geometry": None, "properties": {"name": text}} for text in texts]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path)
    shown = [row["name"] for row in rows_of(analyst)]
    assert shown == ["'=HYPERLINK(1)", "'\t=1", "'＝1", 'a "quoted", one', "two\nlines", "back\\slash"]
    assert names(json.loads(downloaded(analyst))) == texts


def test_the_format_is_negotiated(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.get(f"/ogc{DOWNLOAD}", headers={"Accept": "text/csv"})
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "text/csv",
        'attachment; filename="places.csv"',
    )


def test_what_nobody_speaks_is_not_acceptable(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.get(f"/ogc{DOWNLOAD}", headers={"Accept": "image/png"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"f": "shp"}, "unsupported_format"),
        ({"limit": "5"}, "unknown_parameter"),
        ({"filter": "nobody = 1"}, "bad_filter"),
    ],
)
def test_what_is_not_understood_is_refused(
    analyst: Client, places: UploadedLayer, parameters: dict[str, str], code: str
) -> None:
    assert refusal(analyst, DOWNLOAD, **parameters) == (400, code)


def test_a_number_that_cannot_be_computed_is_a_refusal(analyst: Client, places: UploadedLayer) -> None:
    assert refusal(analyst, DOWNLOAD, filter="floors ^ 9999 > 1") == (400, "cannot_compute")


def test_who_may_not_export_gets_no_file(collector: Client, places: UploadedLayer) -> None:
    assert refusal(collector, DOWNLOAD) == (403, "export_not_permitted")


def test_a_file_holds_what_its_reader_may_see(laws: None) -> None:
    near = factories.community_of("AB")
    shape = factories.drawn("ABC")["C"]
    far = factories.division("440310009009", geometry=shape)
    factories.grid("FAR", shape, far)
    person = factories.user("near", role=Role.ANALYST, area=near)
    response = signed_in(person).get("/ogc/collections/grids/download")
    codes = [feature["properties"]["code"] for feature in json.loads(b"".join(response))["features"]]
    assert sorted(codes) == ["A", "B"]


def test_a_collection_names_its_files(analyst: Client, places: UploadedLayer) -> None:
    links: list[dict[str, Any]] = read(analyst, "/collections/places")["links"]
    files = [(link["type"], link["href"].rpartition("?f=")[2]) for link in links if link["rel"] == "enclosure"]
    assert files == [(each.media_type, each.name) for each in FORMATS]

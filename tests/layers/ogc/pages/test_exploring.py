"""Finding out what a collection holds: texts, values that occur, extents, coarse shapes."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client

from gisserver.common.access.roles import Role
from layers.models import UploadedLayer
from layers.publishing import publish_file
from tests import factories
from tests.layers.conftest import names, read, refusal, signed_in

ITEMS = "/collections/places/items"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲", ["甲"]),
        ("甲,丙", ["甲", "丙"]),
        ("居", ["甲", "乙", "丙", "丁"]),
        ("100%", []),
        ("甲丙", []),
        ("", ["甲", "乙", "丙", "丁"]),
    ],
)
def test_a_text_is_looked_for_in_all_texts(analyst: Client, places: UploadedLayer, text: str, found: list[str]) -> None:
    assert names(read(analyst, ITEMS, q=text)) == found


def test_texts_are_bounded(analyst: Client, places: UploadedLayer) -> None:
    assert refusal(analyst, ITEMS, q="a,b,c,d,e,f,g,h,i") == (400, "bad_value")


def test_values_and_ranges_of_what_occurs(analyst: Client, places: UploadedLayer) -> None:
    found = read(analyst, "/collections/places/queryables", values="name,floors,built")["properties"]
    assert found["name"]["enum"] == sorted(["甲", "乙", "丙", "丁"])
    assert (found["floors"]["enum"], found["floors"]["minimum"], found["floors"]["maximum"]) == ([3, 5, 18], 3, 18)
    assert (found["built"]["formatMinimum"], found["built"]["formatMaximum"]) == ("2019-12-31", "2021-06-15")


def test_values_are_not_looked_up_unasked(analyst: Client, places: UploadedLayer) -> None:
    assert "enum" not in read(analyst, "/collections/places/queryables")["properties"]["name"]


def test_many_values_are_no_list(analyst: Client, tmp_path: Path) -> None:
    features = [{"type": "Feature", "geometry": None, "properties": {"number": n, "half": n // 2}} for n in range(101)]
    path = tmp_path / "numbers.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path)
    found = read(analyst, "/collections/numbers/queryables", values="number,half")["properties"]
    assert ("enum" in found["number"], found["number"]["maximum"], len(found["half"]["enum"])) == (False, 100, 51)


def test_only_queryables_have_values(analyst: Client, places: UploadedLayer) -> None:
    assert refusal(analyst, "/collections/places/queryables", values="nothing") == (400, "unknown_property")


def test_values_are_of_what_the_asker_sees(laws: None) -> None:
    near = factories.community_of("AB")
    far = factories.division("440310009009", geometry=factories.drawn("ABC")["C"])
    factories.grid("FAR", factories.drawn("ABC")["C"], far)
    person = signed_in(factories.user("near", role=Role.ANALYST, area=near))
    found = read(person, "/collections/grids/queryables", values="code")["properties"]
    assert found["code"]["enum"] == ["A", "B"]


def test_the_extent_of_what_matches(analyst: Client, places: UploadedLayer) -> None:
    answer = read(analyst, ITEMS, resulttype="extent", filter="floors > 1")
    assert (answer["features"], answer["numberMatched"]) == ([], 3)
    assert answer["bbox"] == pytest.approx([114.30, 22.70, 114.32, 22.70])
    assert read(analyst, ITEMS, resulttype="extent", name="丁")["bbox"] is None


def test_an_extent_has_the_axes_of_its_crs(analyst: Client, places: UploadedLayer) -> None:
    box = read(analyst, ITEMS, resulttype="extent", crs="EPSG:4490")["bbox"]
    assert box == pytest.approx([22.70, 114.30, 22.70, 114.32])


@pytest.fixture
def ring(db: None, tmp_path: Path) -> Any:
    """A circle of a kilometre with 400 vertices."""
    circle = shapely.Point(114.3, 22.7).buffer(0.01, quad_segs=100)
    feature = {"type": "Feature", "geometry": json.loads(shapely.to_geojson(circle)), "properties": {"name": "圆"}}
    path = tmp_path / "ring.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return publish_file(path).layer


def vertices(client: Client, **asked: Any) -> int:
    """Return how many vertices the circle is shown with."""
    [feature] = read(client, "/collections/ring/items", **asked)["features"]
    return len(shapely.get_coordinates(shapely.from_geojson(json.dumps(feature["geometry"]))))


def test_shapes_are_no_finer_than_the_map(analyst: Client, ring: Any) -> None:
    assert vertices(analyst) == 401
    assert 4 <= vertices(analyst, **{"zoom-level": 10}) < vertices(analyst, **{"zoom-level": 14}) < 200


def test_what_is_smaller_than_a_pixel_remains(analyst: Client, ring: Any) -> None:
    assert vertices(analyst, **{"zoom-level": 0}) >= 4


@pytest.mark.parametrize("zoom", ["-1", "25", "1.5", "x"])
def test_a_zoom_is_a_whole_number(analyst: Client, ring: Any, zoom: str) -> None:
    assert refusal(analyst, "/collections/ring/items", **{"zoom-level": zoom}) == (400, "bad_value")

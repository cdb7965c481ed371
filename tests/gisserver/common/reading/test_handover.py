"""A table that a child process has read is the table that it read."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.reading import LayerInfo, list_layers, read_table, reader

PLACES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "code": 4403100010010010012,
                "name": "甲",
                "floors": 3,
                "area": 1.5,
                "open": True,
                "tags": ["a"],
            },
            "geometry": {"type": "Point", "coordinates": [114.3, 22.7]},
        },
        {
            "type": "Feature",
            "properties": {"code": None, "name": None, "floors": 4, "area": None, "open": None, "tags": None},
            "geometry": None,
        },
    ],
}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps(PLACES))
    return path


def test_the_table_is_the_same_as_if_read_here(places: Path) -> None:
    apart, here = read_table(places), reader.read_table(places)
    assert (apart.fields, apart.types, apart.crs, apart.notes) == (here.fields, here.types, here.crs, here.notes)
    assert apart.geometry is not None
    assert shapely.equals_exact(apart.geometry[0], shapely.Point(114.3, 22.7))
    assert apart.geometry[1] is None
    for name in here.fields:
        np.testing.assert_array_equal(apart.columns[name], here.columns[name])


def test_no_digit_is_lost_beside_a_null(places: Path) -> None:
    table = read_table(places)
    assert table.text("code") == ["4403100010010010012", ""]
    assert table.columns["open"].tolist() == [True, None]


def test_what_is_declared_reaches_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("b,c\n甲,bad\n".replace("甲", "22.7"))
    table = read_table(path, crs=parse_crs("gcj02"), mapping={"lon": "c", "lat": "b"}, encoding="utf-8", max_rows=5)
    assert table.crs == parse_crs("gcj02")
    assert table.problems[0].code == "bad_coordinate"


def test_a_refusal_reaches_the_caller(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(tmp_path / "nothing.gpkg")
    assert refused.value.code == "file_not_found"


def test_layers_are_listed(places: Path) -> None:
    assert list_layers(places) == [LayerInfo("places", "Point")]

"""A geometry in a request is measured before a parser sees it."""

import json
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gisserver.common.reading.geometry_limits import MAX_POSITIONS, check_geojson, geojson_shape, wkt_shape

POINT = {"type": "Point", "coordinates": [1.0, 2.0]}


def collections(depth: int) -> dict[str, Any]:
    geometry: dict[str, Any] = POINT
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


def lists(depth: int) -> Any:
    coordinates: Any = [1.0, 2.0]
    for _ in range(depth):
        coordinates = [coordinates]
    return coordinates


@pytest.mark.parametrize("shape", [shapely.Point(1, 2), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])])
def test_a_geometry_is_read(shape: shapely.Geometry) -> None:
    assert geojson_shape(json.loads(shapely.to_geojson(shape))) == shape
    assert wkt_shape(shape.wkt) == shape


def test_a_collection_is_read() -> None:
    assert geojson_shape(collections(1)).geoms[0] == shapely.Point(1, 2)


@pytest.mark.parametrize("depth", [4, 100, 100_000])
def test_collections_in_collections_are_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="nests too deep"):
        geojson_shape(collections(depth))


@pytest.mark.parametrize("depth", [5, 100_000])
def test_lists_in_lists_are_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="nests too deep"):
        geojson_shape({"type": "MultiPolygon", "coordinates": lists(depth)})


def test_more_vertices_than_a_city_has_are_refused() -> None:
    with pytest.raises(ValueError, match="positions"):
        geojson_shape({"type": "LineString", "coordinates": [[0.0, 0.0]] * (MAX_POSITIONS + 1)})


@pytest.mark.parametrize("depth", [13, 20_000])
def test_deep_well_known_text_is_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="nests too deep"):
        wkt_shape("GEOMETRYCOLLECTION(" * depth + "POINT(1 1)" + ")" * depth)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_is_no_geometry_does_no_harm(value: Any) -> None:
    check_geojson(value)

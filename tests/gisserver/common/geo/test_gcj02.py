"""GCJ-02 and BD-09 against known points, and the way there and back."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gisserver.common.geo import gcj02
from gisserver.common.geo.crs import WGS84, geometries_to_survey, parse_crs

METRES_PER_DEGREE = 111_320.0

inside_china = st.tuples(st.floats(73.5, 134.5), st.floats(18.5, 53.0))
anywhere = st.tuples(st.floats(-180.0, 180.0), st.floats(-85.0, 85.0))


def metres_apart(one: np.ndarray, other: np.ndarray) -> float:
    step = (one - other)[0] * METRES_PER_DEGREE
    return float(np.hypot(step[0] * np.cos(np.radians(one[0, 1])), step[1]))


@settings(deadline=None)
@given(inside_china)
def test_gcj02_there_and_back_closes_within_a_millimetre(place: tuple[float, float]) -> None:
    wgs84 = np.array([place])
    assert metres_apart(gcj02.gcj02_to_wgs84(gcj02.wgs84_to_gcj02(wgs84)), wgs84) < 0.001


@settings(deadline=None)
@given(inside_china)
def test_bd09_there_and_back_closes_within_a_millimetre(place: tuple[float, float]) -> None:
    wgs84 = np.array([place])
    assert metres_apart(gcj02.bd09_to_wgs84(gcj02.wgs84_to_bd09(wgs84)), wgs84) < 0.001


@settings(deadline=None)
@given(inside_china)
def test_the_shift_is_hundreds_of_metres_inside_china(place: tuple[float, float]) -> None:
    wgs84 = np.array([place])
    assert 10.0 < metres_apart(gcj02.wgs84_to_gcj02(wgs84), wgs84) < 1500.0


@settings(deadline=None)
@given(anywhere.filter(lambda p: not (70 < p[0] < 140 and -1 < p[1] < 58)))
def test_outside_china_gcj02_is_wgs84(place: tuple[float, float]) -> None:
    wgs84 = np.array([place])
    np.testing.assert_array_equal(gcj02.wgs84_to_gcj02(wgs84), wgs84)
    np.testing.assert_array_equal(gcj02.gcj02_to_wgs84(wgs84), wgs84)


def test_tiananmen_as_map_clients_shift_it() -> None:
    shifted = gcj02.wgs84_to_gcj02(np.array([[116.404, 39.915]]))
    np.testing.assert_allclose(shifted, [[116.41024449916938, 39.91640428150164]], atol=1e-9)


def test_baidu_s_step_as_map_clients_make_it() -> None:
    shifted = gcj02.gcj02_to_bd09(np.array([[116.404, 39.915]]))
    np.testing.assert_allclose(shifted, [[116.41036949371029, 39.92133699351021]], atol=1e-9)


def test_equal_points_stay_equal_whatever_stands_between_them() -> None:
    between = np.random.default_rng(3).uniform([73.5, 18.5], [134.5, 53.0], (10_000, 2))
    ring = np.vstack([[[114.35, 22.7]], between, [[114.35, 22.7]]])
    for back in (gcj02.gcj02_to_wgs84, gcj02.bd09_to_wgs84):
        placed = back(ring)
        np.testing.assert_array_equal(placed[0], placed[-1])


def test_an_empty_array_stays_empty() -> None:
    assert gcj02.bd09_to_wgs84(np.empty((0, 2))).shape == (0, 2)


def outline(path: Path) -> shapely.Geometry:
    document = json.loads(path.read_text())
    features = document if isinstance(document, list) else document["features"]
    return shapely.from_geojson(json.dumps(features[0]["geometry"]))


@pytest.fixture
def outlines(shared_data: Path) -> tuple[shapely.Geometry, shapely.Geometry]:
    folder = shared_data / "pingshan"
    return outline(folder / "outline_gcj02.json"), outline(folder / "outline_wgs84.geojson")


def iou(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return one.intersection(other).area / one.union(other).area


def test_the_web_map_s_pingshan_falls_on_the_true_one(
    outlines: tuple[shapely.Geometry, shapely.Geometry],
) -> None:
    shifted, true = outlines
    found = geometries_to_survey(shifted, parse_crs("gcj02"), 4547)
    assert iou(found, geometries_to_survey(true, WGS84, 4547)) >= 0.999


def test_unconverted_it_falls_beside(outlines: tuple[shapely.Geometry, shapely.Geometry]) -> None:
    shifted, true = outlines
    assert iou(geometries_to_survey(shifted, WGS84, 4547), geometries_to_survey(true, WGS84, 4547)) < 0.9

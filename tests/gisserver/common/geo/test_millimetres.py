"""Exact arithmetic on whole millimetres."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.geo.millimetres import (
    is_whole_millimetres,
    polygons_of,
    round_to_millimetres,
    to_millimetres,
    twice_area_mm2,
)

metres = st.floats(-1e7, 1e7)


@given(metres, metres)
def test_rounding_twice_is_rounding_once(x: float, y: float) -> None:
    once = round_to_millimetres(shapely.Point(x, y))
    assert round_to_millimetres(once) == once
    assert is_whole_millimetres(once)


def test_a_coordinate_between_millimetres_is_seen() -> None:
    assert not is_whole_millimetres(shapely.Point(0.0005, 0))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e12])
def test_what_is_no_place_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        to_millimetres([[value, 0.0]])


def test_points_that_round_to_one_place_become_one() -> None:
    ring = shapely.Polygon([(0, 0), (1, 0), (1.0001, 0), (1, 1)])
    assert len(round_to_millimetres(ring).exterior.coords) == 4


def test_a_square_metre_is_two_million_half_square_millimetres() -> None:
    assert twice_area_mm2(shapely.box(500_000, 2_500_000, 500_001, 2_500_001)) == 2_000_000


def test_holes_are_taken_off_and_parts_are_added() -> None:
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    both = shapely.MultiPolygon([ring, shapely.box(10, 10, 11, 11)])
    assert twice_area_mm2(both) == 2 * 9_000_000


def test_the_area_is_exact_where_floats_are_not() -> None:
    # A sliver half a square millimetre large, a thousand kilometres long.
    sliver = shapely.Polygon([(0, 0), (1_000_000, 0.001), (500_000.001, 0.001)])
    assert twice_area_mm2(sliver) == 1_000_000_000 - 500_000_001


def test_an_area_beyond_64_bits_is_exact() -> None:
    assert twice_area_mm2(shapely.box(-5e6, -5e6, 5e6, 5e6)) == 2 * 10**20


def test_only_polygons_are_kept_of_a_collection() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    assert len(polygons_of(mixed)) == 1
    assert isinstance(polygons_of(mixed), np.ndarray)


def test_a_polygon_smaller_than_a_millimetre_is_kept_for_the_caller_to_judge() -> None:
    speck, square = shapely.box(0, 0, 0.0001, 0.0001), shapely.box(0, 0, 1, 1)
    rounded = round_to_millimetres(np.array([speck, square]))
    assert shapely.area(rounded).tolist() == [0, 1]

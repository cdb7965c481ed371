"""Geometries as Esri's clients send them."""

import json
from unittest.mock import patch

import shapely

from layers.esri.shapes import shape_and_srid


def square(west: float, south: float, size: float) -> list[list[float]]:
    """Return a ring."""
    return shapely.get_coordinates(shapely.box(west, south, west + size, south + size)).tolist()  # type: ignore[no-any-return]


def polygon(rings: list[list[list[float]]]) -> shapely.Geometry:
    """Return the area of rings as it is read."""
    return shape_and_srid(json.dumps({"rings": rings}), "esriGeometryPolygon")[0]


def test_a_ring_within_a_ring_is_a_hole_and_one_in_that_an_island() -> None:
    """A yard in a block, a pavilion in the yard, and a house beside."""
    area = polygon([square(0, 0, 10), square(2, 2, 6), square(4, 4, 2), square(20, 0, 1)])
    assert area.area == 100 - 36 + 4 + 1
    assert not area.contains(shapely.Point(3, 3))


def test_many_rings_are_not_laid_one_by_one_over_all_before_them() -> None:
    rings = [square(2 * number, 0, 1) for number in range(1000)]
    with patch("shapely.symmetric_difference", side_effect=shapely.symmetric_difference) as laid:
        assert polygon(rings).area == 1000
    assert laid.call_count == 10

"""Putting directed edges together into areas."""

import pytest
import shapely

from grids.editing.geometry.plane import ring_edges
from grids.editing.geometry.shapes import Broken, Shape, assemble, from_polygon, to_polygon

SQUARE = ((0, 0), (4, 0), (4, 4), (0, 4))


def ring(*points: tuple[int, int]) -> set:
    return set(ring_edges(points))


def test_a_ring_begins_at_its_least_point():
    assert assemble(ring((4, 4), (0, 4), (0, 0), (4, 0))) == Shape(((SQUARE,),))


def test_a_hole_goes_into_its_shell():
    shape = assemble(ring(*SQUARE) | ring((1, 1), (1, 2), (2, 2), (2, 1)))

    assert [len(part) for part in shape.parts] == [2]


def test_parts_that_meet_at_a_point_stay_two():
    shape = assemble(ring(*SQUARE) | ring((4, 4), (8, 4), (8, 8), (4, 8)))

    assert len(shape.parts) == 2


def test_a_hole_that_touches_the_shell_at_a_point_stays_a_hole():
    shape = assemble(ring(*SQUARE) | ring((0, 0), (1, 2), (2, 1)))

    assert [len(part) for part in shape.parts] == [2]
    assert shape.pinches == {(0, 0)}


def test_an_island_that_fills_a_hole_is_a_part_of_its_own():
    hole = ((1, 1), (1, 2), (2, 2), (2, 1))
    shape = assemble(ring(*SQUARE) | ring(*hole) | ring(*reversed(hole)))

    assert sorted(len(part) for part in shape.parts) == [1, 2]


@pytest.mark.parametrize(
    "edges",
    [
        pytest.param(ring(*SQUARE) - {((0, 0), (4, 0))}, id="a ring with a gap"),
        pytest.param(ring(*reversed(SQUARE)), id="a ring the wrong way round"),
        pytest.param(ring(*SQUARE) | ring((1, 1), (2, 1), (2, 2)), id="area inside area"),
        pytest.param(ring((0, 0), (1, 0)), id="there and back"),
    ],
)
def test_edges_that_bound_no_area_are_refused(edges):
    with pytest.raises(Broken):
        assemble(edges)


def test_metres_and_millimetres_are_one_to_one():
    polygon = shapely.Polygon([(527000.001, 2510000.002), (527000.333, 2510000.1), (527000.2, 2510000.999)])

    assert shapely.equals_identical(to_polygon(from_polygon(polygon)), shapely.Polygon(from_metres(polygon)))


def from_metres(polygon: shapely.Polygon) -> list[tuple[float, float]]:
    return [(round(x, 3), round(y, 3)) for x, y in polygon.exterior.coords]

"""BasicUnits: a community cut along borders, roads and between houses."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.balancing.basic_units import BasicUnits, basic_units_of
from grids.editing.coverage.coverage import Coverage
from tests.drawing import area, at, drawn, line
from tests.partitions import voronoi
from tests.towns import town


def house(column: float, row: float, size: float = 0.1) -> shapely.Polygon:
    """Return a square house around a place given in cells."""
    return area(
        (column - size, row - size),
        (column + size, row - size),
        (column + size, row + size),
        (column - size, row + size),
    )


def exact(units: BasicUnits, coverage: Coverage) -> bool:
    """Say whether units tile the grid: same vertices on both sides, whole millimetres, no gap to the frame."""
    xy = shapely.get_coordinates(units.polygons)
    gap = shapely.symmetric_difference(units.area_of(range(len(units))), coverage.frame.polygon)
    fine = bool(shapely.coverage_is_valid(units.polygons)) and bool((xy == np.rint(xy)).all())
    return fine and shapely.is_empty(shapely.buffer(gap, -0.001))


def cut(units: BasicUnits, houses: list[shapely.Polygon]) -> int:
    """Return how many houses stand on two units."""
    inner = shapely.transform(shapely.buffer(houses, -0.05), lambda xy: xy * 1000 - np.array(units.origin))
    rows, _units = shapely.STRtree(units.polygons).query(inner, predicate="intersects")
    return int((np.bincount(rows) > 1).sum())


def test_without_lines_and_houses_the_units_are_the_grids():
    assert len(basic_units_of(drawn("AAB/CCB"))) == 3


def test_a_road_cuts_a_grid_where_it_runs_from_border_to_border():
    road = shapely.LineString(line((0, 0.5), (2, 0.5)))

    units = basic_units_of(drawn("AAB"), lines=[road])

    assert [units.keys[home] for home in units.home] == ["A", "A", "B"]


def test_a_dead_end_cuts_nothing():
    assert len(basic_units_of(drawn("AAB"), lines=[shapely.LineString(line((0, 0.5), (1, 0.5)))])) == 2


def test_each_house_gets_the_area_up_to_the_middle_of_the_gap():
    units = basic_units_of(drawn("AA"), buildings=[house(0.5, 0.5), house(1.5, 0.5)])

    assert [round(shapely.area(polygon) / 1e6) for polygon in units.polygons] == [10_000, 10_000]
    assert units.buildings == ((0,), (1,))


def test_houses_wall_to_wall_are_one_unit():
    assert len(basic_units_of(drawn("AA"), buildings=[house(0.5, 0.5), house(0.7, 0.5), house(1.5, 0.5)])) == 2


def test_a_house_across_a_road_holds_both_sides_together():
    road = shapely.LineString(line((0, 0.5), (2, 0.5)))
    houses = [house(0.5, 0.5), house(1.5, 0.2), house(1.5, 0.8)]

    units = basic_units_of(drawn("AA"), lines=[road], buildings=houses)

    assert (len(units), cut(units, houses)) == (3, 0)


def test_grids_that_are_not_to_be_cut_stay_whole():
    units = basic_units_of(drawn("AABB"), buildings=[house(x + 0.5, 0.5) for x in range(4)], only=frozenset("A"))

    assert [units.keys[home] for home in units.home] == ["A", "A", "B"]


def test_a_place_on_a_border_lies_in_the_grid_of_the_lowest_code():
    units = basic_units_of(drawn("BA"))

    assert units.at(np.array([at(1, 0.5), at(9, 9)])).tolist() == [0, -1]


def test_a_border_along_a_road_is_cheap_and_one_through_a_block_dear():
    road = shapely.LineString(line((1, 0), (1, 1)))
    houses = [house(0.5, 0.5), house(1.3, 0.5), house(1.7, 0.5)]

    beside = basic_units_of(drawn("AA"), lines=[road], buildings=houses).borders.neighbours

    assert beside[0][1] == pytest.approx(15, abs=0.1)
    assert beside[1][2] == pytest.approx(100, abs=0.1)


def test_where_four_units_meet_is_a_corner_of_each():
    roads = [shapely.LineString(line((1, 0), (1, 2))), shapely.LineString(line((0, 1), (2, 1)))]

    corners = basic_units_of(drawn("AA/AA"), lines=roads).borders.corners

    assert [len(own) for own in corners] == [1, 1, 1, 1]
    assert sorted(corners[0][0]) == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(3))
def test_a_town_is_tiled_exactly_and_no_house_is_cut(seed: int):
    made = town((2, 2), (2, 2), (3, 3), seed)

    units = basic_units_of(made.coverage, lines=made.streets, buildings=made.houses)

    assert exact(units, made.coverage)
    assert cut(units, made.houses) == 0
    assert sorted(each for own in units.buildings for each in own) == list(range(len(made.houses)))


@given(st.integers(0, 10**6))
@settings(deadline=None, database=None, derandomize=True, max_examples=25)
def test_crooked_grids_with_houses_anywhere_are_tiled_exactly(seed: int):
    noise = np.random.default_rng(seed)
    coverage = voronoi(16, seed % 50)
    west, south, east, north = coverage.frame.polygon.bounds
    places = noise.uniform((west, south), (east, north), (40, 2))
    houses = [shapely.box(x, y, x + noise.uniform(4, 30), y + noise.uniform(4, 30)) for x, y in places]
    roads = [shapely.LineString(noise.uniform((west, south), (east, north), (3, 2))) for _ in range(4)]

    assert exact(basic_units_of(coverage, lines=roads, buildings=houses), coverage)

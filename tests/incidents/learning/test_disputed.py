"""Borders that were drawn wrong are found by what people correct, and by how far."""

import numpy as np
import pytest
import shapely

from grids.assigning.borders import shared_borders
from grids.assigning.index import PartitionIndex
from incidents.learning.disputed import Beside, Disputed, beside, disputed, shift_of
from tests.partitions import jittered

PLANTED, TOP = 20, 25


@pytest.fixture(scope="module")
def town() -> tuple[list[shapely.Polygon], PartitionIndex]:
    polygons = list(jittered(10, 10, 4).to_polygons().values())
    return polygons, PartitionIndex(polygons)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twenty_borders_drawn_wrong(town: tuple[list[shapely.Polygon], PartitionIndex], seed: int):
    """Twenty of 180 borders should lie 20 m farther in one grid; 60 % of what lies between is corrected, 1 % of all
    others too.
    """
    polygons, index = town
    random = np.random.default_rng(seed)
    low, high = shapely.total_bounds(polygons)[:2], shapely.total_bounds(polygons)[2:]
    xy = np.rint(random.uniform(low, high, (25_000, 2)) * 1000) / 1000
    grid = index.assign(xy).positions.astype(np.intp)
    xy, grid = xy[grid >= 0], grid[grid >= 0]
    sides, lines = shared_borders(index.edges)
    found = beside(lines, grid, xy, np.full(len(grid), -1))
    wrong = random.choice(len(sides), PLANTED, replace=False)
    source, target = sides[found.border].T
    between = np.isin(found.border, wrong) & (found.grid == source) & (found.margin_m < 20)
    corrected = random.random(len(found.border)) < np.where(between, 0.6, 0.01)
    across = np.where(found.grid == source, target, source)
    told = Beside(found.border, found.grid, found.margin_m, np.where(corrected, across, -1), found.along_m)

    ranked = disputed(told, sides)

    assert len({row.border for row in ranked[:TOP]} & set(wrong.tolist())) >= 18
    assert len({row.border for row in ranked}) == len(ranked)


def test_low_margins_rank_where_nobody_decides():
    sides = np.array([[0, 1], [1, 2]])
    border, margin = np.array([0] * 10 + [1] * 10), np.array([1.0] * 10 + [30.0] * 10)
    found = Beside(border, np.ones(20, dtype=np.intp), margin, np.full(20, -1), np.zeros(20))

    assert [row.border for row in disputed(found, sides)] == [0, 1]


def test_the_shift_takes_what_was_given_away_and_leaves_the_rest():
    """The border x = 0 from y = 0 to 100; given away are places up to 8 m west of it, kept those from 12 m on."""
    line, source = shapely.LineString([(0, 0), (0, 100)]), shapely.box(-100, 0, 0, 100)
    xy = np.array([(-2, 30), (-5, 50), (-8, 70), (-12, 50), (-40, 50)], dtype=float)
    given = np.array([1, 1, 1, -1, -1])
    found = beside([line], np.zeros(5, dtype=np.intp), xy, given)

    area = shift_of(Disputed(0, 0, 1, 3, 5, 3, 0.01, 0.5), found, line, source)

    assert area is not None and area.bounds == pytest.approx((-8.5, 25, 0, 75))


def test_no_shift_where_more_is_kept_than_given_away():
    line, source = shapely.LineString([(0, 0), (0, 100)]), shapely.box(-100, 0, 0, 100)
    xy = np.array([(-2, 50), (-1, 50), (-1.5, 49)], dtype=float)
    found = beside([line], np.zeros(3, dtype=np.intp), xy, np.array([1, -1, -1]))

    assert shift_of(Disputed(0, 0, 1, 1, 3, 3, 0.5, 0.5), found, line, source) is None

"""The index of cells says what the polygons themselves say, on every edge and vertex too."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.assigning.index import PartitionIndex, Rule
from grids.grid_of_point import AreaIndex
from tests.factories import drawn
from tests.partitions import jittered

TOLERANCE_M = 50.0


def hard_places(polygons: list[shapely.Polygon], seed: int) -> np.ndarray:
    """Vertices, places on edges and a millimetre beside them, and places anywhere, outside too."""
    random = np.random.default_rng(seed)
    ends = np.concatenate([shapely.get_coordinates(polygon) for polygon in polygons])
    share = random.random((len(ends) - 1, 1))
    on_edges = ends[:-1] * share + ends[1:] * (1 - share)
    beside = on_edges + random.integers(-2, 3, on_edges.shape) / 1000
    low, high = ends.min(axis=0) - 80, ends.max(axis=0) + 80
    return np.concatenate([ends, on_edges, beside, random.uniform(low, high, (2_000, 2))])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_place_has_the_grid_that_the_polygons_say(seed: int):
    polygons = list(jittered(4, 3, seed).to_polygons().values())
    places = hard_places(polygons, seed)

    found = PartitionIndex(polygons, tolerance_m=TOLERANCE_M).assign(places)

    points = shapely.points(np.rint(places * 1000) / 1000)
    assert found.positions.tolist() == AreaIndex(polygons).at(points, TOLERANCE_M).tolist()


def test_rules_and_margins():
    """AB"""
    index = PartitionIndex(list(drawn("AB").values()), tolerance_m=TOLERANCE_M)
    x, y = 527_000.0, 2_510_000.0
    places = np.array([[x + 30, y + 50], [x + 100, y + 50], [x + 220, y + 50], [x + 300, y + 50]])

    found = index.assign(places, margins=True)

    assert found.positions.tolist() == [0, 0, 1, -1]
    assert found.rules.tolist() == [Rule.INSIDE, Rule.BORDER, Rule.NEAREST, Rule.NONE]
    assert found.margin_m is not None and found.margin_m.tolist() == pytest.approx([30, 0, 20, np.nan], nan_ok=True)


def test_a_grid_in_two_pieces_around_another():
    """ABA
    AAA
    """
    polygons = list(drawn("ABA/AAA").values())
    places = np.array([[527_050.0, 2_510_150.0], [527_150.0, 2_510_150.0], [527_150.0, 2_510_050.0]])

    assert PartitionIndex(polygons).assign(places).positions.tolist() == [0, 1, 0]


def test_a_border_that_two_communities_cut_differently():
    """A and B meet at x = 100; B alone has a vertex there, a quarter of a millimetre's rounding away."""
    left = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100)])
    right = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100, 40)])
    places = np.array([[99.999, 40], [100, 40], [100.001, 40], [100, 70.123]])

    assert PartitionIndex([left, right]).assign(places).positions.tolist() == [0, 0, 1, 0]

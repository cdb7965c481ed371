"""Borders that are the same line get the same vertices; nothing else changes."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.topology_repair.defects import is_partition
from grids.topology_repair.frames import dissolve
from grids.topology_repair.noding import node, with_vertices_of

#   A A      C ends in the middle of A's side, where A has no vertex.
#   B C
TOP = shapely.box(0, 10, 20, 20)
LEFT = shapely.box(0, 0, 10, 10)
RIGHT = shapely.box(10, 0, 20, 10)


def noded(*polygons: shapely.Geometry) -> np.ndarray:
    return node(np.array(polygons, dtype=object)).polygons


def test_a_vertex_on_the_neighbour_s_side_is_put_into_the_neighbour() -> None:
    result = node(np.array([TOP, LEFT, RIGHT], dtype=object))
    assert (result.inserted, result.merged) == (1, 0)
    assert (10.0, 10.0) in result.polygons[0].exterior.coords
    assert is_partition(result.polygons, shapely.box(0, 0, 20, 20)) is False  # the frame lacks (0, 10) and (20, 10)
    assert is_partition(result.polygons, dissolve(result.polygons))


def test_a_vertex_a_fraction_of_a_millimetre_off_is_on_the_side_too() -> None:
    slanted = shapely.Polygon([(0, 10.0004), (20, 10), (20, 20), (0, 20)])
    polygons = noded(slanted, LEFT, RIGHT)
    assert is_partition(polygons, dissolve(polygons))


def test_two_vertices_that_rounding_set_apart_become_one() -> None:
    shifted = shapely.Polygon([(10.0006, 0), (20, 0), (20, 10), (10.0006, 10)])
    result = node(np.array([LEFT, shifted], dtype=object))
    assert result.merged == 2
    assert is_partition(result.polygons, dissolve(result.polygons))


def test_a_gap_wider_than_a_millimetre_is_left_alone() -> None:
    apart = shapely.box(10.01, 0, 20, 10)
    result = node(np.array([LEFT, apart], dtype=object))
    assert (result.inserted, result.merged) == (0, 0)


def test_noding_again_changes_nothing() -> None:
    once = noded(TOP, LEFT, RIGHT)
    again = node(once)
    assert again.inserted == 0
    assert [polygon.wkb for polygon in again.polygons] == [polygon.wkb for polygon in once]


def test_holes_are_noded_too() -> None:
    ring = shapely.box(-5, -5, 25, 25) - shapely.box(0, 0, 20, 20)
    polygons = noded(ring, TOP, LEFT, RIGHT)
    assert is_partition(polygons, dissolve(polygons))


def test_parts_of_a_multipolygon_are_noded_too() -> None:
    both = shapely.MultiPolygon([LEFT, shapely.box(30, 0, 40, 10)])
    polygons = noded(both, TOP, RIGHT)
    assert is_partition(polygons, dissolve(polygons))


@settings(deadline=None, max_examples=60)
@given(
    st.floats(0, np.pi),
    st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6, unique_by=lambda v: round(v, 3)),
    st.floats(-1e6, 1e6),
)
def test_a_turned_brick_wall_becomes_an_exact_partition(angle: float, joints: list[float], shift: float) -> None:
    """Two courses of bricks whose joints do not meet: every joint is a T, none is on the millimetre lattice."""
    upper = [0.0, *sorted(joints), 1.0]
    lower = [0.0, 0.5, 1.0]
    bricks = [shapely.box(a * 300, 10, b * 300, 20) for a, b in zip(upper, upper[1:], strict=False)]
    bricks += [shapely.box(a * 300, 0, b * 300, 10) for a, b in zip(lower, lower[1:], strict=False)]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    polygons = noded(*shapely.transform(np.array(bricks), lambda xy: xy @ turn.T + shift))
    assert is_partition(polygons, dissolve(polygons))


def test_a_frame_gets_the_vertices_that_lie_exactly_on_its_edges() -> None:
    """A cut ends on two sides; a vertex a millimetre off the east side, and one inside, are none of the frame's."""
    frame = shapely.box(0, 0, 10, 10)
    west = shapely.Polygon([(0, 0), (4, 0), (4, 10), (0, 10)])
    east = shapely.Polygon([(4, 0), (10, 0), (9.999, 5), (10, 10), (4, 10), (5, 5)])

    noded = with_vertices_of(frame, np.array([west, east], dtype=object))

    assert shapely.equals(noded, frame)
    assert sorted(set(map(tuple, shapely.get_coordinates(noded).tolist())) - {(0, 0), (10, 0), (10, 10), (0, 10)}) == [
        (4, 0),
        (4, 10),
    ]


def test_the_vertices_of_one_edge_come_in_its_order_whichever_way_it_runs() -> None:
    frame = shapely.Polygon([(0, 0), (9, 3), (0, 6)], [[(1, 2), (1, 4), (4, 3)]])
    marks = shapely.Polygon([(6, 2), (3, 1), (3, 5), (6, 4), (1, 3)])

    noded = with_vertices_of(frame, np.array([marks], dtype=object))

    assert shapely.get_coordinates(noded).tolist() == [
        *([0, 0], [3, 1], [6, 2], [9, 3], [6, 4], [3, 5], [0, 6], [0, 0]),
        *([1, 2], [1, 3], [1, 4], [4, 3], [1, 2]),
    ]


def test_two_grids_of_a_coast_with_120_000_vertices_tile_it() -> None:
    """Each edge is compared with the vertices near it alone: with all of them it would take a quarter of an hour."""
    turn = np.linspace(0, 2 * np.pi, 120_000, endpoint=False)
    reach_m = 5_000 * (1 + 0.02 * np.sin(50 * turn))
    coast = np.rint(np.stack([reach_m * np.cos(turn), reach_m * np.sin(turn)], axis=1) * 1000) / 1000
    halves = [shapely.Polygon(coast[:60_001]), shapely.Polygon(np.vstack([coast[60_000:], coast[:1]]))]

    frame = with_vertices_of(shapely.Polygon(coast), np.array(halves, dtype=object))

    assert is_partition(np.array(halves, dtype=object), frame)

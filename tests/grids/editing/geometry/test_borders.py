"""The edge nearest to a place, who lies beside it, and how far the two go on beside each other."""

import shapely

from grids.editing.geometry.borders import nearest_edge, other_side, run_of, runs_along, stretch
from tests.drawing import at, drawn

COVERAGE = drawn("AAB/AAC")
SHAPES = {key: COVERAGE[key] for key in COVERAGE}


def near(column: float, row: float):  # type: ignore[no-untyped-def]
    found = nearest_edge(SHAPES, at(column, row))
    assert found is not None
    return found


def test_the_nearest_with_the_place_on_it() -> None:
    found = near(1.9, 0.4)
    assert found.distance_m == 10.0
    assert found.place == at(2, 0.4)
    assert {found.key, other_side(SHAPES, found.edge)} == {"A", "C"}


def test_beyond_the_frame_is_nobody() -> None:
    found = near(0.4, -0.2)
    assert (found.key, other_side(SHAPES, found.edge)) == ("A", None)


def test_there_is_none_without_grids() -> None:
    assert nearest_edge({}, (0, 0)) is None


def test_a_border_runs_from_corner_to_corner() -> None:
    """Three grids meet at (2, 1): the border of A and C ends there."""
    found = near(2, 0.4)
    run = run_of(SHAPES["A"], SHAPES["C"], SHAPES.values(), found.edge)
    assert run.equals(shapely.LineString([at(2, 0), at(2, 1)]))


def test_along_the_frame_it_runs_as_long_as_the_grid_does() -> None:
    found = near(0.4, -0.2)
    run = run_of(SHAPES["A"], None, SHAPES.values(), found.edge)
    assert run.equals(shapely.LineString([at(2, 0), at(0, 0), at(0, 2), at(2, 2)]))


def test_a_grid_all_around_another_has_a_ring_for_a_border() -> None:
    coverage = drawn("AAA/ABA/AAA")
    shapes = {key: coverage[key] for key in coverage}
    found = nearest_edge(shapes, at(1.4, 1.1))
    assert found is not None
    run = run_of(shapes[found.key], shapes["B" if found.key == "A" else "A"], shapes.values(), found.edge)
    assert run.is_ring
    assert run.length == 400.0


def test_a_stretch_lies_around_the_place_and_on_the_edge() -> None:
    whole = stretch(near(2, 0.4), 1.0)
    assert shapely.hausdorff_distance(whole, shapely.LineString([at(2, 0.395), at(2, 0.405)])) < 1e-6
    assert abs(stretch(near(2, 0.001), 1.0).length - 0.6) < 1e-6


def test_a_vertex_that_bends_a_border_by_less_than_a_millimetre_is_no_new_border() -> None:
    line = shapely.LineString([at(2, 0.395), at(2, 0.405)])
    bent = shapely.Polygon([at(0, 0), at(2, 0), (at(2, 0)[0] + 0.0008, at(2, 0.4)[1]), at(2, 1), at(0, 1)])
    away = shapely.Polygon([at(0, 0), at(2, 0), (at(2, 0)[0] + 0.05, at(2, 0.4)[1]), at(2, 1), at(0, 1)])
    assert (runs_along(bent, line), runs_along(away, line)) == (True, False)

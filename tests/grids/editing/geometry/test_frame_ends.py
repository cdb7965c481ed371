"""Borders that end on the frame, which stays as it is to the last bit."""

import pytest
import shapely

from grids.editing.coverage.checker import violations
from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.frame_ends import frame_ends
from grids.editing.geometry.plane import cross
from grids.editing.refusals import Code
from grids.editing.verbs import reshape, split
from tests.drawing import at, drawn, line
from tests.verbs import act, why_not

# A kite: none of its sides runs due east or north, and none has a millimetre exactly on it.
KITE = shapely.Polygon([at(0, 0), at(3.00017, 0.50003), at(2.00011, 3.00029), at(-0.50009, 2.00007)])


@pytest.fixture
def kite() -> Coverage:
    return Coverage.from_polygons({"A": KITE})


def test_a_frame_vertex_within_the_tolerance_is_the_end():
    ends = frame_ends((0, 0), (10_007, 3), [((400, 100), (400, -100))], snap_mm=500)

    assert ends[0].way == ((0, 0),)


def test_on_an_edge_due_east_the_end_is_exact():
    ends = frame_ends((0, 0), (10_000, 0), [((4_000, 100), (4_001, -100))], snap_mm=500)

    assert ends[0].way == ((4_001, 0),)
    assert ends[0].on_edge


def test_on_a_slanting_edge_the_border_runs_on_just_inside():
    a, b = (0, 0), (10_007, 3_001)

    (end,) = frame_ends(a, b, [((4_000, 5_000), (4_000, -5_000))], snap_mm=500)

    assert end.way[-1] == a
    assert 0 < cross(a, b, end.way[0]) < 2 * 10_447


def test_two_borders_that_end_on_one_edge_share_the_hairline():
    segments = [((x, 5_000), (x, -5_000)) for x in (2_000, 4_000)]

    near, far = frame_ends((0, 0), (10_007, 3_001), segments, snap_mm=500)

    assert far.way[1:] == near.way


@pytest.mark.parametrize(
    "places", [[(1.2, -0.5), (1.2, 3.5)], [(1.2, 0.2005), (1.2, 2.6)], [(0.5, -0.5), (1, 1.5), (1.9, -0.2)]]
)
def test_the_frame_is_not_bent_by_a_cut(kite, places):
    after = act(split, kite, grid="A", new_key="n", line=line(*places), snap_m=100)

    assert after.border == frozenset(kite["A"].edges)
    assert violations(after.to_polygons(), KITE) == []


def test_a_cut_that_begins_and_ends_on_one_slanting_edge_cuts_out_a_piece_beside_it(kite):
    ends = [(0.7, 0.11), (1, 1.5), (2.4, 0.395)]

    step = split.step(kite, grid="A", new_key="n", line=line(*ends), snap_m=5)

    assert violations(step.coverage.to_polygons(), KITE) == []
    assert act(split, kite, **step.exact, snap_m=0) == step.coverage


def test_every_grid_lies_inside_the_frame_as_doubles_too(kite):
    after = act(split, kite, grid="A", new_key="n", line=line((1.2, -0.5), (1.2, 3.5)), snap_m=100)

    assert shapely.covers(KITE, list(after.to_polygons().values())).all()


def test_a_hairline_is_said(kite):
    step = split.step(kite, grid="A", new_key="n", line=line((1.2, -0.5), (1.2, 3.5)), snap_m=100)

    assert {warning.code for warning in step.warnings} == {Code.HAIRLINE}


@pytest.mark.parametrize("far", [0.5, 50])
def test_what_a_cut_overshoots_the_frame_by_is_cut_off(kite, far):
    step = split.step(kite, grid="A", new_key="n", line=line((1.2, -far), (1.2, 3 + far)), snap_m=0.5)

    assert violations(step.coverage.to_polygons(), KITE) == []
    assert step.coverage == act(split, kite, grid="A", new_key="n", line=line((1.2, -0.5), (1.2, 3.5)), snap_m=0.5)


def test_a_reshaped_border_may_overshoot_the_frame():
    step = reshape.step(drawn("AABB/AABB"), line=line((2, 1), (2.5, 1.5), (2.5, 9)))

    assert act(reshape, drawn("AABB/AABB"), **step.exact, snap_m=0) == step.coverage
    assert step.coverage == act(reshape, drawn("AABB/AABB"), line=line((2, 1), (2.5, 1.5), (2.5, 2)))


def test_a_cut_that_leaves_the_frame_and_comes_back_is_refused(kite):
    cut = line((1.2, -0.5), (1.2, 3.5), (0.8, 3.5), (0.8, -0.5))

    assert why_not(split, kite, grid="A", new_key="n", line=cut).code == Code.CROSSES_FRAME


def test_an_end_on_a_drawn_frame_is_an_ordinary_vertex():
    after = act(split, drawn("A"), grid="A", new_key="n", line=line((0.3, 0), (0.3, 1)))

    assert (527_030_000, 2_510_000_000) in after["n"].vertices

"""Splitting: one grid becomes two, and the neighbours get the vertices of the cut."""

import math

import pytest

from grids.editing.coverage.checker import violations
from grids.editing.refusals import Code
from grids.editing.rules import Rules
from grids.editing.verbs import split
from tests.drawing import area, at, drawn, line, seen
from tests.verbs import act, why_not


def test_a_line_from_border_to_border_makes_two_grids():
    after = act(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((1, 1), (1, 2)))

    assert seen(after) == "nAAA/BBBB"


def test_the_larger_part_keeps_the_code():
    after = act(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((3, 1), (3, 2)))

    assert seen(after) == "AAAn/BBBB"


@pytest.mark.parametrize(("side", "picture"), [("left", "nAAA/BBBB"), ("right", "Annn/BBBB")])
def test_a_side_of_the_line_may_be_named(side, picture):
    after = act(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((1, 1), (1, 2)), new_side=side)

    assert seen(after) == picture


def test_the_neighbour_gets_the_vertex_of_the_cut():
    after = act(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((1.234, 1), (1.5, 2)))

    assert (527_123_400, 2_510_100_000) in after["B"].vertices


def test_the_cut_vertex_is_a_whole_millimetre_on_both_sides():
    step = split.step(drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((0.3, 0.7), (1.7, 2)))

    assert violations(step.coverage.to_polygons(), step.coverage.frame.polygon) == []
    assert step.changed == ("A", "B", "n")


def test_ends_reach_into_neighbours_and_are_cut_off():
    after = act(split, drawn("AAAA/BBBB/CCCC"), grid="B", new_key="n", line=line((1, 0.2), (1, 2.8)))

    assert seen(after) == "AAAA/nBBB/CCCC"


def test_an_end_near_the_border_is_drawn_to_it():
    after = act(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((1.5, 1.004), (1.5, 1.997)), snap_m=0.5)

    assert (527_150_000, 2_510_100_000) in after["B"].vertices


def test_an_end_near_a_vertex_ends_there():
    step = split.step(drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((1.003, 1.001), (1, 2)))

    assert step.exact["line"] == line((1, 1), (1, 2))


def test_a_ring_cuts_out_an_island():
    ring = line((1, 1), (2, 1), (2, 2), (1, 2), (1, 1))

    assert seen(act(split, drawn("AAA/AAA/AAA"), grid="A", new_key="n", line=ring)) == "AAA/AnA/AAA"


def test_an_area_gets_the_new_code():
    after = act(split, drawn("AAA"), grid="A", new_key="n", area=area((1, -1), (4, -1), (4, 2), (1, 2)))

    assert seen(after) == "Ann"


def test_other_grids_are_the_same_objects():
    before = drawn("AAB/AAB/CCC")

    after = act(split, before, grid="A", new_key="n", line=line((0, 2), (2, 2)))

    assert after["C"] is before["C"]


@pytest.mark.parametrize(
    ("code", "places"),
    [
        (Code.LINE_MISSES_GRID, [(0.5, 0.2), (3.5, 0.8)]),
        (Code.LINE_ENDS_INSIDE, [(1, 0.5), (1, 1.5)]),
        (Code.TOUCHES_ONLY, [(0.5, 0.5), (1, 1), (1.5, 0.5)]),
        (Code.RUNS_ALONG_BORDER, [(0, 1), (3, 1)]),
        (Code.SELF_CROSSING, [(1, 1), (2, 1.8), (2, 1.2), (1, 1.9)]),
        (Code.CROSSES_FRAME, [(1, 1), (1, 2.5), (3, 2.5), (3, 1)]),
        (Code.OUTSIDE_FRAME, [(1, 4), (3, 5)]),
        (Code.OUTSIDE_FRAME, [(1, 1), (1, 1e7)]),
        (Code.NOT_A_NUMBER, [(1, 1), (math.nan, 2)]),
        (Code.NOT_A_NUMBER, [(1, 1), (1, math.inf)]),
        (Code.MORE_THAN_TWO_PARTS, [(1, 1), (1, 2), (2, 1)]),
        (Code.SLIVER, [(0.001, 1), (0.001, 2)]),
        (Code.LINE_CLOSED, [(1, 1), (1, 1)]),
    ],
)
def test_a_line_that_makes_no_cut_is_refused_by_name(code, places):
    refusal = why_not(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line(*places), snap_m=0.05)

    assert refusal.code == code


def test_a_line_of_a_hundred_thousand_vertices_is_refused():
    long = [at(i / 25_000, 1.5 + i % 2 / 10) for i in range(100_000)]

    assert why_not(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=long).code == Code.TOO_MANY_VERTICES


def test_degrees_instead_of_metres_are_refused():
    degrees = ((114.34, 22.69), (114.35, 22.70))

    assert why_not(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=degrees).code == Code.OUTSIDE_FRAME


def test_what_is_no_line_is_refused():
    assert why_not(split, drawn("A"), grid="A", new_key="n", line=((1, 2), (3,))).code == Code.MALFORMED


def test_a_refusal_shows_the_place():
    refusal = why_not(split, drawn("AAAA/BBBB"), grid="A", new_key="n", line=line((1, 1), (1, 2.5), (3, 2.5), (3, 1)))

    assert refusal.geometry.bounds == (*at(1, 2), *at(3, 2.5))


def test_an_unknown_grid_is_refused():
    assert why_not(split, drawn("A"), grid="Z", new_key="n", line=line((0, 0), (1, 1))).code == Code.UNKNOWN_GRID


def test_a_code_in_use_is_refused():
    assert why_not(split, drawn("AB"), grid="A", new_key="B", line=line((0, 0), (1, 1))).code == Code.KEY_TAKEN


def test_a_locked_grid_is_refused():
    rules = Rules(locked=frozenset("A"))

    refusal = why_not(split, drawn("AB"), grid="A", new_key="n", line=line((0, 0), (1, 1)), rules=rules)

    assert refusal.code == Code.LOCKED


def test_a_locked_neighbour_still_takes_the_vertex():
    rules = Rules(locked=frozenset("B"))

    after = act(split, drawn("AA/BB"), grid="A", new_key="n", line=line((0.5, 1), (0.5, 2)), rules=rules)

    assert (527_050_000, 2_510_100_000) in after["B"].vertices


def test_an_area_that_misses_the_grid_is_refused():
    outside = area((0, 0), (1, 0), (1, 0.5))

    assert why_not(split, drawn("A/B"), grid="A", new_key="n", area=outside).code == Code.LINE_MISSES_GRID


def test_an_area_over_the_whole_grid_is_refused():
    over = area((-1, -1), (3, -1), (3, 3), (-1, 3))

    assert why_not(split, drawn("A/B"), grid="A", new_key="n", area=over).code == Code.EMPTIES_GRID

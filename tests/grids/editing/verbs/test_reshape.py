"""Reshaping: a line becomes the border, both sides follow."""

import pytest

from grids.editing.coverage.checker import violations
from grids.editing.refusals import Code
from grids.editing.rules import Rules
from grids.editing.verbs import reshape
from tests.drawing import drawn, line, seen
from tests.verbs import act, why_not


def test_a_bulge_goes_to_the_other_side():
    after = act(reshape, drawn("AABB/AABB/AABB"), line=line((2, 0), (1, 0), (1, 3), (2, 3)))

    assert seen(after) == "ABBB/ABBB/ABBB"


def test_a_bulge_in_the_middle_of_the_border():
    after = act(reshape, drawn("AABB/AABB/AABB"), line=line((2, 1), (3, 1), (3, 2), (2, 2)))

    assert seen(after) == "AABB/AAAB/AABB"


def test_a_line_that_crosses_the_border_moves_area_both_ways():
    zigzag = line((2, 0), (3, 0.5), (1, 2.5), (2, 3))

    step = reshape.step(drawn("AABB/AABB/AABB"), line=zigzag)

    assert sorted((move.source, move.target) for move in step.moves) == [("A", "B"), ("B", "A")]
    assert violations(step.coverage.to_polygons(), step.coverage.frame.polygon) == []


def test_a_whole_border_moves_along_the_frame():
    assert seen(act(reshape, drawn("AAAB/AAAB"), line=line((2, 0), (2, 2)))) == "AABB/AABB"


def test_the_smaller_side_of_an_island_goes():
    assert seen(act(reshape, drawn("AAAAA/ABBBA/AAAAA"), line=line((3, 1), (3, 2)))) == "AAAAA/ABBAA/AAAAA"


def test_a_piece_that_borders_on_two_grids_is_refused():
    refusal = why_not(reshape, drawn("AACC/AABB"), line=line((1, 0), (1, 2)))

    assert refusal.code == Code.AMBIGUOUS
    assert refusal.data["between"] == ["B", "C"]


def test_a_line_that_winds_back_over_the_border_is_refused():
    spiral = line((2, 0.5), (1, 0.5), (1, 2.5), (3, 2.5), (3, 1), (2, 1))

    assert why_not(reshape, drawn("AABB/AABB/AABB"), line=spiral).code == Code.AMBIGUOUS


def test_a_line_that_cuts_a_grid_in_two_is_refused():
    rules = Rules(min_width_mm=0)

    refusal = why_not(reshape, drawn("AAAA/BBBB/CCCC"), line=line((1, 1), (2, 2), (3, 1)), rules=rules)

    assert refusal.code in (Code.AMBIGUOUS, Code.WOULD_SPLIT_IN_TWO, Code.TOUCHES_ITSELF)


@pytest.mark.parametrize(
    ("code", "places"),
    [
        (Code.LINE_ENDS_INSIDE, [(2, 1), (2.5, 1.5)]),
        (Code.LINE_ENDS_INSIDE, [(0.5, 0.5), (0.6, 0.6)]),
        (Code.RUNS_ALONG_BORDER, [(2, 0), (2, 3)]),
        (Code.SELF_CROSSING, [(2, 1), (3, 2), (3, 1), (2, 2.5)]),
        (Code.CROSSES_FRAME, [(2, 1), (5, 1), (5, 2), (2, 2)]),
        (Code.LINE_CLOSED, [(2, 1), (3, 1), (3, 2), (2, 1)]),
        (Code.LINE_CLOSED, [(2, 1), (3, 1), (3, 2), (2, 1.004)]),
        (Code.NOT_A_NUMBER, [(2, float("inf")), (3, 1)]),
    ],
)
def test_a_line_that_is_no_new_border_is_refused_by_name(code, places):
    assert why_not(reshape, drawn("AABB/AABB/AABB"), line=line(*places)).code == code


def test_locked_area_is_refused():
    rules = Rules(locked=frozenset("A"))

    refusal = why_not(reshape, drawn("AABB/AABB/AABB"), line=line((2, 1), (3, 1), (3, 2), (2, 2)), rules=rules)

    assert refusal.code == Code.LOCKED

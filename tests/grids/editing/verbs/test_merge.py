"""Merging: grids that share borders become one."""

from grids.editing.refusals import Code
from grids.editing.rules import Rules
from grids.editing.verbs import merge
from tests.drawing import drawn, seen
from tests.verbs import act, why_not


def test_two_neighbours_become_one():
    assert seen(act(merge, drawn("AB/CC"), grids=["A", "B"], keep="A")) == "AA/CC"


def test_a_chain_becomes_one_in_any_order():
    assert seen(act(merge, drawn("ABCD"), grids=["D", "B", "A", "C"], keep="C")) == "CCCC"


def test_the_vertices_on_the_outside_stay():
    before = drawn("AB/CC")

    after = act(merge, before, grids=["A", "B"], keep="A")

    assert after["C"] is before["C"]


def test_merging_around_an_island_leaves_it_a_hole():
    after = act(merge, drawn("ABB/ACB/AAB"), grids=["A", "B"], keep="A")

    assert seen(after) == "AAA/ACA/AAA"
    assert len(after["A"].parts[0]) == 2


def test_grids_apart_are_refused():
    assert why_not(merge, drawn("ABC"), grids=["A", "C"], keep="A").code == Code.NOT_ADJACENT


def test_grids_that_meet_at_a_corner_are_refused():
    assert why_not(merge, drawn("AB/CD"), grids=["A", "D"], keep="A").code == Code.TOUCHES_ONLY


def test_area_that_would_touch_itself_at_a_point_is_refused():
    refusal = why_not(merge, drawn("AAB/ACB/DAB"), grids=["A", "D", "B"], keep="A")

    assert refusal is None
    assert why_not(merge, drawn("AAA/ACA/DAA"), grids=["A", "D"], keep="A") is None
    assert why_not(merge, drawn("AA./ABC/AAC"), grids=["A", "C"], keep="A").code == Code.TOUCHES_ITSELF


def test_one_grid_alone_is_refused():
    assert why_not(merge, drawn("AB"), grids=["A"], keep="A").code == Code.MALFORMED


def test_keeping_a_code_that_does_not_take_part_is_refused():
    assert why_not(merge, drawn("ABC"), grids=["A", "B"], keep="C").code == Code.MALFORMED


def test_a_locked_grid_is_refused():
    rules = Rules(locked=frozenset("B"))

    assert why_not(merge, drawn("AB"), grids=["A", "B"], keep="A", rules=rules).code == Code.LOCKED

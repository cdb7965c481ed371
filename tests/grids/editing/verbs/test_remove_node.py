"""Removing a node: the border runs straight."""

from grids.editing.refusals import Code
from grids.editing.verbs import insert_node, remove_node
from tests.drawing import at, drawn, line
from tests.verbs import act, why_not


def test_both_sides_lose_the_vertex():
    bent = act(insert_node, drawn("AB"), at=at(1.25, 0.5), edge=line((1, 0), (1, 1)))

    assert act(remove_node, bent, node=at(1.25, 0.5)) == drawn("AB")


def test_a_corner_of_three_grids_stays():
    refusal = why_not(remove_node, drawn("AB/CC"), node=at(1, 1))

    assert refusal.code == Code.NODE_HOLDS_BORDERS


def test_a_vertex_of_the_frame_stays():
    assert why_not(remove_node, drawn("AB"), node=at(0, 0)).code == Code.NODE_ON_FRAME


def test_a_vertex_set_on_the_frame_by_an_edit_may_go():
    with_node = act(insert_node, drawn("AB"), at=at(0.5, 0))

    assert act(remove_node, with_node, node=at(0.5, 0)) == drawn("AB")


def test_a_place_without_a_vertex_is_refused():
    assert why_not(remove_node, drawn("AB"), node=at(0.5, 0.5)).code == Code.NODE_UNKNOWN


def test_straightening_over_another_border_is_refused():
    bent = act(insert_node, drawn("AAA/ABA/AAA"), at=at(1.5, 0.8), edge=line((1, 1), (2, 1)))

    assert why_not(remove_node, bent, node=at(1.5, 0.8)) is None

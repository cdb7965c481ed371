"""Inserting a node: both sides of a border get it."""

from grids.editing.refusals import Code
from grids.editing.verbs import insert_node
from tests.drawing import at, drawn, line
from tests.verbs import act, why_not


def test_both_sides_get_the_vertex():
    after = act(insert_node, drawn("AB"), at=at(1.001, 0.4))

    assert after.grids_at((527_100_000, 2_510_040_000)) == ["A", "B"]


def test_with_an_edge_the_border_bends_to_the_place():
    after = act(insert_node, drawn("AB"), at=at(1.25, 0.5), edge=line((1, 0), (1, 1)))

    assert after["A"].double_area == 2 * 11_250_000_000


def test_on_a_frame_edge_that_runs_due_east_it_stands_exactly():
    after = act(insert_node, drawn("AB"), at=at(0.5, 0))

    assert (527_050_000, 2_510_000_000) in after["A"].vertices


def test_the_frame_does_not_bend():
    refusal = why_not(insert_node, drawn("AB"), at=at(0.5, 0.1), edge=line((0, 0), (1, 0)))

    assert refusal.code == Code.NODE_ON_FRAME


def test_a_place_far_from_borders_is_refused():
    assert why_not(insert_node, drawn("AB"), at=at(0.5, 0.5)).code == Code.BORDER_UNKNOWN


def test_a_vertex_that_is_there_is_refused():
    assert why_not(insert_node, drawn("AB"), at=at(1, 1)).code == Code.NOTHING_CHANGES


def test_an_edge_that_is_not_there_is_refused():
    refusal = why_not(insert_node, drawn("AB"), at=at(0.5, 0.5), edge=line((0, 0), (1, 1)))

    assert refusal.code == Code.BORDER_UNKNOWN

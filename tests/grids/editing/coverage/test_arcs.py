"""Borders derived from polygons."""

from grids.editing.coverage.arcs import arcs, nodes
from tests.drawing import drawn


def sides(drawing: str) -> list[tuple[str, str | None]]:
    return [(arc.left, arc.right) for arc in arcs(drawn(drawing))]


def test_each_border_is_one_arc():
    assert sides("AB/CC") == [("A", None), ("A", "B"), ("A", "C"), ("B", None), ("B", "C"), ("C", None)]


def test_an_island_has_a_closed_border():
    (island,) = [arc for arc in arcs(drawn("AAA/ABA/AAA")) if arc.right == "B"]

    assert island.points[0] == island.points[-1]


def test_nodes_are_where_arcs_meet():
    assert (527_100_000, 2_510_100_000) in nodes(drawn("AB/CC"))


def test_some_grids_alone_have_all_their_borders():
    around = arcs(drawn("ABC/DEF/GHI"), ["E"])

    assert {(arc.left, arc.right) for arc in around} == {("B", "E"), ("D", "E"), ("E", "F"), ("E", "H")}

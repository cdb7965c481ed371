"""Every verb has an inverse, made of verbs."""

import pytest

from grids.editing.coverage.coverage import Coverage
from grids.editing.inverse import inverse
from grids.editing.verbs.insert_node import InsertNode
from grids.editing.verbs.merge import Merge
from grids.editing.verbs.move_node import MoveNode
from grids.editing.verbs.remove_node import RemoveNode
from grids.editing.verbs.reshape import Reshape
from grids.editing.verbs.split import Split
from grids.editing.verbs.transfer import Transfer
from tests.drawing import area, at, drawn, line

COMMANDS = {
    "split": Split("E", "n", line((1.3, 1), (1.7, 2))),
    "split by area": Split("E", "n", area=area((1.2, 1.3), (1.8, 1.4), (1.5, 1.9))),
    "merge": Merge(("E", "B", "C", "F"), "B"),
    "reshape": Reshape(line((1, 1.1), (0.5, 1.4), (1, 1.9))),
    "transfer": Transfer("E", "F", area((1.6, 1.2), (2.5, 1.2), (2.5, 1.8), (1.6, 1.8))),
    "move_node": MoveNode(at(1, 1), at(1.1, 1.2)),
    "insert_node": InsertNode(at(1, 1.4)),
    "insert_node with edge": InsertNode(at(1.1, 1.4), line((1, 1), (1, 2))),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_inverse_gives_the_start_byte_for_byte(name):
    before, command = drawn("ABC/DEF/GHI"), COMMANDS[name]
    step = command.step(before)

    inverse(before, command, step)  # raises unless it does


def test_a_removed_node_comes_back():
    before = InsertNode(at(1.1, 1.4), line((1, 1), (1, 2))).step(drawn("ABC/DEF/GHI")).coverage
    command = RemoveNode(at(1.1, 1.4))

    (back,) = inverse(before, command, command.step(before))

    assert back.verb == "insert_node"


def test_a_merge_of_more_vertices_than_a_hand_may_draw_has_an_inverse():
    """A wave of 6,000 vertices between the two grids: the area that is split off again has as many."""
    wave = [(4 * i / 6_000, 0.5 + i % 2 / 50) for i in range(6_001)]
    before = Coverage.from_polygons({"A": area((0, 0), (4, 0), *wave[::-1]), "B": area(*wave, (4, 1), (0, 1))})
    command = Merge(("A", "B"), "A")

    inverse(before, command, command.step(before))

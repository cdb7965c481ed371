"""Moving a node: every grid that has the corner follows."""

import pytest

from grids.editing.coverage.checker import violations
from grids.editing.refusals import Code
from grids.editing.rules import Rules
from grids.editing.verbs import move_node
from tests.drawing import at, drawn
from tests.verbs import why_not


def test_all_four_grids_at_a_corner_follow():
    step = move_node.step(drawn("AB/CD"), node=at(1, 1), to=at(1.2, 1.3))

    assert step.changed == ("A", "B", "C", "D")
    assert violations(step.coverage.to_polygons(), step.coverage.frame.polygon) == []


def test_the_nearest_node_within_the_tolerance_is_meant():
    step = move_node.step(drawn("AB/CD"), node=at(1.003, 1), to=at(1.2, 1.3))

    assert step.exact["node"] == at(1, 1)


@pytest.mark.parametrize(
    ("code", "node", "to"),
    [
        (Code.NODE_ON_FRAME, (0, 1), (0.1, 1)),
        (Code.NODE_UNKNOWN, (0.5, 0.5), (0.6, 0.6)),
        (Code.CROSSES_BORDER, (1, 1), (2.5, 1.5)),
        (Code.CROSSES_BORDER, (1, 1), (1, 2.5)),
        (Code.COLLAPSES, (1, 1), (0, 1)),
        (Code.CROSSES_BORDER, (1, 1), (0, 0.5)),
        (Code.NOTHING_CHANGES, (1, 1), (1, 1)),
        (Code.NOT_A_NUMBER, (1, 1), (float("nan"), 1)),
    ],
)
def test_a_move_that_breaks_the_partition_is_refused_by_name(code, node, to):
    assert why_not(move_node, drawn("AB/CD"), node=at(*node), to=at(*to)).code == code


def test_a_locked_grid_at_the_corner_is_refused():
    rules = Rules(locked=frozenset("D"))

    assert why_not(move_node, drawn("AB/CD"), node=at(1, 1), to=at(1.1, 1), rules=rules).code == Code.LOCKED

"""New edges keep clear of those that are there; the first that doesn't is told by its middle."""

import numpy as np
import pytest

from grids.editing.geometry.planarity import conflict
from grids.editing.geometry.plane import Edge

#  0 ---- 100 ---- 200     a border of two edges
BORDER = np.array([(0, 0, 100, 0), (100, 0, 200, 0)])


@pytest.mark.parametrize(
    ("edge", "middle"),
    [
        (((50, -40), (50, 40)), (50, 0)),
        (((50, 0), (50, 80)), (50, 40)),
        (((30, 0), (60, 0)), (45, 0)),
    ],
    ids=["crosses", "begins on it", "runs along it"],
)
def test_an_edge_that_meets_the_border_is_told(edge: Edge, middle: tuple[int, int]) -> None:
    assert conflict([edge], BORDER) == middle


@pytest.mark.parametrize(
    "edge",
    [((100, 0), (100, 80)), ((0, 0), (100, 0)), ((100, 0), (0, 0)), ((0, 1), (200, 1)), ((0, 500), (200, 900))],
    ids=["from a vertex", "the same", "the reverse", "a millimetre beside it", "far away"],
)
def test_an_edge_that_keeps_clear_is_none(edge: Edge) -> None:
    assert conflict([edge], BORDER) is None


def test_of_several_the_first_is_told() -> None:
    clear, second, third = ((0, 500), (200, 900)), ((150, -40), (150, 40)), ((50, -40), (50, 40))
    assert conflict([clear, second, third], BORDER) == (150, 0)

"""The engine's own proof sees what a wrong verb would do."""

import pytest

from grids.editing.coverage.proof import prove_change
from grids.editing.geometry.shapes import Shape, canonical
from grids.editing.refusals import EditRefused
from tests.drawing import drawn

PAIR = drawn("AB")
A, B = PAIR["A"], PAIR["B"]


def moved(shape: Shape, place: tuple[float, float], to: tuple[float, float]) -> Shape:
    """Return a shape with one vertex elsewhere; places in cells."""
    old, new = [(527_000_000 + round(x * 100_000), 2_510_000_000 + round(y * 100_000)) for x, y in (place, to)]
    return canonical([[new if point == old else point for point in ring] for ring in part] for part in shape.parts)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param([moved(A, (1, 1), (1.1, 0.9)), B], id="only one side moved"),
        pytest.param([moved(A, (0, 0), (0.1, 0)), B], id="the frame moved"),
        pytest.param([A], id="a grid lost"),
        pytest.param([A, B, B], id="a grid doubled"),
        pytest.param([moved(A, (1, 1), (3, 3)), moved(B, (1, 1), (3, 3))], id="turned over"),
    ],
)
def test_a_wrong_change_is_refused(after):
    with pytest.raises(EditRefused):
        prove_change([A, B], after, PAIR.border)


def test_no_change_is_proved():
    assert prove_change([A, B], [A, B], PAIR.border) == PAIR.border

"""The independent checker sees every way in which law 1 can be broken."""

import pytest
import shapely

from grids.editing.coverage.checker import violations
from tests.drawing import area, at, drawn

NINE = drawn("ABC/DEF/GHI")
GRIDS = NINE.to_polygons()
FRAME = NINE.frame.polygon


def test_a_partition_has_no_violations():
    assert violations(GRIDS, FRAME) == []


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"E": None}, id="a whole grid missing in the middle"),
        pytest.param({"A": None}, id="a whole grid missing at the edge"),
        pytest.param({"E": area((1, 1), (2, 1), (2, 2), (1, 1.99999))}, id="a gap of a millimetre"),
        pytest.param({"E": area((1, 1), (2, 1), (2.00001, 2), (1, 2))}, id="an overlap of a millimetre"),
        pytest.param({"E": area((1, 1), (1.5, 1), (2, 1), (2, 2), (1, 2))}, id="a vertex on one side only"),
        pytest.param({"A": area((0, 2), (1, 2), (1, 3), (0, 3.00001))}, id="a millimetre beyond the frame"),
        pytest.param({"Z": GRIDS["A"]}, id="the same grid twice"),
        pytest.param({"E": shapely.Polygon()}, id="an empty grid"),
        pytest.param({"E": area((1, 1), (2, 2), (2, 1), (1, 2))}, id="a bow tie"),
        pytest.param(
            {"E": shapely.Polygon([at(1, 1), at(2, 1), at(2, 2), at(1.0000001, 2)])}, id="less than a millimetre"
        ),
    ],
)
def test_a_broken_partition_is_seen(broken):
    grids = {key: polygon for key, polygon in (GRIDS | broken).items() if polygon is not None}

    assert violations(grids, FRAME) != []

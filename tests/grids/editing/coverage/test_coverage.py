"""A coverage is a partition or it is not made."""

import pytest
import shapely

from grids.editing.coverage.coverage import Coverage
from grids.editing.coverage.proof import NotAPartition
from tests.drawing import at, drawn


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(*at(west, south), *at(east, north))


@pytest.mark.parametrize(
    "polygons",
    [
        pytest.param({"A": box(0, 0, 2, 1), "B": box(1, 0, 3, 1)}, id="overlap"),
        pytest.param({"A": box(0, 0, 1, 1), "B": box(0, 0, 1, 1)}, id="the same twice"),
        pytest.param({"A": box(0, 0, 2, 2), "B": box(0.5, 0.5, 1, 1)}, id="one inside another"),
        pytest.param(
            {"A": box(0, 0, 2, 1), "B": box(0, 1, 1, 2), "C": box(1, 1, 2, 2)}, id="a vertex on one side only"
        ),
        pytest.param({"A": shapely.Polygon([at(0, 0), at(1, 1), at(1, 0), at(0, 1)])}, id="bow tie"),
        pytest.param({"A": shapely.Polygon()}, id="empty"),
        pytest.param({"A": box(0, 0, 1, 1), "B": box(10_000, 0, 10_001, 1)}, id="beyond exact arithmetic"),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_is_no_partition_is_refused(polygons):
    with pytest.raises(NotAPartition):
        Coverage.from_polygons(polygons)


def test_a_missing_grid_shows_against_the_frame():
    polygons = drawn("ABC/DEF/GHI").to_polygons(list("ABCDFGHI"))

    with pytest.raises(NotAPartition):
        Coverage.from_polygons(polygons, frame=box(0, 0, 3, 3))


def test_a_grid_beyond_the_frame_is_refused():
    with pytest.raises(NotAPartition):
        Coverage.from_polygons(drawn("AB").to_polygons(), frame=box(0, 0, 1, 1))


def test_further_vertices_exactly_on_the_frame_are_no_fault():
    assert Coverage.from_polygons(drawn("AB").to_polygons(), frame=box(0, 0, 2, 1)) is not None


def test_neighbours_share_a_border_not_a_corner():
    assert drawn("ABC/DEF/GHI").neighbours("E") == ["B", "D", "F", "H"]


def test_polygons_come_back_as_they_went_in():
    before = drawn("AAB/ACB/ABB")

    assert Coverage.from_polygons(before.to_polygons()).digest() == before.digest()


def test_a_digest_tells_a_millimetre():
    moved = {"A": shapely.Polygon([at(0, 0), at(1, 0), at(1.00001, 1), at(0, 1)])}

    assert Coverage.from_polygons(moved).digest() != drawn("A").digest()

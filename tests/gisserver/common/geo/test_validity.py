"""Why a geometry is not valid, in words of the catalogue."""

import pytest
import shapely

from gisserver.common.geo.validity import REASONS, invalid_reason


#   3 ─── 1        the ring crosses itself in the middle
#     ╲ ╱
#     ╱ ╲
#   0 ─── 2
def test_a_bow_tie_is_said_to_intersect_itself() -> None:
    assert invalid_reason(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])) == "self-intersection"


def test_an_empty_geometry_is_said_to_be_empty() -> None:
    assert invalid_reason(shapely.MultiPolygon()) == "empty geometry"


@pytest.mark.parametrize(
    ("wkt", "said"),
    [
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (5 5, 6 5, 6 6, 5 5))", "hole lies outside shell"),
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 3 2, 3 3, 2 2))", "holes are nested"),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((1 1, 2 1, 2 2, 1 1)))", "nested shells"),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 2, 2 1, 4 2, 2 3, 0 2))", "interior is disconnected"),
        ("POLYGON ((0 0, 1 1, 1 1, 0 0))", "too few points in geometry component"),
    ],
)
def test_what_geos_says_is_known(wkt: str, said: str) -> None:
    assert invalid_reason(shapely.from_wkt(wkt)) == REASONS[said]

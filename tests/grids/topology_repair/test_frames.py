"""The frame that polygons make: holes and slits are land that nobody covers, enclaves and notches are not."""

import numpy as np
import pytest
import shapely

from grids.topology_repair.defects import DefectKind, find_defects
from grids.topology_repair.frames import dissolve

LEFT = shapely.box(0, 0, 100, 100)


def frame_of(*polygons: shapely.Geometry, keep_holes: bool = False) -> shapely.Geometry:
    return dissolve(np.array(polygons, dtype=object), keep_holes=keep_holes)


@pytest.mark.parametrize("width_m", [0.002, 0.005, 0.4, 4.9])
def test_a_slit_between_two_polygons_is_missing_land(width_m: float) -> None:
    """Without the slit, what is drawn would fall into two parts, and nobody would say so.

    AAAA|BBBB
    AAAA|BBBB
    """
    polygons = np.array([LEFT, shapely.box(100 + width_m, 0, 200, 100)], dtype=object)
    frame = dissolve(polygons)
    assert frame.equals(shapely.box(0, 0, 200, 100))
    [defect] = find_defects(["A", "B"], polygons, frame)
    assert (defect.kind, defect.area_m2) == (DefectKind.MISSING, pytest.approx(width_m * 100, abs=1e-3))
    assert set(defect.between) == {"A", "B"}


def test_a_slit_that_ends_inside_is_missing_land_too() -> None:
    right = shapely.Polygon([(100.5, 0), (200, 0), (200, 100), (100, 100), (100, 50)])
    assert frame_of(LEFT, right).equals(shapely.box(0, 0, 200, 100))


def test_between_islands_there_is_water() -> None:
    apart = shapely.box(106, 0, 200, 100)
    assert frame_of(LEFT, apart).equals(shapely.union(LEFT, apart))


def test_a_creek_within_one_polygon_is_its_own_outline() -> None:
    creek = LEFT - shapely.box(50, 0, 51, 60)
    assert frame_of(creek, shapely.box(100, 0, 200, 100)).equals(shapely.union(creek, shapely.box(100, 0, 200, 100)))


def test_a_notch_where_two_outlines_meet_is_no_slit() -> None:
    r"""The outline turns in between the two by a wide angle.

    AAA\  /BBB
    AAAA\/BBBB
    """
    left = shapely.Polygon([(0, 0), (100, 0), (100, 50), (60, 100), (0, 100)])
    right = shapely.Polygon([(100, 0), (200, 0), (200, 100), (140, 100), (100, 50)])
    assert frame_of(left, right).equals(shapely.union(left, right))


def test_an_enclave_is_kept_when_asked_and_a_narrow_hole_never() -> None:
    enclave, narrow = shapely.box(20, 20, 40, 40), shapely.box(60, 20, 64, 80)
    pierced = LEFT - enclave - narrow
    assert frame_of(pierced).equals(LEFT)
    assert frame_of(pierced, keep_holes=True).equals(LEFT - enclave)

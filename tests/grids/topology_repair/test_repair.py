"""Mending closes small gaps and overlaps, says what it changed, and refuses to lose or break a polygon."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from grids.topology_repair.defects import find_defects
from grids.topology_repair.frames import dissolve
from grids.topology_repair.noding import node
from grids.topology_repair.repair import Change, Repaired, TroubleKind, large_changes, repair
from grids.topology_repair.reports import write_changes, write_defects

LEFT = shapely.box(0, 0, 10, 10)
RIGHT = shapely.box(10, 0, 20, 10)
FRAME = shapely.box(0, 0, 20, 10)


def array(*polygons: shapely.Geometry) -> np.ndarray:
    return np.array(polygons, dtype=object)


def is_mended(polygons: np.ndarray, frame: shapely.Geometry | None = None) -> bool:
    whole = node(np.append(polygons, dissolve(polygons) if frame is None else frame)).polygons
    return find_defects([str(n) for n in range(len(polygons))], whole[:-1], whole[-1]) == []


def test_a_narrow_gap_is_closed_and_its_land_accounted_for() -> None:
    mended = repair(["A", "B"], array(LEFT, shapely.box(10.5, 0, 20, 10)), gap_width_m=1, frame=FRAME)
    assert is_mended(mended.polygons, FRAME)
    assert sum(change.after_m2 - change.before_m2 for change in mended.changes) == pytest.approx(5.0)


def test_a_gap_enclosed_by_grids_is_closed_without_a_frame() -> None:
    slit = shapely.box(9.9, 4, 10.1, 6)
    mended = repair(["A", "B"], array(LEFT - slit, RIGHT - slit), gap_width_m=1)
    assert is_mended(mended.polygons, FRAME)


def test_a_gap_too_wide_stays_to_be_found() -> None:
    mended = repair(["A", "B"], array(LEFT, shapely.box(16, 0, 20, 10)), gap_width_m=1, frame=FRAME)
    assert not is_mended(mended.polygons, FRAME)


def test_an_overlap_goes_to_the_smaller_side() -> None:
    mended = repair(["A", "B"], array(shapely.box(0, 0, 11, 10), RIGHT), gap_width_m=1)
    assert is_mended(mended.polygons, FRAME)
    assert [round(change.after_m2 - change.before_m2) for change in mended.changes] == [-10, 0]


def test_a_small_grid_wholly_inside_a_large_one_is_not_erased() -> None:
    small = shapely.box(4, 4, 6, 6)
    mended = repair(["A", "B"], array(LEFT, small), gap_width_m=1)
    assert [round(change.after_m2) for change in mended.changes] == [96, 4]


def test_land_beyond_the_frame_is_cut_off() -> None:
    mended = repair(["A", "B"], array(LEFT, shapely.box(10, 0, 20.5, 10)), gap_width_m=1, frame=FRAME)
    assert is_mended(mended.polygons, FRAME)
    assert mended.changes[1].moved_m2 == pytest.approx(5.0)


def test_a_bow_tie_is_made_valid() -> None:
    tie = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (10.0, 5.0), (0, 0)])
    assert shapely.is_valid(repair(["A"], array(tie), gap_width_m=1).polygons[0])


def test_every_grid_that_would_vanish_is_named_with_its_place() -> None:
    away = [shapely.box(30, 0, 40, 10), shapely.box(50, 0, 60, 10)]
    found = repair(["A", "B", "C"], array(LEFT, *away), gap_width_m=1, frame=LEFT).troubles
    assert [(trouble.kind, trouble.code, trouble.area_m2) for trouble in found] == [
        (TroubleKind.LOST, "B", 100.0),
        (TroubleKind.LOST, "C", 100.0),
    ]
    assert all(trouble.place.equals(land) for trouble, land in zip(found, away, strict=True))


def test_a_grid_that_would_break_in_two_is_named_with_the_piece() -> None:
    across = shapely.box(4, -1, 6, 11)
    [trouble] = repair(["A", "B"], array(LEFT, across), gap_width_m=0).troubles
    assert (trouble.kind, trouble.code, trouble.area_m2) == (TroubleKind.SPLIT, "A", 40.0)


def test_a_crumb_that_breaks_off_goes_to_the_neighbour_with_the_longest_border() -> None:
    r"""B runs across A's corner and cuts off 2 mm² of it, which border on B alone.

    AAAAAABc
    AAAAAAAB
    """
    across = shapely.Polygon([(8.998, -1), (11, 1.002), (11, 1.1), (8.9, -1)])
    mended = repair(["A", "B"], array(LEFT, across), gap_width_m=0)
    assert [(crumb.code, crumb.to, round(crumb.area_m2, 7)) for crumb in mended.crumbs] == [("A", "B", 2e-6)]
    assert mended.troubles == ()
    assert shapely.get_num_geometries(mended.polygons).tolist() == [1, 1]


def test_a_piece_above_the_stated_area_is_no_crumb() -> None:
    across = shapely.box(8, -1, 9, 11)
    assert repair(["A", "B"], array(LEFT, across), gap_width_m=0, crumb_m2=11).crumbs[0].area_m2 == 10.0
    assert repair(["A", "B"], array(LEFT, across), gap_width_m=0, crumb_m2=10).crumbs == ()


def test_a_slit_that_reaches_the_edge_is_closed_without_a_frame() -> None:
    mended = repair(["A", "B"], array(LEFT, shapely.box(10.005, 0, 20, 10)), gap_width_m=1)
    assert is_mended(mended.polygons, FRAME)


def change(moved_m2: float, before_m2: float = 1000.0) -> Change:
    return Change("A", before_m2, before_m2, moved_m2)


def beyond(*moved_m2: float) -> list[float]:
    """Return the areas of those changes that are beyond 1 % and 100 m²."""
    polygons = array(*[LEFT] * len(moved_m2))
    repaired = Repaired(polygons, tuple(change(moved) for moved in moved_m2), (), ())
    codes = [f"A{number}" for number in range(len(moved_m2))]
    found = large_changes(codes, polygons, repaired, max_share=0.01, max_m2=100)
    return [trouble.area_m2 for trouble in found]


@pytest.mark.parametrize("moved", [9.0, 99.0])
def test_a_change_within_either_limit_passes(moved: float) -> None:
    assert beyond(moved) == []


def test_every_change_beyond_both_limits_is_named() -> None:
    assert beyond(200.0, 5.0, 300.0) == [200.0, 300.0]


def test_the_report_of_defects_shows_place_area_and_neighbours(tmp_path: Path) -> None:
    east, north = 527_000.0, 2_510_000.0
    polygons = shapely.transform(array(shapely.box(0, 0, 11, 10), RIGHT), lambda xy: xy + (east, north))
    found = find_defects(["A", "B"], node(polygons).polygons, shapely.box(east, north, east + 20, north + 10))
    document = json.loads(write_defects(tmp_path / "d.geojson", found, survey_srid=4547).read_text())
    overlap = next(f for f in document["features"] if f["properties"]["kind"] == "overlap")
    assert overlap["properties"]["neighbours"] == ["A", "B"]
    assert overlap["properties"]["area_m2"] == 10
    assert shapely.from_wkt(overlap["properties"]["survey_wkt"]).equals(
        shapely.box(east + 10, north, east + 11, north + 10)
    )
    assert overlap["geometry"]["coordinates"][0][0] == pytest.approx([114.263, 22.69], abs=0.02)


def test_the_report_of_changes_names_every_polygon(tmp_path: Path) -> None:
    polygons = array(shapely.box(527_000, 2_510_000, 527_010, 2_510_010))
    path = write_changes(tmp_path / "c.geojson", [change(5.0)], polygons, survey_srid=4547)
    properties = json.loads(path.read_text())["features"][0]["properties"]
    assert properties == {
        "code": "A",
        "before_m2": 1000.0,
        "after_m2": 1000.0,
        "change_m2": 0.0,
        "moved_m2": 5.0,
        "moved_share": 0.005,
    }

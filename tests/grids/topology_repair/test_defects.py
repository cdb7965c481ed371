"""Every way to break law 1 is found, shown and named; and a true partition is proved."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from grids.topology_repair.defects import DefectKind, find_defects, is_partition
from grids.topology_repair.frames import dissolve
from grids.topology_repair.noding import node

FRAME = shapely.Polygon([(0, 0), (10, 0), (20, 0), (20, 10), (10, 10), (0, 10)])
LEFT = shapely.box(0, 0, 10, 10)
RIGHT = shapely.box(10, 0, 20, 10)


def defects(*polygons: shapely.Geometry, frame: shapely.Geometry = FRAME) -> list:
    array = np.array([*polygons], dtype=object)
    noded = node(np.array([*polygons, frame], dtype=object)).polygons
    codes = [chr(ord("A") + index) for index in range(len(array))]
    return find_defects(codes, noded[:-1], noded[-1])


def defects_of(*polygons: shapely.Geometry) -> list[tuple[str, tuple[str, ...], float]]:
    return sorted((d.kind.value, tuple(sorted(d.between)), round(d.area_m2, 6)) for d in defects(*polygons))


def test_a_true_partition_has_none() -> None:
    assert defects(LEFT, RIGHT) == []


def test_an_overlap_names_both_grids_and_its_area() -> None:
    assert ("overlap", ("A", "B"), 10.0) in defects_of(shapely.box(0, 0, 11, 10), RIGHT)


def test_the_place_of_an_overlap_is_the_land_itself() -> None:
    found = next(d for d in defects(shapely.box(0, 0, 11, 10), RIGHT) if d.kind is DefectKind.OVERLAP)
    assert found.place.equals(shapely.box(10, 0, 11, 10))


def test_a_gap_between_two_grids_names_both() -> None:
    hole = shapely.box(8, 4, 12, 6)
    assert defects_of(LEFT - hole, RIGHT - hole) == [("gap", ("A", "B"), 8.0)]


def test_a_whole_missing_grid_is_found_though_the_rest_is_a_valid_coverage() -> None:
    assert shapely.coverage_is_valid([LEFT])
    assert defects_of(LEFT) == [("missing", ("A",), 100.0)]


def test_a_grid_beyond_the_frame_is_found() -> None:
    assert ("outside_frame", ("B",), 50.0) in defects_of(LEFT, shapely.box(10, 0, 25, 10))


def test_a_grid_that_stands_twice_overlaps_itself() -> None:
    assert ("overlap", ("A", "C"), 100.0) in defects_of(LEFT, RIGHT, LEFT)


def test_a_grid_inside_another_overlaps_it() -> None:
    assert ("overlap", ("A", "C"), 4.0) in defects_of(LEFT, RIGHT, shapely.box(4, 4, 6, 6))


def test_a_bow_tie_is_invalid_and_shown_where_it_crosses() -> None:
    tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = next(d for d in defects(tie, RIGHT) if d.kind is DefectKind.INVALID)
    assert (found.place.x, found.place.y, found.between) == (5, 5, ("A",))


def test_a_vertex_that_only_one_side_has_is_an_unmatched_edge() -> None:
    with_node = shapely.Polygon([(0, 0), (10, 0), (10, 5), (10, 10), (0, 10)])
    polygons = np.array([with_node, RIGHT], dtype=object)
    found = find_defects(["A", "B"], polygons, FRAME)
    assert {(d.kind, tuple(sorted(d.between))) for d in found} == {(DefectKind.EDGE, ("A", "B"))}


def test_half_a_square_millimetre_too_much_is_seen() -> None:
    dent = shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 10), (4.999, 10.001), (0, 10)])
    assert not is_partition(np.array([dent, RIGHT], dtype=object), FRAME)


def test_an_enclave_of_the_frame_is_no_gap() -> None:
    hole = shapely.box(2, 2, 4, 4)
    assert find_defects(["A", "B"], np.array([LEFT - hole, RIGHT], dtype=object), FRAME - hole) == []


def test_a_frame_made_of_the_grids_has_no_holes_unless_they_are_kept() -> None:
    ring = np.array([LEFT - shapely.box(2, 2, 4, 4)], dtype=object)
    assert dissolve(ring).equals(LEFT)
    assert dissolve(ring, keep_holes=True).equals(ring[0])


def test_a_frame_may_have_islands() -> None:
    island = shapely.box(100, 0, 110, 10)
    frame = shapely.union(FRAME, island)
    assert find_defects(["A", "B", "C"], np.array([LEFT, RIGHT, island], dtype=object), frame) == []


@pytest.mark.parametrize("removed", range(8))
def test_any_ward_of_washington_left_out_is_found(shared_data: Path, removed: int) -> None:
    wards = washington(shared_data)
    frame = dissolve(wards)
    rest = np.delete(wards, removed)
    found = find_defects([str(number) for number in range(7)], rest, frame)
    assert sum(d.area_m2 for d in found) == pytest.approx(shapely.area(wards[removed]), abs=0.01)


def washington(folder: Path) -> np.ndarray:
    from gisserver.common.reading import place_rows, read_table

    table = read_table(folder / "dc" / "ward-2012.geojson.gz")
    return node(place_rows(table, survey_srid=32618)[0]).polygons

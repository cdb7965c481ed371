"""Rows into the survey CRS, and the report of those that won't go."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.reading import RowProblem, Table, place_rows, write_report


def table_of(*geometries: shapely.Geometry | None, crs: str = "wgs84") -> Table:
    return Table(
        name="t.csv",
        layer="t",
        fields=("code", "name"),
        columns={
            "code": np.arange(1.0, len(geometries) + 1),
            "name": np.array(["甲", None, float("nan")][: len(geometries)], dtype=object),
        },
        types={"code": "float64", "name": "object"},
        length=len(geometries),
        geometry=np.array(geometries, dtype=object),
        crs=parse_crs(crs),
        claimed=None,
        encoding="utf-8",
    )


def test_good_rows_are_placed_and_rows_without_geometry_stay_without() -> None:
    placed, problems = place_rows(table_of(shapely.Point(114.3, 22.7), None), survey_srid=4547)
    assert (round(placed[0].x), placed[1], problems) == (530824, None, {})


def test_each_bad_row_is_named_and_the_good_ones_are_placed() -> None:
    rows = (shapely.Point(22.7, 114.3), shapely.Point(114.3, 22.7), shapely.Point(np.nan, 1).buffer(0))
    placed, problems = place_rows(table_of(*rows), survey_srid=4547)
    assert {index: problem.code for index, problem in problems.items()} == {0: "coordinate_axes_swapped"}
    assert placed[0] is None
    assert placed[1] is not None


def test_one_bad_vertex_makes_the_row_bad() -> None:
    line = shapely.LineString([(114.3, 22.7), (114.4, np.inf)])
    assert place_rows(table_of(line), survey_srid=4547)[1][0].code == "coordinate_not_finite"


def test_a_table_without_geometry_can_not_be_placed() -> None:
    bare = Table("t", "t", (), {}, {}, 1, None, None, None, "utf-8")
    with pytest.raises(Invalid, match="no geometry"):
        place_rows(bare, survey_srid=4547)


PROBLEM = RowProblem(1, "bad", "It is bad.")


def test_the_report_carries_the_original_values(tmp_path: Path) -> None:
    path = write_report(tmp_path / "new folder" / "r.csv", table_of(shapely.Point(114.3, 22.7)), [PROBLEM])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{"row": "1", "reason": "bad", "sentence": "It is bad.", "code": "1.0", "name": "甲"}]


def test_the_report_as_geojson_is_in_longitude_and_latitude(tmp_path: Path) -> None:
    there = table_of(shapely.Point(531_000, 2_510_000), crs="EPSG:4547")
    features = json.loads(write_report(tmp_path / "r.geojson", there, [PROBLEM]).read_text())["features"]
    assert features[0]["properties"] == {"row": 1, "reason": "bad", "sentence": "It is bad.", "code": 1.0, "name": "甲"}
    np.testing.assert_allclose(features[0]["geometry"]["coordinates"], [114.3, 22.69], atol=0.01)


def test_a_row_that_can_not_be_placed_is_reported_without_a_place(tmp_path: Path) -> None:
    swapped = table_of(shapely.Point(22.7, 114.3))
    features = json.loads(write_report(tmp_path / "r.geojson", swapped, [PROBLEM]).read_text())["features"]
    assert features[0]["geometry"] is None

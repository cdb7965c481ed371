"""`grids.assign` and the command `assign`: points that never enter the database."""

from io import StringIO
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command

import grids
from gisserver.common.errors import Invalid
from tests.factories import at, community_of, lonlat

pytestmark = pytest.mark.usefixtures("laws")
PLACES = [(0.5, 0.5), (1, 0.5), (2.2, 0.5), (9, 9)]


@pytest.fixture
def degrees() -> np.ndarray:
    """AB, and four places: in A, on the border, beside B, nowhere"""
    community_of("AB")
    return np.array([lonlat(at(*place)) for place in PLACES])


def test_an_array_in_a_declared_crs(degrees: np.ndarray):
    found = grids.assign(degrees, crs="wgs84", margins=True)

    assert found["grid"].astype(object).where(found["grid"].notna(), None).tolist() == ["A", "A", "B", None]
    assert found["rule"].tolist() == ["inside", "border", "nearest", "none"]
    assert found["reason"].tolist() == ["", "", "", "outside_grids"]
    assert found["margin_m"].tolist() == pytest.approx([50, 0, 20, np.nan], abs=0.001, nan_ok=True)


def test_a_frame_keeps_its_columns_and_rows(degrees: np.ndarray):
    frame = geopandas.GeoDataFrame({"n": [7, 8]}, geometry=[shapely.Point(degrees[0]), None], index=[3, 5], crs=4326)

    found = grids.assign(frame)

    assert found[["n", "reason"]].to_dict("index") == {3: {"n": 7, "reason": ""}, 5: {"n": 8, "reason": "no_location"}}
    assert found.loc[3, "grid"] == "A"


def test_degrees_as_geoparquet_declares_them(degrees: np.ndarray):
    assert grids.assign(geopandas.GeoSeries.from_xy(*degrees.T, crs="OGC:CRS84"))["grid"].tolist()[:3] == [
        "A",
        "A",
        "B",
    ]


def test_an_arrow_table_comes_back_as_one(degrees: np.ndarray):
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not among the server's packages")
    given = geopandas.GeoDataFrame({"n": [7, 8]}, geometry=geopandas.points_from_xy(*degrees[:2].T), crs=4326)

    found = pyarrow.table(grids.assign(pyarrow.table(given.to_arrow(index=False)), margins=True))

    assert found.drop_columns(["geometry", "margin_m"]).to_pylist() == [
        {"n": 7, "grid": "A", "rule": "inside", "reason": ""},
        {"n": 8, "grid": "A", "rule": "border", "reason": ""},
    ]


def test_what_can_not_be_placed_is_named(degrees: np.ndarray):
    found = grids.assign(np.array([degrees[0], degrees[0][::-1], [np.nan, np.nan]]), crs="wgs84")

    assert found["reason"].tolist() == ["", "coordinate_axes_swapped", "no_location"]


def test_coordinates_declare_their_crs():
    with pytest.raises(Invalid, match="crs"):
        grids.assign(np.zeros((1, 2)))


def test_the_command_adds_columns_to_a_csv(tmp_path: Path, degrees: np.ndarray):
    given, made, said = tmp_path / "points.csv", tmp_path / "found.csv", StringIO()
    given.write_text("id,lon,lat\n" + "".join(f"{n:03},{x!r},{y!r}\n" for n, (x, y) in enumerate(degrees.tolist())))

    call_command("assign", str(given), "--crs", "wgs84", "-o", str(made), stdout=said, skip_checks=True)

    rows = [line.split(",") for line in made.read_text(encoding="utf-8-sig").splitlines()]
    assert [(row[0], *row[3:]) for row in rows] == [
        ("id", "grid", "rule", "reason"),
        ("000", "A", "inside", ""),
        ("001", "A", "border", ""),
        ("002", "B", "nearest", ""),
        ("003", "", "none", "outside_grids"),
    ]
    assert said.getvalue().startswith("1 border, 1 inside, 1 nearest, 1 none: outside_grids")


def test_a_csv_without_coordinates_is_refused(tmp_path: Path, degrees: np.ndarray):
    (tmp_path / "points.csv").write_text("id\n1\n")

    with pytest.raises(CommandError, match="--map lon"):
        call_command(
            "assign", str(tmp_path / "points.csv"), "--crs", "wgs84", "-o", str(tmp_path / "x.csv"), skip_checks=True
        )

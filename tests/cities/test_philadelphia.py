"""Philadelphia's ward divisions of three years, in US feet: two clean, one broken."""

import json
from pathlib import Path

import pytest

from tests.cities.conftest import City

FILES = {2008: "2008_12_Ward_Divisions.shp", 2009: "2009_Ward_Divisions.shp", 2011: "2011_Ward_Divisions.shp"}
COMMON = ("--crs=EPSG:2272", "--community=42101", "--map=code=WARD_DIVSN", "--reframe")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "philadelphia"


@pytest.fixture(scope="module")
def philadelphia(found, folder: Path) -> City:
    """The three years one after the other; 2009 first as it comes, then mended."""
    city: City = found("philadelphia", 32618)
    names = city.home / "names.csv"
    names.write_text("code,name\n42101,Philadelphia\n")
    city.done("import_divisions", names, "--level=community", "--effective-at=2008-01-01")
    output = city.done("import_grids", folder / FILES[2008], *COMMON, "--merge-parts", "--effective-at=2008-12-01")
    assert output == "read 1683, begun 1681, ended 0, unchanged 0, rejected 0"
    refused = city.refused(
        "import_grids",
        folder / FILES[2009],
        *COMMON,
        "--effective-at=2009-06-01",
        f"--report={city.home / 'defects.geojson'}",
    )
    assert "not_a_partition" in refused
    output = city.done(
        "import_grids",
        folder / FILES[2009],
        *COMMON,
        "--repair",
        "--effective-at=2009-06-01",
        f"--report={city.home / 'changes.geojson'}",
    )
    assert "rejected 0" in output
    output = city.done("import_grids", folder / FILES[2011], *COMMON, "--effective-at=2011-06-01")
    assert "rejected 0" in output
    return city


@pytest.mark.parametrize(("moment", "grids"), [("2008-12-31", 1681), ("2009-12-31", 1684), ("2011-12-31", 1687)])
def test_every_vintage_is_an_exact_partition(philadelphia: City, moment: str, grids: int) -> None:
    output = philadelphia.done("check_partition", f"--at={moment}")
    assert output == f"proved: {grids} grids tile 1 communities exactly"


def features(path: Path) -> list[dict]:
    return json.loads(path.read_text())["features"]


def test_the_defects_of_2009_are_listed_with_place_area_and_neighbours(philadelphia: City) -> None:
    defects = features(philadelphia.home / "defects.geojson")
    kinds = [defect["properties"]["kind"] for defect in defects]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {"gap": 20, "overlap": 31}
    assert all(len(defect["properties"]["neighbours"]) == 2 for defect in defects)
    assert all(defect["properties"]["area_m2"] > 0 for defect in defects)
    places = [defect["geometry"]["coordinates"][0][0] for defect in defects]
    assert all(-75.4 < lon < -74.9 and 39.8 < lat < 40.2 for lon, lat in places)


def test_the_areas_that_mending_changed_are_listed(philadelphia: City) -> None:
    changes = [feature["properties"] for feature in features(philadelphia.home / "changes.geojson")]
    assert len(changes) == 1684
    moved = [change for change in changes if change["moved_m2"] > 0.001]
    assert 20 <= len(moved) <= 30
    assert max(change["moved_share"] for change in moved) < 0.01


def test_a_division_in_two_parts_is_one_grid(philadelphia: City) -> None:
    parts = philadelphia.rows(
        "SELECT ST_NumGeometries(geom) FROM grids_gridversion "
        "WHERE code = '0815' AND valid @> '2009-01-01'::timestamptz"
    )
    assert parts == [(2,)]

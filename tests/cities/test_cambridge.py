"""Cambridge's census blocks: a TopoJSON that says no CRS; one vintage is clean, one is broken as it comes."""

from pathlib import Path

import pytest

from tests.cities.conftest import City

COMMON = ("--crs=wgs84", "--community=25017", "--reframe")
FIRST = ("--map=code=GEOID10", "--effective-at=2010-04-01")
SECOND = ("--map=code=GEOID20", "--effective-at=2020-04-01")


@pytest.fixture(scope="module")
def cambridge(found, shared_data: Path) -> City:
    city: City = found("cambridge", 32619)
    city.done(
        "import_divisions",
        shared_data / "cambridge" / "BOUNDARY_CityBoundary.topojson",
        "--crs=wgs84",
        "--level=community",
        "--dissolve=25017",
        "--name=Cambridge",
        "--effective-at=2010-01-01",
    )
    return city


@pytest.fixture(scope="module")
def blocks(cambridge: City, shared_data: Path) -> dict[int, Path]:
    return {year: shared_data / "cambridge" / f"DEMOGRAPHICS_Blocks{year}.topojson" for year in (2010, 2020)}


def test_2010_is_not_a_partition_as_it_comes(cambridge: City, blocks: dict[int, Path]) -> None:
    said = cambridge.refused("import_grids", blocks[2010], *COMMON, *FIRST, "--partial")
    assert "not_a_partition" in said
    assert "9 invalid_polygon" in said


def test_one_block_of_2010_holds_no_land_and_stops_the_import(cambridge: City, blocks: dict[int, Path]) -> None:
    said = cambridge.refused("import_grids", blocks[2010], *COMMON, *FIRST, "--repair")
    assert "rows_rejected: 1 of 1201" in said
    assert "degenerate_polygon" in said


def test_2010_comes_in_mended_without_that_block_and_2020_as_it_is(cambridge: City, blocks: dict[int, Path]) -> None:
    mended = cambridge.done("import_grids", blocks[2010], *COMMON, *FIRST, "--repair", "--partial")
    assert mended == "read 1201, begun 1200, ended 0, unchanged 0, rejected 1"
    clean = cambridge.done("import_grids", blocks[2020], *COMMON, *SECOND)
    assert clean == "read 1044, begun 1044, ended 1200, unchanged 0, rejected 0"
    assert cambridge.done("check_partition", "--at=2015-01-01").startswith("proved: 1200 grids")
    assert cambridge.done("check_partition").startswith("proved: 1044 grids")

"""Cambridge's census blocks: a TopoJSON that says no CRS; one vintage is clean, one is broken as it comes."""

from pathlib import Path

import pytest

from tests.cities.conftest import City

AGAIN = ("--crs=wgs84", "--community=25017", "--reframe", "--map=code=GEOID10", "--effective-at=2021-04-01")


@pytest.fixture(scope="module")
def cambridge(found, shared_data: Path) -> City:
    city: City = found("cambridge", 32619)
    city.set_up("cambridge", shared_data / "cambridge")
    return city


@pytest.fixture(scope="module")
def blocks(shared_data: Path) -> Path:
    """The blocks of 2010."""
    return shared_data / "cambridge" / "DEMOGRAPHICS_Blocks2010.topojson"


def test_2010_is_not_a_partition_as_it_comes(cambridge: City, blocks: Path) -> None:
    output = cambridge.refused("import_grids", blocks, *AGAIN, "--partial")
    assert "not_a_partition" in output
    assert "9 invalid_polygon" in output


def test_one_block_of_2010_holds_no_land_and_stops_the_import(cambridge: City, blocks: Path) -> None:
    output = cambridge.refused("import_grids", blocks, *AGAIN, "--repair")
    assert "rows_rejected: 1 of 1201" in output
    assert "degenerate_polygon" in output


def test_both_vintages_are_exact_partitions(cambridge: City) -> None:
    assert cambridge.done("check_partition", "--at=2015-01-01").startswith("proved: 1200 grids")
    assert cambridge.done("check_partition").startswith("proved: 1044 grids")

"""Neighbourhoods as cities really publish them, set up by the commands of docs/cities.md."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gisserver.common.geo.crs import parse_crs
from gisserver.common.reading import place_rows, read_table
from grids.importers.advice import RepairLimits
from grids.importers.mending import tile
from grids.importers.refusal import PartitionRefused
from grids.topology_repair.defects import find_defects
from tests.cities.conftest import City

PARIS = RepairLimits(gap_width_m=27, crumb_m2=6)
DIRTY = [("hartford", 32618, RepairLimits()), ("charlottesville", 32617, RepairLimits()), ("paris", 32631, PARIS)]


def neighbourhoods(folder: Path, city: str, srid: int) -> tuple[list[str], np.ndarray]:
    table = read_table(folder / "cities" / f"{city}.geojson", crs=parse_crs("wgs84"))
    placed, problems = place_rows(table, survey_srid=srid)
    assert problems == {}
    return table.text("name"), placed


def test_ghent_is_whole(shared_data: Path) -> None:
    names, polygons = neighbourhoods(shared_data, "ghent", 32631)
    assert shapely.get_num_geometries(tile(names, polygons, limits=None).frame) == 1


@pytest.mark.parametrize(("city", "srid", "limits"), DIRTY)
def test_a_dirty_city_is_refused_and_then_mended(shared_data: Path, city: str, srid: int, limits: RepairLimits) -> None:
    names, polygons = neighbourhoods(shared_data, city, srid)
    with pytest.raises(PartitionRefused, match="--repair"):
        tile(names, polygons, limits=None)
    mended = tile(names, polygons, limits=limits)
    assert find_defects(names, mended.polygons, mended.frame) == []
    assert shapely.get_num_geometries(mended.polygons).tolist() == shapely.get_num_geometries(polygons).tolist()


@pytest.mark.parametrize(("city", "srid"), [("ghent", 32631), *((city, srid) for city, srid, _ in DIRTY)])
def test_each_sets_up_by_the_documented_commands(found, shared_data: Path, city: str, srid: int) -> None:
    instance: City = found(city, srid)
    instance.set_up(city, shared_data / "cities")
    assert instance.done("check_partition").startswith("proved: ")

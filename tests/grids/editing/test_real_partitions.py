"""Random and hostile commands on real partitions: wards, census blocks and block groups of three cities."""

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from grids.editing.coverage.coverage import Coverage
from grids.topology_repair.noding import node
from tests.partitions import Supervisor
from tests.soak import soak

CITIES = {
    "philadelphia 2011": ("philadelphia/2011_Ward_Divisions.shp", 32618),
    "cambridge 2020": ("cambridge/DEMOGRAPHICS_Blocks2020.topojson", 32619),
    "dc": ("dc/census-block-groups-2010.geojson.gz", 32618),
}


def loaded(path: Path, srid: int) -> Coverage:
    """Return a file's polygons in a survey CRS, in whole millimetres, as the importer nodes them."""
    frame = geopandas.read_file(f"/vsigzip/{path}" if path.suffix == ".gz" else path)
    projected = (frame if frame.crs else frame.set_crs(4326)).to_crs(srid)
    polygons = node(np.array(shapely.force_2d(projected.geometry), dtype=object)).polygons
    return Coverage.from_polygons({f"{index:05d}": polygon for index, polygon in enumerate(polygons)})


@pytest.mark.parametrize("city", CITIES)
def test_a_real_partition_stays_exact(shared_data: Path, city: str):
    path, srid = CITIES[city]
    coverage = loaded(shared_data / path, srid)

    report = soak(coverage, Supervisor(11, start=len(coverage)), 400, inverse_every=20)

    assert report.found == []
    assert report.without_inverse == []
    assert report.undone
    assert report.taken > 100

"""Shenzhen: Nanshan's buildings, whose file claims a CRS it is not in, and Pingshan's calls without coordinates."""

from pathlib import Path

import pyogrio
import pytest
import shapely

from gisserver.common.geo.crs import WGS84, geometries_to_survey
from tests.cities.conftest import City


@pytest.fixture(scope="module")
def footprints(shared_data: Path) -> Path:
    return shared_data / "nanshan" / "nanshan_buildings_exploded.gpkg"


@pytest.fixture(scope="module")
def shenzhen(found, footprints: Path, shared_data: Path) -> City:
    city: City = found("shenzhen", 4547)
    result = city.manage("import_buildings", footprints, "--crs=gcj02", "--repair")
    assert result.stdout.strip() == "read 5438, begun 5438, ended 0, unchanged 0, rejected 0"
    assert "The file claims wgs84; it is read as gcj02, as declared." in result.stderr
    city.done("import_divisions", shared_data / "pingshan" / "divisions_2023.csv")
    output = city.done("import_incidents", shared_data / "pingshan" / "events_2018.csv")
    assert output == "read 10000, begun 10000, ended 0, unchanged 0, rejected 0"
    return city


def test_nanshan_lands_500_to_650_metres_from_where_the_file_claims(shenzhen: City, footprints: Path) -> None:
    stored = shenzhen.rows("SELECT ST_X(location), ST_Y(location) FROM buildings_building ORDER BY id")
    _, _, wkb, _ = pyogrio.raw.read(footprints, columns=[])
    claimed = shapely.point_on_surface(geometries_to_survey(shapely.make_valid(shapely.from_wkb(wkb)), WGS84, 4547))
    apart = shapely.distance(shapely.points(stored), claimed)
    assert len(apart) == 5438
    assert 500 < apart.min() < apart.max() < 650


def test_heights_came_along(shenzhen: City) -> None:
    assert shenzhen.rows("SELECT min(height_m), max(height_m) FROM buildings_building") == [(18, 228)]


def test_calls_without_coordinates_wait_with_their_community(shenzhen: City) -> None:
    assert shenzhen.rows(
        "SELECT a.rule, a.reason, count(*), count(i.community_id) FROM incidents_incident i "
        "JOIN incidents_assignment a ON a.incident_id = i.id GROUP BY 1, 2"
    ) == [("none", "no_location", 10_000, 9_990)]


def test_the_busiest_community_is_the_file_s(shenzhen: City) -> None:
    assert shenzhen.rows(
        "SELECT v.name, count(*) FROM incidents_incident i "
        "JOIN grids_divisionversion v ON v.division_id = i.community_id GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    ) == [("六联社区居委会", 1108)]


def test_a_dash_is_no_address(shenzhen: City) -> None:
    assert shenzhen.rows("SELECT count(*) FROM incidents_incident WHERE address <> ''") == [(0,)]

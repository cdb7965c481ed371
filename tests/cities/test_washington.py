"""Washington DC: wards as grids, a year's service requests, and the city's own word on the ward of each."""

import gzip
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from tests.cities.conftest import City

WARDS = "ward-2012.geojson.gz"
REQUESTS = "requests_311.csv.gz"


@pytest.fixture(scope="module")
def washington(found, shared_data: Path) -> City:
    city: City = found("dc", 32618)
    data = shared_data / "dc"
    one = ("--community=1100000", "--map=code=WARD_ID", "--map=name=NAME", "--effective-at=2012-01-01")
    city.done("import_divisions", data / WARDS, "--level=community", "--dissolve=1100000", "--name=Washington", one[-1])
    assert "begun 8" in city.done("import_grids", data / WARDS, *one)
    output = city.done("import_incidents", data / REQUESTS, "--crs=wgs84", "--type=unknown")
    assert output == "read 17025, begun 17025, ended 0, unchanged 0, rejected 0"
    return city


@pytest.fixture(scope="module")
def assigned(washington: City) -> pd.DataFrame:
    """Each request's own number, the ward it was assigned to, the rule."""
    rows = washington.rows(
        "SELECT i.external_id, v.code, a.rule, a.reason FROM incidents_incident i "
        "JOIN incidents_assignment a ON a.incident_id = i.id AND upper_inf(a.valid) "
        "LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id"
    )
    return pd.DataFrame(rows, columns=["SERVICEREQUESTID", "ward", "rule", "reason"])


@pytest.fixture(scope="module")
def requests(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "dc" / REQUESTS)


def test_every_request_has_exactly_one_assignment(assigned: pd.DataFrame) -> None:
    assert len(assigned) == 17_025
    assert assigned.SERVICEREQUESTID.is_unique


def test_the_one_row_without_a_place_waits_in_the_queue(assigned: pd.DataFrame) -> None:
    assert assigned[assigned.rule == "none"].reason.tolist() == ["no_location"]


def test_the_ward_equals_a_spatial_join_of_geopandas_for_every_row(
    assigned: pd.DataFrame, requests: pd.DataFrame, shared_data: Path
) -> None:
    with gzip.open(shared_data / "dc" / WARDS) as file:
        wards = gpd.read_file(file)[["WARD_ID", "geometry"]]
    placed = requests.dropna(subset=["lon"])
    points = gpd.GeoDataFrame(
        placed[["SERVICEREQUESTID"]], geometry=gpd.points_from_xy(placed.lon, placed.lat), crs="EPSG:4326"
    )
    # In the survey CRS and in millimetres, as both are stored: where wards meet, the lowest code has the point.
    joined = points.to_crs(32618)
    joined.geometry = joined.geometry.set_precision(0.001)
    wards = wards.to_crs(32618)
    wards.geometry = wards.geometry.set_precision(0.001, mode="pointwise")
    truth = gpd.sjoin(joined, wards, predicate="intersects").groupby("SERVICEREQUESTID").WARD_ID.min()
    ours = assigned.set_index("SERVICEREQUESTID").ward.dropna()
    assert len(truth) == len(ours) == 17_024
    assert (truth.sort_index() == ours.sort_index()).all()


def test_the_ward_is_the_city_s_own_for_99_of_100(assigned: pd.DataFrame, requests: pd.DataFrame) -> None:
    both = assigned.merge(requests.dropna(subset=["WARD", "lon"]), on="SERVICEREQUESTID")
    assert len(both) > 16_900
    assert (both.ward == both.WARD.astype(int).astype(str)).mean() >= 0.99


def test_the_taxonomy_came_along(washington: City) -> None:
    assert washington.rows(
        "SELECT t.name, p.name FROM incidents_incidenttype t JOIN incidents_incidenttype p ON p.id = t.parent_id "
        "WHERE t.code = 'S0031'"
    ) == [("Bulk Collection", "SWMA- Solid Waste Management Admistration")]


def test_the_same_requests_again_change_nothing(washington: City, shared_data: Path) -> None:
    again = washington.done("import_incidents", shared_data / "dc" / REQUESTS, "--crs=wgs84", "--type=unknown")
    assert again == "read 17025, begun 0, ended 0, unchanged 17025, rejected 0"


def test_the_partition_is_proved(washington: City) -> None:
    assert washington.done("check_partition") == "proved: 8 grids tile 1 communities exactly"

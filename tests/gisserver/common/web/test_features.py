"""REST doors in GeoJSON: the same rows and members as in JSON, readable by geopandas, the same places as at /ogc."""

import io
import json
from typing import Any

import geopandas
import numpy as np
import pytest
from django.test import Client

from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from tests import factories
from tests.factories import at, community_of, drawn, lonlat

pytestmark = pytest.mark.usefixtures("laws")

GEOJSON = "application/geo+json"
LISTS = {
    "/api/grids/": "grids",
    "/api/divisions/": "divisions",
    "/api/buildings/": "building_points",
    "/api/incidents/": "incidents",
}


@pytest.fixture
def town() -> None:
    """AB, with a building and an incident in each."""
    factories.incident_type("A")
    community = community_of("AB")
    for column in (0.5, 1.5):
        factories.building(at(column, 0.5), name=f"{column}栋", community=community)
    assign_buildings()


@pytest.fixture
def city(town: None, admin_client: Client) -> Client:
    """An administrator of the town, who has reported both incidents."""
    for column in (0.25, 1.25):
        lon, lat = lonlat(at(column, 0.5))
        body = {"type": "A", "occurred_at": "2026-03-01T08:00:00Z", "lon": lon, "lat": lat, "crs": "wgs84"}
        assert admin_client.post("/api/incidents/", body, content_type="application/json").status_code == 201
    return admin_client


def rows(client: Client, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(url).json()["results"]
    return found


def features(client: Client, url: str) -> dict[str, Any]:
    response = client.get(url, headers={"Accept": GEOJSON})
    assert (response.status_code, response["Content-Type"]) == (200, GEOJSON)
    found: dict[str, Any] = json.loads(response.content)
    return found


@pytest.mark.parametrize("url", LISTS)
def test_a_feature_has_every_member_of_the_row(city: Client, url: str) -> None:
    shown = [
        {"id": each["id"], **each["properties"], "geometry": each["geometry"]}
        for each in features(city, url)["features"]
    ]

    assert shown == rows(city, url)
    assert shown


@pytest.mark.parametrize("url", LISTS)
def test_geopandas_reads_the_places_that_ogc_tells(city: Client, url: str) -> None:
    here = geopandas.read_file(io.BytesIO(city.get(f"{url}?format=geojson").content))
    items = city.get(f"/ogc/collections/{LISTS[url]}/items", {"crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"})
    there = geopandas.read_file(io.BytesIO(items.getvalue()))

    assert here.crs.to_epsg() == 4326
    corners, wanted = (np.sort(frame.geometry.get_coordinates().to_numpy(), axis=0) for frame in (here, there))
    assert len(corners) == len(wanted)
    assert np.abs(corners - wanted).max() < 1e-8


@pytest.mark.parametrize("url", ["/api/grids/A/", "/api/divisions/440310001001/"])
def test_one_row_is_one_feature(city: Client, url: str) -> None:
    feature = features(city, url)

    plain = city.get(url).json()
    assert feature["type"] == "Feature"
    assert {"id": feature["id"], **feature["properties"], "geometry": feature["geometry"]} == plain


@pytest.mark.parametrize("door", ["buildings", "incidents"])
def test_one_row_by_its_id_is_one_feature(city: Client, door: str) -> None:
    url = f"/api/{door}/{rows(city, f'/api/{door}/')[0]['id']}/"

    feature = features(city, url)

    assert {"id": feature["id"], **feature["properties"], "geometry": feature["geometry"]} == city.get(url).json()


def test_the_next_page_is_a_foreign_member_and_keeps_the_form(city: Client) -> None:
    first = city.get("/api/grids/?format=geojson&limit=1").json()
    second = city.get(first["next"]).json()

    assert [each["properties"]["code"] for each in (*first["features"], *second["features"])] == ["A", "B"]
    assert (second["type"], second["next"], second["notice"]) == ("FeatureCollection", None, None)


def test_a_large_page_is_for_who_may_export(client: Client, town: None) -> None:
    client.force_login(factories.user("li", role=Role.COLLECTOR, everywhere=True))

    response = client.get("/api/grids/?format=geojson&limit=101")

    assert (response.status_code, response.json()["code"]) == (403, "export_not_permitted")


def test_nobody_sees_more_than_in_json(client: Client, town: None) -> None:
    """AB and, apart from it, D: of which somebody is the supervisor."""
    elsewhere = factories.division("440310001002", geometry=drawn("...D")["D"])
    factories.grid("D", drawn("...D")["D"], elsewhere)
    client.force_login(factories.user("li", role=Role.SUPERVISOR, area=elsewhere))

    assert [each["properties"]["code"] for each in features(client, "/api/grids/")["features"]] == ["D"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("format=gml", "unsupported_format"),
        ("in_bbox=", "bad_bbox"),
        ("in_bbox=114,22,nan,23", "bad_bbox"),
        ("in_bbox=1,2,3", "bad_bbox"),
        ("dist=100", "bad_point"),
        ("point=114.3,22.7", "bad_point"),
        ("dist=100&point=114.3", "bad_point"),
        ("dist=100&point=114.3,22.7,1", "bad_point"),
        ("dist=nan&point=114.3,22.7", "bad_dist"),
        ("dist=-1&point=114.3,22.7", "bad_dist"),
        ("dist=100001&point=114.3,22.7", "bad_dist"),
        ("dist=100&point=nan,22.7", "coordinate_not_finite"),
        ("dist=100&point=22.7,114.3", "coordinate_axes_swapped"),
        ("distance=100", "unknown_parameter"),
    ],
)
@pytest.mark.parametrize("url", LISTS)
def test_what_cannot_be_read_is_refused(admin_client: Client, url: str, query: str, code: str) -> None:
    response = admin_client.get(f"{url}?{query}")

    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(("door", "names"), [("grids", ["A"]), ("buildings", ["0.5栋"]), ("incidents", [1])])
def test_in_bbox_is_bbox(city: Client, door: str, names: list[object]) -> None:
    west, south = lonlat(at(0.1, 0.1))
    east, north = lonlat(at(0.9, 0.9))
    box = f"{west},{south},{east},{north}"

    found = rows(city, f"/api/{door}/?in_bbox={box}")

    assert len(found) == len(names)
    assert found == rows(city, f"/api/{door}/?bbox={box}")


@pytest.mark.parametrize(("dist", "found"), [(29.9, ["A"]), (30.1, ["A", "B"])])
def test_the_distance_of_a_grid_is_that_of_its_border_in_metres(city: Client, dist: float, found: list[str]) -> None:
    """30 m west of the border between A and B."""
    lon, lat = lonlat(at(0.7, 0.5))

    assert [row["code"] for row in rows(city, f"/api/grids/?dist={dist}&point={lon},{lat}")] == found


@pytest.mark.parametrize(("dist", "found"), [(49.999, 0), (50.001, 1), (149.999, 1), (150.001, 2)])
def test_the_distance_of_a_building_is_in_metres(city: Client, dist: float, found: int) -> None:
    """50 m west of the one building, 150 m west of the other."""
    lon, lat = lonlat(at(0, 0.5))

    assert len(rows(city, f"/api/buildings/?dist={dist}&point={lon},{lat}")) == found


def test_a_far_point_finds_by_the_index_what_it_finds_by_distance(city: Client) -> None:
    """From 42.4 km away, in a corner of the square around the point."""
    lon, lat = lonlat(at(-300, -300))

    assert len(rows(city, f"/api/buildings/?dist=42600&point={lon},{lat}")) == 2

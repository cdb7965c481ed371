"""Photon's and Addok's words for the same answers."""

import csv
import io

import pytest
from django.test import Client

from tests.factories import administrator, at, building, community_of, lonlat

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


def test_photon_finds_an_address_and_what_is_near(client: Client) -> None:
    row = building(at(1, 1), address="坪山街道东街3号")
    [feature] = client.get("/geocode/photon/api", {"q": "东街3号", "limit": 1, "lang": "zh-Hant"}).json()["features"]
    told = feature["properties"]
    assert (told["osm_id"], told["type"], told["street"], told["name"]) == (row.pk, "house", "東街", "坪山街道東街3號")
    assert client.get("/geocode/photon/api", {"q": "东街3号", "bbox": "1,1,2,2"}).json()["features"] == []
    assert client.get("/geocode/photon/api", {"q": "东街3号", "layer": "street"}).json()["features"] == []


def test_photon_reverse(client: Client) -> None:
    building(at(1, 1), address="东街3号")
    lon, lat = lonlat(at(1, 1))
    [feature] = client.get("/geocode/photon/reverse", {"lat": lat, "lon": lon}).json()["features"]
    assert feature["properties"]["housenumber"] == "3号"


@pytest.mark.parametrize("name", ["osm_tag", "location_bias_scale"])
def test_what_photon_takes_and_this_can_t_do_is_refused(client: Client, name: str) -> None:
    response = client.get("/geocode/photon/api", {"q": "东街3号", name: "1"})
    assert (response.status_code, response.json()["code"]) == (400, "unsupported_parameter")


def test_addok_finds_an_address_in_a_division(client: Client) -> None:
    community = community_of("AB")
    row = building(at(0.5, 0.5), address="东街3号", community=community)
    lon, lat = lonlat(row.location)
    found = client.get("/geocode/addok/search/", {"q": "东街3号", "citycode": "440310001001"}).json()
    assert [one["properties"]["type"] for one in found["features"]] == ["housenumber"]
    assert client.get("/geocode/addok/search/", {"q": "东街3号", "type": "street"}).json()["features"] == []
    [here] = client.get("/geocode/addok/reverse/", {"lat": lat, "lon": lon}).json()["features"]
    assert (here["properties"]["label"], here["properties"]["distance"]) == ("东街3号", 0.0)


def test_addok_s_csv(client: Client) -> None:
    community = community_of("AB")
    building(at(0.5, 0.5), address="东街3号", community=community)
    body = "insee;rue\n440310001001;东街3号\n999;东街3号\n".encode()
    query = "columns=rue&citycode=insee&result_columns=result_label&result_columns=result_score&result_columns=latitude"
    response = client.post(f"/geocode/addok/search/csv/?{query}", body, content_type="text/csv")
    inside, elsewhere = csv.DictReader(io.StringIO(response.getvalue().decode()), delimiter=";")
    assert (inside["result_label"], float(inside["result_score"]) > 0.7) == ("东街3号", True)
    assert float(inside["latitude"]) == pytest.approx(lonlat(at(0.5, 0.5))[1])
    assert elsewhere["result_label"] == ""


def test_a_column_that_addok_has_and_this_has_not_is_refused(client: Client) -> None:
    response = client.post("/geocode/addok/search/csv/?result_columns=result_x", b"q\n1\n", content_type="text/csv")
    assert (response.status_code, response.json()["code"]) == (400, "no_such_result")

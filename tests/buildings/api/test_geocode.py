"""The doors of the geocoder: an address in, its place out, and nothing that one may not see."""

from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from tests.factories import administrator, at, building, division, drawn, lonlat, user

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


def search(client: Client, q: str, **params: str) -> list[dict[str, Any]]:
    response = client.get("/geocode/search", {"q": q, **params})
    assert response.status_code == 200, response.content
    return [f["properties"]["geocoding"] | {"at": f["geometry"]["coordinates"]} for f in response.json()["features"]]


def test_an_address_is_found_where_its_building_stands(client: Client) -> None:
    row = building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    [found] = search(client, "新乔围路12号")
    assert (found["target"], found["id"]) == ("building", row.pk)
    assert found["at"] == pytest.approx(lonlat(at(1, 1)))
    assert found["housenumber"] == "12号"


@pytest.mark.parametrize("asked", ["新乔围路12号", "新喬圍路１２號", "深圳坪山 新乔围路 十二号", "新桥围路12号"])
def test_many_spellings_find_one_building(client: Client, asked: str) -> None:
    row = building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    building(at(2, 2), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路13号")
    assert search(client, asked)[0]["id"] == row.pk


@pytest.mark.parametrize(
    ("asked", "sibling"),
    [
        ("龙湖花园3栋", "龙湖花园13栋"),
        ("新乔围路12号", "新乔围路12-1号"),
        ("龙湖花园A座", "龙湖花园B座"),
        ("兰竹东路8号", "兰竹西路8号"),
        ("老围村1巷2号", "老围村11巷2号"),
    ],
)
def test_a_sibling_is_never_taken_for_what_was_asked(client: Client, asked: str, sibling: str) -> None:
    building(at(1, 1), address=f"广东省深圳市坪山区坑梓街道秀新社区{sibling}")
    assert search(client, asked) == []


def test_somebody_of_another_community_finds_nothing(client: Client) -> None:
    here, there = (division(name, geometry=shape) for name, shape in drawn("AB").items())
    building(at(0.5, 0.5), address="新乔围路12号", community=here)
    client.force_login(user("other", role=Role.COLLECTOR, area=there))
    assert search(client, "新乔围路12号") == []

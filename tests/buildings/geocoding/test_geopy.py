"""geopy's clients of Nominatim, Photon and BAN work against our doors unchanged."""

from typing import Any

import pytest
from geopy.geocoders import BANFrance, Nominatim, Photon
from pytest_django.live_server_helper import LiveServer

from gisserver.common.access.credentials import tokens
from tests.factories import administrator, at, building, lonlat


def signed_in(geocoder: Any) -> Any:
    token, _ = tokens.issue(user=administrator())
    geocoder.headers["Authorization"] = f"Bearer {token}"
    geocoder.timeout = 60
    return geocoder


@pytest.fixture
def domain(live_server: LiveServer) -> str:
    return f"{live_server.url.removeprefix('http://')}/geocode"


@pytest.fixture
def client(domain: str) -> Any:
    return signed_in(Nominatim(user_agent="tests", scheme="http", domain=domain))


def test_geocode(client: Nominatim) -> None:
    building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    found = client.geocode("新乔围路12号", addressdetails=True, country_codes="cn")
    assert (found.longitude, found.latitude) == pytest.approx(lonlat(at(1, 1)), abs=1e-6)
    assert found.raw["address"]["house_number"] == "12号"


def test_geocode_in_parts(client: Nominatim) -> None:
    building(at(1, 1), address="Nürnberger Straße 12a")
    found = client.geocode({"street": "Nürnberger Straße 12a", "city": "Lauf", "postalcode": "91207"})
    assert found.address == "Nürnberger Straße 12a"


def test_nothing_found_is_none(client: Nominatim) -> None:
    assert client.geocode("翠景路1号") is None


def test_reverse(client: Nominatim) -> None:
    building(at(1, 1), address="新乔围路12号")
    lon, lat = lonlat(at(1, 1))
    assert client.reverse((lat, lon)).address == "新乔围路12号"
    assert client.reverse((lat + 0.1, lon)) is None


def test_all_that_it_may_ask_for(client: Nominatim) -> None:
    row = building(at(1, 1), address="马峦街道东街3号")
    lon, lat = lonlat(at(1, 1))
    found = client.geocode(
        "东街3号",
        exactly_one=False,
        limit=5,
        addressdetails=True,
        language="zh-Hant",
        geometry="geojson",
        extratags=True,
        namedetails=True,
        country_codes=["cn"],
        viewbox=[(lat - 1, lon - 1), (lat + 1, lon + 1)],
        bounded=True,
    )
    assert [(one.address, one.raw["osm_id"]) for one in found] == [("馬巒街道東街3號", row.pk)]


def test_photon(domain: str) -> None:
    photon = signed_in(Photon(user_agent="tests", scheme="http", domain=f"{domain}/photon"))
    building(at(1, 1), address="东街3号")
    lon, lat = lonlat(at(1, 1))
    found = photon.geocode("东街3号", location_bias=(lat, lon))
    assert (found.longitude, found.latitude) == pytest.approx((lon, lat), abs=1e-6)
    assert photon.reverse((lat, lon)).raw["properties"]["housenumber"] == "3号"


def test_ban(domain: str) -> None:
    ban = signed_in(BANFrance(user_agent="tests", scheme="http", domain=f"{domain}/addok"))
    building(at(1, 1), address="东街3号")
    lon, lat = lonlat(at(1, 1))
    assert ban.geocode("东街3号").address == "东街3号"
    assert ban.reverse((lat, lon)).address == "东街3号"

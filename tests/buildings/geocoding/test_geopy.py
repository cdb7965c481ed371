"""geopy's Nominatim client works against our doors unchanged."""

import pytest
from geopy.geocoders import Nominatim
from pytest_django.live_server_helper import LiveServer

from gisserver.common.access.credentials import tokens
from tests.factories import administrator, at, building, lonlat


@pytest.fixture
def client(live_server: LiveServer) -> Nominatim:
    geocoder = Nominatim(user_agent="tests", scheme="http", domain=f"{live_server.url.removeprefix('http://')}/geocode")
    token, _ = tokens.issue(user=administrator())
    geocoder.headers["Authorization"] = f"Bearer {token}"
    return geocoder


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

"""A search that finds nothing says whether everything was searched, or only the communities of who asks."""

from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from tests.factories import at, building, community_of, division, lonlat
from tests.redrawing import check_constraints, signed_in

pytestmark = pytest.mark.usefixtures("laws")
ADDRESS = "广东省深圳市坪山区坑梓街道秀新社区新乔围路12号"


@pytest.fixture
def neighbour() -> Client:
    """Somebody who may see a community next to the one with the only house."""
    building(at(0.5, 0.5), address=ADDRESS, community=community_of("AB"))
    client = signed_in("li", Role.ANALYST, division("440310001002"))
    check_constraints()
    return client


def reason(client: Client, path: str, **query: Any) -> Any:
    return client.get(path, query).json()["reason"]


@pytest.mark.parametrize("form", ["geocodejson", "geojson"])
@pytest.mark.parametrize("door", ["search", "autocomplete"])
def test_what_only_others_may_see(neighbour: Client, admin_client: Client, door: str, form: str) -> None:
    answer = neighbour.get(f"/geocode/{door}", {"q": ADDRESS, "format": form}).json()
    assert (answer["features"], answer["reason"]) == ([], "nothing_in_your_area")
    assert "reason" not in admin_client.get(f"/geocode/{door}", {"q": ADDRESS, "format": form}).json()


def test_what_is_nowhere(admin_client: Client) -> None:
    assert reason(admin_client, "/geocode/search", q="没有的路9号", format="geocodejson") == "nothing_found"
    assert reason(admin_client, "/api/addresses/", text="没有的路9号") == "nothing_found"
    assert reason(admin_client, "/api/codes/NOPE") == "nothing_found"


def test_a_place_outside_the_reader_s_area(neighbour: Client, admin_client: Client) -> None:
    lon, lat = lonlat(at(0.5, 0.5))
    for form in ("geocodejson", "jsonv2"):
        assert reason(neighbour, "/geocode/reverse", lon=lon, lat=lat, format=form) == "outside_your_area"
    far = dict(zip(("lon", "lat"), lonlat(at(90, 90)), strict=True))
    assert reason(admin_client, "/geocode/reverse", **far, format="jsonv2") == "no_grid_here"


def test_codes_and_addresses_of_others(neighbour: Client, admin_client: Client) -> None:
    assert reason(neighbour, "/api/codes/A") == "nothing_in_your_area"
    assert reason(neighbour, "/api/addresses/", text=ADDRESS) == "nothing_in_your_area"
    assert reason(admin_client, "/api/addresses/", text=ADDRESS) is None

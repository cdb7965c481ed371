"""What a person may see is one rule at every door (law 7): a neighbour's rows are not there, at no moment."""

import pytest
from django.test import Client

from buildings.models import BuildingCode, Entrance, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from incidents.reported import as_reported
from incidents.services import record_incidents
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago, lonlat

LISTS = ["grids", "buildings", "units", "households", "incidents"]
COLLECTIONS = ["grids", "buildings", "building_points", "entrances", "units", "incidents"]
MOMENTS = ["", "at=2030-01-01"]


@pytest.fixture(autouse=True)
def town(laws: None) -> None:
    """Two grids, a house with everything that a house has, an incident."""
    home = community_of("AB")
    house = factories.building(at(0.5, 0.5), name="甲楼", address="人民路1号甲楼", community=home)
    stair = Entrance.objects.create(building=house, name="1单元", location=at(0.5, 0.5), valid=since(LONG_AGO))
    flat = Unit.objects.create(building=house, entrance=stair, number="101", valid=since(LONG_AGO))
    Household.objects.create(unit=flat, head_name="张三丰", valid=since(LONG_AGO))
    BuildingCode.objects.create(building=house, code="1001", scheme="sz19", valid=since(LONG_AGO))
    assign_buildings()
    factories.incident_type()
    lon, lat = lonlat(at(0.5, 0.5))
    record_incidents([as_reported(type="A", occurred_at=hours_ago(1), lon=lon, lat=lat, crs="wgs84")])


@pytest.fixture
def neighbour() -> Client:
    """The browser of a supervisor of the community next door, where nothing is."""
    client = Client()
    elsewhere = factories.division("440310001009", geometry=factories.drawn("....D")["D"])
    client.force_login(factories.user("li", role=Role.SUPERVISOR, area=elsewhere))
    return client


def features(client: Client, collection: str, moment: str = "") -> int:
    page = client.get(f"/ogc/collections/{collection}/items?{moment}")
    return b"".join(page.streaming_content).count(b'"type":"Feature"')


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("door", LISTS)
def test_no_list_shows_it(neighbour: Client, door: str, moment: str) -> None:
    assert neighbour.get(f"/api/{door}/?{moment}").json()["results"] == []


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_no_collection_shows_it(neighbour: Client, collection: str, moment: str) -> None:
    assert features(neighbour, collection, moment) == 0


@pytest.mark.parametrize("text", ["人民路1号甲楼", "甲楼"])
def test_no_search_finds_it(neighbour: Client, text: str) -> None:
    assert neighbour.get("/geocode/search", {"q": text}).json()["features"] == []


@pytest.mark.parametrize("path", ["grids/A/", "grids/A/history/", "codes/A", "codes/1001"])
def test_no_code_leads_to_it(neighbour: Client, path: str) -> None:
    assert neighbour.get(f"/api/{path}").status_code == 404


@pytest.mark.parametrize("door", LISTS)
def test_who_reads_everywhere_finds_it_in_each_list(admin_client: Client, door: str) -> None:
    assert admin_client.get(f"/api/{door}/").json()["results"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_who_reads_everywhere_finds_it_in_each_collection(admin_client: Client, collection: str) -> None:
    assert features(admin_client, collection) > 0

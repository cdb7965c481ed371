"""Buildings, units, households and codes over HTTP; personal data is masked unless permitted (law 7)."""

import pytest
from django.test import Client

from buildings.models import BuildingCode, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def community() -> Division:
    return community_of("AB")


@pytest.fixture
def household(community: Division) -> Household:
    house = factories.building(at(0.5, 0.5), name="1栋", address="人民路1号", community=community)
    unit = Unit.objects.create(building=house, number="301", floor=3, valid=since(LONG_AGO))
    return Household.objects.create(
        unit=unit, head_name="张三丰", phone="13800001234", residents=3, invented=True, valid=since(LONG_AGO)
    )


def test_a_building_knows_its_grid_and_address(admin_client: Client, household: Household) -> None:
    assign_buildings()
    answer = admin_client.get(f"/api/buildings/{household.unit.building_id}/").json()
    assert (answer["grid"], answer["address"], answer["units"], answer["households"]) == (
        "A",
        "人民路1号",
        1,
        1,
    )
    assert answer["assignment"]["rule"] == "inside"


def test_a_grid_knows_what_it_carries(admin_client: Client, household: Household) -> None:
    assign_buildings()
    load = admin_client.get("/api/grids/A/").json()["load"]
    assert load == {"buildings": 1, "units": 1, "households": 1, "residents": 3, "incidents_open": 0}


def test_buildings_of_a_grid(admin_client: Client, community: Division) -> None:
    for column in (0.2, 0.4, 1.5):
        factories.building(at(column, 0.5), community=community)
    assign_buildings()
    assert len(admin_client.get("/api/buildings/?grid=A").json()["results"]) == 2


class TestMasking:
    def test_an_analyst_sees_masks(self, client: Client, household: Household) -> None:
        client.force_login(factories.user("analyst", role=Role.ANALYST, everywhere=True))
        answer = client.get(f"/api/households/{household.pk}/").json()
        assert (answer["head_name"], answer["phone"], answer["masked"]) == ("张**", "138******34", True)
        assert PersonalDataRead.objects.count() == 0

    def test_a_supervisor_sees_names_in_her_area_and_the_read_is_recorded(
        self, client: Client, household: Household, community: Division
    ) -> None:
        supervisor = factories.user("wang", role=Role.SUPERVISOR, area=community)
        client.force_login(supervisor)
        answer = client.get("/api/households/").json()["results"][0]
        assert (answer["head_name"], answer["phone"], answer["masked"]) == ("张三丰", "13800001234", False)
        record = PersonalDataRead.objects.get()
        assert (record.user_id, record.row_ids) == (supervisor.pk, [household.pk])

    def test_a_supervisor_elsewhere_sees_nothing(self, client: Client, household: Household) -> None:
        elsewhere = factories.division("440310001009")
        client.force_login(factories.user("zhao", role=Role.SUPERVISOR, area=elsewhere))
        assert client.get("/api/households/").json()["results"] == []
        assert client.get(f"/api/households/{household.pk}/").status_code == 404


def test_an_old_code_resolves_for_ever(admin_client: Client, community: Division) -> None:
    house = factories.building(at(0.5, 0.5), community=community)
    BuildingCode.objects.create(building=house, code="OLD", scheme="building-19", valid=(LONG_AGO, hours_ago(1)))
    BuildingCode.objects.create(building=house, code="NEW", scheme="building-19", valid=since(hours_ago(1)))
    [meaning] = admin_client.get("/api/codes/OLD").json()["meanings"]
    assert (meaning["target"], meaning["id"], meaning["current_code"]) == ("building", house.pk, "NEW")
    assert meaning["valid"]["until"] is not None


def test_a_grid_code_resolves(admin_client: Client, community: Division) -> None:
    [meaning] = admin_client.get("/api/codes/A").json()["meanings"]
    assert (meaning["target"], meaning["current_code"]) == ("grid", "A")


def test_units_of_a_building(admin_client: Client, household: Household) -> None:
    [row] = admin_client.get(f"/api/units/?building={household.unit.building_id}").json()["results"]
    assert (row["number"], row["floor"], row["households"]) == ("301", 3, 1)

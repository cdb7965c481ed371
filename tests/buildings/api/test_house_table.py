"""`/api/buildings/{id}/table/`: entrances, floors and units with who lives in each, as numbers; in few statements."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buildings.models import Building, Entrance, Household, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def house(laws: None) -> Building:
    """A house of two floors: 101 vacant, 201 registered here, 202 of both, 203 floating, and one on no known floor."""
    row = factories.building(at(0.5, 0.5), address="人民路1号", community=community_of("AB"))
    stair = Entrance.objects.create(building=row, name="1单元", valid=since(LONG_AGO))
    for floor, number, registered in (
        (1, "101", []),
        (2, "201", [True]),
        (2, "202", [True, False]),
        (2, "203", [False]),
        (None, "门房", []),
    ):
        unit = Unit.objects.create(
            building=row, entrance=stair if floor else None, number=number, floor=floor, valid=since(LONG_AGO)
        )
        for index, here in enumerate(registered):
            Household.objects.create(
                unit=unit, head_name=f"王{index}", residents=3, registered=here, valid=since(LONG_AGO)
            )
    return row


@pytest.fixture
def analyst(client: Client) -> Client:
    client.force_login(factories.user("fenxi", role=Role.ANALYST, everywhere=True))
    return client


def test_it_tells_floors_from_the_top_and_who_lives_in_each_unit(analyst: Client, house: Building) -> None:
    table = analyst.get(f"/api/buildings/{house.pk}/table/").json()
    assert table["floors"] == [2, 1, None]
    assert [one["name"] for one in table["entrances"]] == ["1单元"]
    assert {u["number"]: (u["occupancy"], u["households"], u["residents"]) for u in table["units"]} == {
        "101": ("vacant", 0, 0),
        "201": ("registered", 1, 3),
        "202": ("mixed", 2, 6),
        "203": ("floating", 1, 3),
        "门房": ("vacant", 0, 0),
    }


def test_more_units_take_no_more_statements(analyst: Client, house: Building) -> None:
    door = f"/api/buildings/{house.pk}/table/"
    with CaptureQueriesContext(connection) as few:
        analyst.get(door)
    Unit.objects.bulk_create(
        Unit(building=house, number=str(n), floor=n // 10, valid=since(LONG_AGO)) for n in range(1000, 1100)
    )
    with CaptureQueriesContext(connection) as many:
        assert len(analyst.get(door).json()["units"]) == 105
    assert len(many) == len(few)


def test_it_tells_of_another_moment(analyst: Client, house: Building) -> None:
    assert analyst.get(f"/api/buildings/{house.pk}/table/?at=2023-12-31").json()["code"] == "no_such_building"


def test_a_house_elsewhere_is_not_known(client: Client, house: Building) -> None:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=factories.division("440310001002")))
    assert client.get(f"/api/buildings/{house.pk}/table/").status_code == 404

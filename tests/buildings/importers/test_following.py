"""What is inside a house follows the standard address that an import gives it, and no other one."""

from datetime import datetime

import pytest
from django.db import connection

from buildings.importers.addresses import AddressText, write_building_addresses
from buildings.models import Address, Building, Unit
from gisserver.common.db.validity import since
from tests.factories import LONG_AGO, at, building

pytestmark = pytest.mark.usefixtures("laws")
FIRST, SECOND, THIRD = (LONG_AGO.replace(month=month) for month in (2, 3, 4))


@pytest.fixture
def house() -> Building:
    """中山路8号 with its room 101; 人民路1号 stands beside it."""
    row = building(at(1, 1))
    building(at(2, 1), address="人民路1号")
    say(row, "中山路8号", FIRST)
    unit = Unit.objects.create(building=row, number="101", valid=since(LONG_AGO))
    Address.objects.create(unit=unit, text="中山路8号101", normalized="中山路8号101", valid=since(LONG_AGO))
    return row


def say(row: Building, text: str, moment: datetime) -> None:
    write_building_addresses({row.pk: AddressText(text)}, source="survey", moment=moment)
    connection.check_constraints()


def room() -> str:
    return Address.objects.get(unit__number="101", valid__upper_inf=True).text


def test_nothing_follows_an_address_that_another_house_has(house: Building) -> None:
    say(house, "人民路1号", SECOND)
    assert Address.objects.get(building=house, valid__upper_inf=True).kind == "alternate"
    assert room() == "中山路8号101"


def test_it_follows_the_next_standard_address_though_there_was_none_between(house: Building) -> None:
    say(house, "人民路1号", SECOND)
    say(house, "新路3号", THIRD)
    assert room() == "新路3号101"

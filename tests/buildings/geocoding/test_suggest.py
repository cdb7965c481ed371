"""What an unfinished address may become: the road, then its houses by their numbers, then the units of a house."""

from collections.abc import Callable

import pytest

from buildings.geocoding.suggest import suggest
from buildings.models import Entrance, Unit
from gisserver.common.db.validity import since
from tests.factories import LONG_AGO, administrator, at, building, division, drawn

Suggested = Callable[..., list[str]]


@pytest.fixture
def suggested(laws: None) -> Suggested:
    user = administrator()
    return lambda text, limit=10: [one.label for one in suggest(user=user, text=text, limit=limit)]


def test_a_name_that_begins_as_a_division_does(suggested: Suggested) -> None:
    division("坪山街道", level="subdistrict", geometry=drawn("A")["A"])
    for n in (1, 2):
        building(at(n, 1), address=f"坪山大道{n}号")
    assert suggested("坪山大") == ["坪山街道名坪山大道", "坪山大道1号", "坪山大道2号"]


def test_a_number_as_typed_comes_before_longer_ones(suggested: Suggested) -> None:
    for number in (50, 5, 51, 500, 15):
        building(at(number / 10, 1), address=f"南兴名苑{number}栋")
    assert suggested("南兴名苑5") == [f"南兴名苑{n}栋" for n in (5, 50, 51, 500)]


def test_a_community_that_is_said_narrows(suggested: Suggested) -> None:
    shapes = drawn("AB")
    for number, (name, letter) in enumerate((("六联", "A"), ("和平", "B")), start=1):
        community = division(name, geometry=shapes[letter])
        building(at(number - 0.5, 0.5), address=f"东兴街{number}号", community=community)
    assert suggested("和平名东兴") == ["东兴街", "东兴街2号"]


@pytest.fixture
def flats(laws: None) -> None:
    house = building(at(1, 1), address="南兴名苑5栋")
    building(at(2, 1), address="南兴名苑50栋")
    for name in ("1单元", "2单元"):
        door = Entrance.objects.create(building=house, name=name, valid=since(LONG_AGO))
        for number in ("1001", "101"):
            Unit.objects.create(building=house, entrance=door, number=number, valid=since(LONG_AGO))


@pytest.mark.usefixtures("flats")
def test_units_come_when_the_house_is_clear(suggested: Suggested) -> None:
    assert suggested("南兴名苑5") == ["南兴名苑5栋", "南兴名苑50栋"]
    assert suggested("南兴名苑5栋", 3) == ["南兴名苑5栋", "南兴名苑5栋1单元101", "南兴名苑5栋2单元101"]
    assert suggested("南兴名苑5栋2单元") == ["南兴名苑5栋2单元101", "南兴名苑5栋2单元1001"]
    assert suggested("南兴名苑5栋100") == ["南兴名苑5栋1单元1001", "南兴名苑5栋2单元1001"]

"""A flat is divided into rooms, flats are combined: codes lead to the successors, households follow by decision."""

from collections.abc import Callable
from typing import Any

import pytest

from buildings.models import Building, Household, Unit, UnitCode
from gisserver.common.db.validity import since
from tests.buildings.lifecycle.conftest import Post
from tests.factories import LONG_AGO

pytestmark = pytest.mark.usefixtures("laws")
Get = Callable[[str], Any]
ROOMS = [{"number": "101之1"}, {"number": "101之2"}]


@pytest.fixture
def flat(house: Building) -> Unit:
    """The first flat, code u1, where 张三丰 lives."""
    flat = Household.objects.get().unit
    UnitCode.objects.create(unit=flat, code="u1", scheme="sz25", valid=since(LONG_AGO))
    return flat


def test_the_code_of_a_divided_flat_leads_to_its_rooms(post: Post, get: Get, flat: Unit) -> None:
    parts = [{**ROOMS[0], "rest": True}, ROOMS[1]]
    post(f"/api/units/{flat.pk}/divide/", {"parts": parts})
    [meaning] = get("/api/codes/u1")["meanings"]
    assert meaning["status"] == "split"
    assert len(meaning["successors"]) == 2
    home = Household.objects.at().get().unit
    assert (home.number, home.floor, home.entrance_id) == ("101之1", 1, flat.entrance_id)
    assert len({row.identity for row in Household.objects.all()}) == 1


def test_no_household_is_forgotten(post: Post, flat: Unit) -> None:
    refused = post(f"/api/units/{flat.pk}/divide/", {"parts": ROOMS}, status=422)
    assert (refused["code"], len(refused["households"])) == ("households_left_over", 1)
    named = [{**ROOMS[0], "households": refused["households"]}, ROOMS[1]]
    post(f"/api/units/{flat.pk}/divide/", {"parts": named})


def test_flats_become_one_with_all_who_live_there(post: Post, get: Get, flat: Unit) -> None:
    other = Unit.objects.exclude(pk=flat.pk).filter(entrance=flat.entrance).get()
    Household.objects.create(unit=other, head_name="李四", valid=since(LONG_AGO))
    post(f"/api/units/{flat.pk}/combine/", {"units": [other.pk]})
    made = Unit.objects.get(number="101", entrance=flat.entrance, valid__upper_inf=True)
    assert {row.unit_id for row in Household.objects.at()} == {made.pk}
    assert [one["id"] for one in get("/api/codes/u1")["meanings"][0]["successors"]] == [made.pk]


def test_a_division_is_taken_back(post: Post, get: Get, flat: Unit) -> None:
    parts = [{**ROOMS[0], "rest": True}, ROOMS[1]]
    event = post(f"/api/units/{flat.pk}/divide/", {"parts": parts})["event"]["id"]
    post(f"/api/buildings/{flat.building_id}/revert/", {"event": event, "reason": "看错了"})
    assert Household.objects.at().get().unit_id == flat.pk
    assert set(Unit.objects.filter(valid__upper_inf=True, entrance=flat.entrance).values_list("number", flat=True)) == {
        "101",
        "201",
    }


def test_households_that_say_the_same_live_on_side_by_side(post: Post, flat: Unit) -> None:
    other = Unit.objects.exclude(pk=flat.pk).filter(entrance=flat.entrance).get()
    Household.objects.create(unit=other, head_name="张三丰", valid=since(LONG_AGO))
    post(f"/api/units/{flat.pk}/combine/", {"units": [other.pk]})
    assert set(Household.objects.at().values_list("twin", flat=True)) == {1, 2}

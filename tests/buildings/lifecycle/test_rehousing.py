"""Households that move with their homes: equal ones are told apart by number."""

import pytest
from django.contrib.auth.models import User

from buildings.lifecycle.act import Act, Order
from buildings.lifecycle.rehousing import rehouse
from buildings.models import Building, EventKind, Household, Unit
from gisserver.common.db.validity import since
from tests.factories import LONG_AGO


@pytest.mark.usefixtures("laws")
def test_a_household_comes_to_one_that_says_the_same(house: Building, supervisor: User) -> None:
    home, other = Unit.objects.order_by("pk")[:2]
    equal = Household.objects.create(unit=other, head_name="张三丰", valid=since(LONG_AGO))
    act = Act(EventKind.MERGE, Order(user=supervisor, reason="同一套"))
    act.lock([house.pk])
    rehouse(act, equal, home.pk, building=house.pk)
    act.record()
    assert set(Household.objects.at().values_list("unit_id", "twin")) == {(home.pk, 1), (home.pk, 2)}

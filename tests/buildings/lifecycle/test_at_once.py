"""Two at the same house at the same time: they take turns, and nothing happens twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection

from buildings.lifecycle.act import Order
from buildings.lifecycle.bulk.deed import carry_out
from buildings.lifecycle.bulk.readdress import Readdress, by_names
from buildings.lifecycle.contents import add_contents
from buildings.lifecycle.events.create import create_building
from buildings.lifecycle.events.demolish import demolish_building
from buildings.lifecycle.events.split import split_building
from buildings.models import Building, BuildingCode, LifecycleEvent, Unit
from gisserver.common.errors import DomainError
from grids.models import Division
from tests.buildings.lifecycle.conftest import point

pytestmark = pytest.mark.usefixtures("transactional_db")
MANY = 8


def together(*acts: Callable[[], object]) -> list[str]:
    """Do all at once, each on a connection of its own; return what became of each."""

    def one(act: Callable[[], object]) -> str:
        try:
            act()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def test_a_house_is_split_once(house: Building, supervisor: User) -> None:
    parts = [{"name": "甲座", "rest": True}, {"name": "乙座"}]

    def split() -> object:
        return split_building(order=Order(user=supervisor), building_id=house.pk, parts=parts)

    assert together(*[split] * MANY) == ["building_ended"] * (MANY - 1) + ["done"]
    assert Building.objects.at().count() == 2
    assert Unit.objects.at().count() == 4


def test_a_unit_is_not_added_to_a_house_that_is_being_demolished(house: Building, supervisor: User) -> None:
    order = Order(user=supervisor)
    outcome = together(
        lambda: demolish_building(order=order, building_id=house.pk, end_households=True),
        lambda: add_contents(order=order, building_id=house.pk, said={"units": [{"number": "阁楼"}]}),
    )
    assert "done" in outcome
    assert not Unit.objects.filter(valid__upper_inf=True).exists()


def test_codes_issued_at_once_differ(community: Division, supervisor: User) -> None:
    said = {"name": "新楼", "location": point(1.5, 0.5), "issue_code": True}
    outcome = together(*[lambda: create_building(order=Order(user=supervisor), said=said)] * MANY)
    assert outcome == ["done"] * MANY
    assert BuildingCode.objects.values("code").distinct().count() == MANY
    assert LifecycleEvent.objects.count() == MANY


def test_an_estate_is_renamed_once(house: Building, supervisor: User) -> None:
    def rename() -> object:
        deed = Readdress(by_names({"幸福花园": "新华华府"}), names={"幸福花园": "新华华府"})
        return carry_out(order=Order(user=supervisor), deed=deed, ids=[house.pk])

    assert together(*[rename] * 4) == ["done", *["nothing_changes"] * 3]
    assert LifecycleEvent.objects.count() == 1

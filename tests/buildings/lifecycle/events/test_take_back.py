"""Imports of households are taken back whole at their door, or refused; by who may edit what they told of."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from buildings.households import ledger
from buildings.households.ledger import Change
from buildings.households.timeline import News, Words
from buildings.lifecycle.act import Order
from buildings.lifecycle.events.demolish import demolish_building
from buildings.lifecycle.events.revert import revert_event
from buildings.models import Building, EventKind, Household, HouseholdState, LifecycleEvent, RegisterRun, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post

pytestmark = pytest.mark.usefixtures("laws")
MARCH = datetime(2025, 3, 1, tzinfo=UTC)
WRONG = {"reason": "看错了"}
Register = Callable[..., LifecycleEvent]


@pytest.fixture
def register(house: Building, community: Division) -> Register:
    """A full register of the community, of these households of the last unit; returns its event."""
    last = Unit.objects.latest("pk").pk

    def load(*names: str) -> LifecycleEvent:
        now = database_now()
        event = LifecycleEvent.objects.create(kind=EventKind.IMPORT, effective_at=MARCH, recorded_at=now, reason="-")
        ledger.write(event, [Change(None, (), News(MARCH, Words(last, name))) for name in names])
        told = {"register": "households", "source": "网格", "full": True, "communities": [community.pk]}
        RegisterRun.objects.create(event=event, moment=MARCH, **told)
        return event

    return load


def names() -> set[str]:
    return set(Household.objects.at().values_list("head_name", flat=True))


def test_it_is_as_if_the_register_had_not_been_read(post: Post, register: Register) -> None:
    event = register("王一")
    answer = post(f"/api/imports/{event.pk}/revert/", WRONG)
    assert (answer["event"]["kind"], answer["event"]["reverts"]) == ("revert", event.pk)
    assert names() == {"张三丰"}
    assert post(f"/api/imports/{event.pk}/revert/", WRONG, status=409)["code"] == "already_reverted"


def test_what_was_changed_and_taken_back_goes_too(post: Post, register: Register) -> None:
    event = register("王一")
    household = Household.objects.get(head_name="王一").identity
    changed = post(f"/api/households/{household}/", {"residents": 3}, status=200, verb="patch")["event"]["id"]
    refused: dict[str, Any] = post(f"/api/imports/{event.pk}/revert/", WRONG, status=409)
    assert (refused["code"], refused["events"]) == ("later_events", [changed])
    post(f"/api/households/{household}/revert/", {"event": changed, **WRONG})
    post(f"/api/imports/{event.pk}/revert/", WRONG)
    assert names() == {"张三丰"}


def test_who_came_back_with_their_home_is_not_left_standing(
    post: Post, register: Register, house: Building, supervisor: User
) -> None:
    event = register("王一")
    household = Household.objects.get(head_name="王一").identity
    order = Order(user=supervisor, reason="旧改")
    gone = demolish_building(order=order, building_id=house.pk, end_households=True)
    revert_event(order=order, event_id=gone.pk, building_id=house.pk)
    refused = post(f"/api/imports/{event.pk}/revert/", WRONG, status=409)
    assert (refused["code"], refused["households"]) == ("later_events", [household])
    assert names() == {"王一", "张三丰"}


def test_what_is_written_later_is_known_later_though_it_was_recorded_before(
    register: Register, house: Building
) -> None:
    first, second = LifecycleEvent.objects.bulk_create(
        LifecycleEvent(kind=EventKind.UPDATE, effective_at=MARCH, recorded_at=factories.hours_ago(hours), reason="-")
        for hours in (2, 1)
    )
    register("王一")
    household = Household.objects.get(head_name="王一").identity
    for event, residents in ((second, 2), (first, 3)):
        periods = ledger.locked_periods([household])[household]
        ledger.write(event, [Change(household, periods, News(MARCH, periods[0].words._replace(residents=residents)))])
    assert HouseholdState.objects.filter(identity=household).count() == 2
    assert Household.objects.get(identity=household).residents == 3


class TestARegisterThatChangedNothing:
    def test_who_edits_there_takes_it_back(self, post: Post, register: Register) -> None:
        post(f"/api/imports/{register().pk}/revert/", WRONG)

    def test_nobody_else_does(self, client: Client, register: Register) -> None:
        client.force_login(factories.user("li", role=Role.SUPERVISOR, area=factories.division("440310001002")))
        path = f"/api/imports/{register().pk}/revert/"
        response = client.post(path, WRONG, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (403, "not_in_your_area")
        assert not LifecycleEvent.objects.filter(kind=EventKind.REVERT).exists()

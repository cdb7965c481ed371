"""Every door of an event takes ``dry_run``: it answers what the event would do, and nothing is done."""

from typing import Any

import pytest
from django.test import Client

from buildings.models import Building, Household, LifecycleEvent, Unit
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def unit(laws: None) -> Unit:
    house = factories.building(at(0.5, 0.5), address="人民路1号", community=community_of("AB"))
    return Unit.objects.create(building=house, number="301", valid=since(LONG_AGO))


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(factories.administrator())
    return client


def post(client: Client, path: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(path, body, content_type="application/json", headers=headers)


def test_it_tells_the_effects_and_does_nothing(clerk: Client, unit: Unit) -> None:
    answer = post(clerk, f"/api/units/{unit.pk}/demolish/", {"reason": "拆", "dry_run": True})
    assert answer.status_code == 200
    effects = [(e["target"], e["role"]) for e in answer.json()["event"]["effects"]]
    assert ("unit", "ended") in effects
    assert Unit.objects.at().get() == unit
    assert not LifecycleEvent.objects.exists()


def test_it_refuses_what_the_event_would(clerk: Client, unit: Unit) -> None:
    Household.objects.create(unit=unit, head_name="王某", valid=since(LONG_AGO))
    answer = post(clerk, f"/api/buildings/{unit.building_id}/demolish/", {"reason": "拆", "dry_run": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "households_inside")
    assert Building.objects.at().exists()


def test_a_household_s_event_is_tried_and_its_key_is_still_free(clerk: Client, unit: Unit) -> None:
    body = {"unit": unit.pk, "head_name": "王某"}
    tried = post(clerk, "/api/households/", {**body, "dry_run": True}, key="k")
    assert [one["residents"] for one in tried.json()["households"]] == [1]
    assert not Household.objects.exists()
    assert post(clerk, "/api/households/", body, key="k").status_code == 201
    assert Household.objects.at().get().head_name == "王某"

"""An address that has ended resolves for ever, in search too: what it was, until when, by which event."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from buildings.addresses.text.normalize import normalize
from buildings.models import Address, Building, Unit
from gisserver.common.db.validity import since
from tests.buildings.lifecycle.conftest import Post, point
from tests.factories import LONG_AGO, administrator, at, building

pytestmark = pytest.mark.usefixtures("laws")
Get = Callable[[str], Any]
OLD = "人民路1号幸福花园1栋"


def first(get: Get, text: str) -> dict[str, Any]:
    """What a search finds first."""
    return get(f"/geocode/search?q={text}")["features"][0]["properties"]["geocoding"]


def test_a_door_plate_that_was_replaced_says_until_when_it_was_one(post: Post, get: Get, house: Building) -> None:
    event = post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号"})["event"]
    found = first(get, OLD)
    assert (found["id"], found["label"], found["was"]["address"]) == (house.pk, "解放路8号", OLD)
    assert found["was"]["event"] == {"id": event["id"], "kind": "readdress", "effective_at": found["was"]["until"]}


@pytest.mark.parametrize("asked", [OLD, "幸福花园1栋", "人民路1号", "人民路1号幸福花园1幢"])
def test_one_that_was_given_up_too_also_by_its_short_forms(post: Post, get: Get, house: Building, asked: str) -> None:
    post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "keep_former": False})
    found = first(get, asked)
    assert (found["id"], found["label"], found["was"]["address"]) == (house.pk, "解放路8号", OLD)


def test_what_nobody_asked_for_by_a_former_address_was_nothing(get: Get, house: Building) -> None:
    assert "was" not in first(get, OLD)


@pytest.mark.parametrize("keep", [True, False])
def test_a_unit_s_address_that_followed_from_it(post: Post, get: Get, house: Building, keep: bool) -> None:
    post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "keep_former": keep})
    found = first(get, f"{OLD}1单元101")
    unit = Unit.objects.order_by("pk")[0]
    assert (found["target"], found["id"], found["label"]) == ("unit", unit.pk, "解放路8号1单元101")
    assert found["was"]["event"]["kind"] == "readdress"


def test_a_house_that_was_split_leads_to_its_parts(post: Post, get: Get, house: Building) -> None:
    east, west = (e.pk for e in house.entrances.order_by("pk"))
    parts = [{"name": "东座", "code": "2001", "address": "人民路1号东座", "entrances": [east]},
             {"name": "西座", "code": "2002", "address": "人民路1号西座", "entrances": [west]}]  # fmt: skip
    post(f"/api/buildings/{house.pk}/split/", {"parts": parts})
    found = first(get, OLD)
    assert (found["id"], found["label"], found["was"]["status"]) == (house.pk, OLD, "split")
    assert found["was"]["event"]["kind"] == "split"
    assert [one["code"] for one in found["was"]["successors"]] == ["2001", "2002"]
    inside = first(get, f"{OLD}2单元201")
    assert (inside["label"], inside["was"]["status"]) == ("人民路1号西座2单元201", "current")


def test_a_house_that_was_demolished(post: Post, get: Get, house: Building) -> None:
    post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改", "end_households": True})
    found = first(get, "幸福花园1栋")
    assert (found["id"], found["was"]["status"], found["was"]["event"]["kind"]) == (house.pk, "demolished", "demolish")
    assert first(get, f"{OLD}1单元101")["was"]["status"] == "demolished"


def test_a_unit_that_was_renumbered(post: Post, get: Get, house: Building) -> None:
    unit = Unit.objects.order_by("pk")[0]
    post(f"/api/buildings/{house.pk}/renumber/", {"units": [{"id": unit.pk, "number": "1001"}]})
    found = first(get, f"{OLD}1单元101")
    assert (found["id"], found["label"]) == (unit.pk, f"{OLD}1单元1001")
    assert (found["was"]["address"], found["was"]["event"]["kind"]) == (f"{OLD}1单元101", "renumber")


def test_an_address_that_was_taken_back(post: Post, get: Get, house: Building) -> None:
    event = post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号"})["event"]["id"]
    post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误改"})
    found = first(get, "解放路8号")
    assert (found["id"], found["label"], found["was"]["event"]["kind"]) == (house.pk, OLD, "revert")


def test_nobody_learns_of_another_s_area(post: Post, get: Get, house: Building) -> None:
    text = "东街3号"
    far = building(at(9, 9))
    Address.objects.create(building=far, text=text, normalized=normalize(text), valid=since(LONG_AGO))
    Address.objects.filter(building=far).end(LONG_AGO.replace(year=2025))
    assert get(f"/geocode/search?q={text}")["features"] == []


def test_what_holds_now_is_not_asked_for_in_the_past(post: Post, get: Get, house: Building) -> None:
    post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改", "end_households": True})
    made = post("/api/buildings/", {"location": point(0.5, 0.5), "address": OLD})
    assert first(get, OLD)["id"] == made["buildings"][0]["id"]


@pytest.mark.parametrize("asked", [OLD, "幸福花园1栋", f"{OLD}1单元101"])
def test_the_register_s_own_door_says_the_same(post: Post, get: Get, house: Building, asked: str) -> None:
    post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改", "end_households": True})
    [meaning] = get(f"/api/addresses/?text={asked}")["meanings"]
    assert (meaning["status"], meaning["event"]["kind"]) == ("demolished", "demolish")


def test_a_file_says_the_same_of_its_rows(post: Post, client: Client, house: Building) -> None:
    post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改", "end_households": True})
    body = f"address\n{OLD}1单元101\n东街3号\n".encode()
    client.force_login(administrator())
    answer = client.post("/geocode/search/csv/?results=status&results=until", body, content_type="text/csv")
    _, old, never = answer.getvalue().decode().splitlines()
    ended = Building.objects.get(pk=house.pk).valid.upper
    assert old == f"{OLD}1单元101,former,{ended.isoformat()}"
    assert never == "东街3号,not_found,"

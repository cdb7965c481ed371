"""The queue of what may have been reported twice: a person decides, and may take it back."""

from typing import Any

import pytest
from django.test import Client

from incidents.dispatch import duplicates
from tests.dispatching import neighbours_of_the_community, reported, stands, step
from tests.redrawing import send


def queue(client: Client, **query: Any) -> list[tuple[int, int]]:
    """Return (later, earlier) of each pair."""
    answer = client.get("/api/incidents/pairs/", query).json()
    return [(each["incident"]["id"], each["other"]["id"]) for each in answer["results"]]


def decide(client: Client, incident: int, other: int, *, expect: int = 200, **more: Any) -> dict[str, Any]:
    return send(client, f"/api/incidents/{incident}/distinct/", {"other": other, **more}, expect=expect)


@pytest.fixture
def pair(dispatcher: Client) -> tuple[int, int]:
    """Two reports of one thing, and a third of another elsewhere."""
    first = reported(dispatcher, text="人民路路灯不亮")
    reported(dispatcher, 1.9, 0.5, text="有人养鸡")
    return first, reported(dispatcher, 0.55, 0.5, text="人民路上路灯不亮了")


def test_the_later_one_is_proposed_as_a_duplicate_of_the_earlier(dispatcher: Client, pair: tuple[int, int]) -> None:
    assert queue(dispatcher) == [pair[::-1]]


def test_told_apart_they_leave_the_queue_and_come_back_when_that_is_undone(
    dispatcher: Client, pair: tuple[int, int]
) -> None:
    first, second = pair
    assert decide(dispatcher, second, first, reason="两盏灯")["by"] == "sun"
    assert (queue(dispatcher), decide(dispatcher, first, second, expect=409)["code"]) == ([], "told_apart_already")
    assert decide(dispatcher, first, second, withdraw=True)["withdrawn_by"] == "sun"
    assert queue(dispatcher) == [(second, first)]
    assert decide(dispatcher, first, second, withdraw=True, expect=409)["code"] == "not_told_apart"


def test_merged_they_leave_the_queue_and_come_back_when_it_is_reopened(
    dispatcher: Client, pair: tuple[int, int]
) -> None:
    first, second = pair
    step(dispatcher, second, "merge", duplicate_of=first)
    assert queue(dispatcher) == []
    step(dispatcher, second, "reopen", reason="不是同一件")
    assert queue(dispatcher) == [(second, first)]


def test_a_look_is_bounded_and_says_where_to_go_on(
    dispatcher: Client, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "LOOKED_AT", 1)
    first_look = dispatcher.get("/api/incidents/pairs/").json()
    assert ([each["incident"]["id"] for each in first_look["results"]], first_look["next"]) == ([pair[1]], pair[1])
    assert queue(dispatcher, before=pair[1]) == []


def test_a_collector_decides_nothing(collector: Client, pair: tuple[int, int]) -> None:
    decide(collector, *pair, expect=403)


def test_what_another_area_sees_of_it_is_nothing(pair: tuple[int, int], dispatcher: Client) -> None:
    from gisserver.common.access.roles import Role
    from tests.factories import division
    from tests.redrawing import signed_in

    elsewhere = signed_in("zhou", Role.DISPATCHER, division("440310001002"))
    assert (queue(elsewhere), decide(elsewhere, *pair, expect=404)["code"]) == ([], "no_such_incident")


def test_a_likelier_one_in_another_area_hides_none_of_ones_own(dispatcher: Client, admin_client: Client) -> None:
    #   B  |  Z     the third lies in B, as the first; the second, nearer to it, beyond the border
    neighbours_of_the_community("Z")
    first = reported(dispatcher, 1.5, text="人民路路灯不亮")
    second = reported(admin_client, 2.01, text="人民路路灯不亮")
    third = reported(dispatcher, 1.99, text="人民路路灯不亮")
    assert queue(admin_client) == [(third, second), (second, first)]
    assert queue(dispatcher) == [(third, first)]


def test_nothing_is_merged_into_what_was_found_invalid(dispatcher: Client, pair: tuple[int, int]) -> None:
    first, second = pair
    step(dispatcher, first, "invalidate", reason="无此事")
    assert step(dispatcher, second, "merge", duplicate_of=first, expect=409)["code"] == "merge_into_invalid"
    assert stands(dispatcher, second)["state"] == "reported"

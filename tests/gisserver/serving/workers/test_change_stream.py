"""What Django says of the feed as server-sent events, and to the front."""

import json
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.factories import at, building, division, drawn, grid
from tests.redrawing import signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def place() -> Division:
    """A community of one grid."""
    shape = drawn("A")["A"]
    community = division("440310001001", geometry=shape)
    grid("A", shape, community)
    return community


def stream(client: Client, since: int | None = None, **headers: str) -> Any:
    query = {} if since is None else {"since": since}
    response = client.get("/api/changes/stream", query, headers=headers)
    assert response.status_code == 200, response.content
    return response


def events(client: Client, since: int | None = None, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the id and the data of each event that has some."""
    text = stream(client, since, **headers).content.decode()
    lines = [dict(line.split(": ", 1) for line in event.split("\n")) for event in text.strip().split("\n\n")]
    return [(each["id"], json.loads(each["data"])) for each in lines if "data" in each]


def last(client: Client) -> int:
    told: int = client.get("/api/changes", {"since": 0, "limit": 1000}).json()["last"]
    return told


def test_each_change_is_an_event_with_its_number(admin_client: Client, place: Division) -> None:
    house = building(at(0.5, 0.5), community=place)
    number = last(admin_client)
    [(known, data)] = events(admin_client, number - 1)
    assert (known, data["kind"], data["ids"]) == (str(number), "buildings", [house.pk])


def test_what_a_browser_has_heard_counts_more_than_the_address(admin_client: Client, place: Division) -> None:
    building(at(0.5, 0.5), community=place)
    assert events(admin_client, 0, **{"Last-Event-ID": str(last(admin_client))}) == []


def test_without_a_number_it_begins_now(admin_client: Client, place: Division) -> None:
    response = stream(admin_client)
    assert f"id: {last(admin_client)}\n\n" in response.content.decode()
    assert b"event: change" not in response.content


def test_nothing_is_told_of_other_areas_but_where_to_go_on_from(place: Division) -> None:
    elsewhere = division("440310001002")
    reader = signed_in("he", Role.COLLECTOR, elsewhere)
    number = last(reader)
    building(at(0.5, 0.5), community=place)
    assert events(reader, number) == []
    assert f"id: {last(reader)}\n\n" in stream(reader, number).content.decode()
    assert last(reader) > number


def test_who_has_the_same_rights_is_in_the_same_group_for_the_front(place: Division) -> None:
    elsewhere = division("440310001002")
    told = [
        json.loads(stream(signed_in(name, Role.COLLECTOR, area))["X-Gisserver-News"])["group"]
        for name, area in (("a", place), ("b", place), ("c", elsewhere))
    ]
    assert told[0] == told[1] != told[2]


def test_a_visitor_is_told_nothing() -> None:
    assert Client().get("/api/changes/stream").status_code == 401


@pytest.mark.parametrize(
    ("query", "code"),
    [({"kind": "houses"}, "bad_kind_of_change"), ({"since": "x"}, "bad_since"), ({"a": "1"}, "unknown_parameter")],
)
def test_what_is_not_known_is_refused(admin_client: Client, query: dict[str, str], code: str) -> None:
    response = admin_client.get("/api/changes/stream", query, headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.json()["code"]) == (400, code)

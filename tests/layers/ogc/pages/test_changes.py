"""What has changed between two moments.

the front door: from long ago        unit 301: code U-1, and U-2 since one hour
the old door:   until one hour ago   the new door: since one hour
"""

from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from buildings.models import Entrance, Unit, UnitCode
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago
from tests.layers.conftest import read, refusal, signed_in


@pytest.fixture
def doors(laws: None) -> Any:
    """A building whose doors and whose unit's code changed an hour ago."""
    community = community_of("AB")
    building = factories.building(at(0.5, 0.5), community=community)
    for name, valid in (
        ("front", since(LONG_AGO)),
        ("old", DateTimeTZRange(LONG_AGO, hours_ago(1))),
        ("new", since(hours_ago(1))),
    ):
        Entrance.objects.create(building=building, name=name, location=at(0.6, 0.5), valid=valid)
    unit = Unit.objects.create(building=building, number="301", floor=3, valid=since(LONG_AGO))
    for code, valid in (("U-1", DateTimeTZRange(LONG_AGO, hours_ago(1))), ("U-2", since(hours_ago(1)))):
        UnitCode.objects.create(unit=unit, code=code, scheme="unit", valid=valid)
    return community


def since_two_hours() -> str:
    """Return the span from two hours ago to half an hour ago."""
    return "/".join(f"{hours_ago(hours).isoformat()}" for hours in (2, 0.5))


def told(client: Client, collection: str, **asked: Any) -> list[tuple[str, str]]:
    """Return what became of which."""
    answer = read(client, f"/collections/{collection}/changes", between=since_two_hours(), **asked)
    return sorted((each["change"], each["properties"].get("name") or "") for each in answer["features"])


def test_what_began_is_added_and_what_ended_is_removed(analyst: Client, doors: Any) -> None:
    assert told(analyst, "entrances") == [("added", "new"), ("removed", "old")]


def test_what_differs_says_how_it_was(analyst: Client, doors: Any) -> None:
    [unit] = read(analyst, "/collections/units/changes", between=since_two_hours())["features"]
    assert (unit["change"], unit["before"]["properties"]["code"], unit["properties"]["code"]) == (
        "changed", "U-1", "U-2",
    )  # fmt: skip


def test_a_page_leads_on(analyst: Client, doors: Any) -> None:
    asked = {"between": since_two_hours(), "limit": 1}
    first = read(analyst, "/collections/entrances/changes", **asked)
    second = read(analyst, "/collections/entrances/changes", **asked, next=first["features"][0]["id"])
    found = [each["change"] for page in (first, second) for each in page["features"]]
    assert sorted(found) == ["added", "removed"]
    assert [any(link["rel"] == "next" for link in page["links"]) for page in (first, second)] == [True, False]


def test_a_filter_says_among_which(analyst: Client, doors: Any) -> None:
    assert told(analyst, "entrances", filter="name = 'new'") == [("added", "new")]


def test_nobody_is_told_of_what_he_may_not_see(doors: Any) -> None:
    elsewhere = factories.division("440310009009", geometry=factories.drawn("ABC")["C"])
    person = factories.user("elsewhere", role=Role.ANALYST, area=elsewhere)
    assert told(signed_in(person), "entrances") == []


def test_who_has_no_permission_finds_no_collection(doors: Any) -> None:
    person = signed_in(factories.user("nobody"))
    assert refusal(person, "/collections/entrances/changes", between=since_two_hours()) == (404, "unknown_collection")


@pytest.mark.parametrize("between_", ["", "2026-01-01", "2026-01-01/..", "a/b", "2026-02-01/2026-01-01"])
def test_a_span_has_two_ends(analyst: Client, laws: None, between_: str) -> None:
    status, code = refusal(analyst, "/collections/grids/changes", between=between_)
    assert (status, code in {"bad_value", "bad_datetime"}) == (400, True)

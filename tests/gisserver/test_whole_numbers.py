"""A whole number in a query string is one rule (`common/web/params.py`), whichever door it comes in by."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
LIMITS = [
    "/api/grids/?limit=",
    "/api/incidents/?limit=",
    "/geocode/search?q=路&limit=",
    "/geocode/autocomplete?q=路&limit=",
    "/ogc/collections/grids/items?limit=",
]
IDS = ["/api/units/?building=", "/api/households/?unit=", "/ogc/collections/grids/items?offset="]
NO_NUMBERS = ["-1", "1.5", "1e3", "many", "１２", "٣", "1" * 19]


@pytest.mark.parametrize("door", [*LIMITS, *IDS])
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_whole_number_is_refused(admin_client: Client, door: str, text: str):
    answer = admin_client.get(door + text)
    name = door.rstrip("=").replace("?", "&").rpartition("&")[2]
    assert (answer.status_code, answer.json()["code"]) == (400, f"bad_{name}")


@pytest.mark.parametrize("door", LIMITS)
def test_a_limit_is_one_at_least(admin_client: Client, door: str):
    answer = admin_client.get(f"{door}0")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_limit")


@pytest.mark.parametrize("door", LIMITS)
def test_a_limit_beyond_the_most_is_the_most(admin_client: Client, door: str):
    assert admin_client.get(f"{door}{'9' * 18}").status_code == 200

"""The feed tells each change once, in order, to whom it may; nothing comes in before what was read."""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from buildings.models import Building
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.models import Change
from grids.models import Division
from tests import databases
from tests.factories import LONG_AGO, at, building, division, drawn, grid
from tests.redrawing import signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")


def feed(client: Client, **query: Any) -> dict[str, Any]:
    response = client.get("/api/changes", query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def told(client: Client, **query: Any) -> list[tuple[str, list[int]]]:
    return [(each["kind"], each["ids"]) for each in feed(client, **query)["changes"]]


def place(name: str) -> Division:
    """Make a community of one grid, which has its name."""
    shape = drawn(name)[name[-1]]
    with transaction.atomic():
        community = division(f"44031000{len(name)}", geometry=shape)
        grid(name[-1], shape, community)
    return community


def meanwhile(act: Callable[[], object]) -> None:
    """Do it in a transaction of its own, beside the one that is open here."""

    def run() -> None:
        act()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_new_grid_and_a_new_building_are_told_with_their_ids(admin_client: Client) -> None:
    community = place("A")
    house = building(at(0.5, 0.5), community=community)
    changes = told(admin_client, kind="grids,buildings")
    assert changes == [("grids", [community.grids.get().pk]), ("buildings", [house.pk])]


def test_what_was_read_is_not_told_again(admin_client: Client) -> None:
    place("A")
    last = feed(admin_client)["last"]
    assert feed(admin_client, since=last) == {"changes": [], "last": last}


def test_a_statement_about_many_rows_is_one_change(admin_client: Client) -> None:
    community = place("A")
    last = feed(admin_client)["last"]
    Building.objects.bulk_create(
        Building(location=at(0.5, 0.5), community=community, valid=since(LONG_AGO)) for _ in range(1001)
    )
    assert [(kind, len(ids)) for kind, ids in told(admin_client, since=last)] == [("buildings", 1000), ("buildings", 1)]


def test_a_transaction_of_another_database_holds_nothing_up(admin_client: Client) -> None:
    with psycopg.connect(databases.cluster_url("postgres")) as foreign:
        foreign.execute("SELECT pg_current_xact_id()")
        community = place("A")
        assert told(admin_client, kind="grids") == [("grids", [community.grids.get().pk])]


def test_a_change_that_commits_late_is_told_after_what_was_read_and_holds_up_what_is_newer(
    admin_client: Client,
) -> None:
    community = place("A")
    last = feed(admin_client)["last"]
    with transaction.atomic():
        early = building(at(0.5, 0.5), community=community)
        meanwhile(lambda: building(at(0.2, 0.2), name="late", community=community))
        under_way: list[Any] = []
        meanwhile(lambda: under_way.extend(told(admin_client, since=last)))
    assert under_way == []
    late = Building.objects.get(name="late")
    assert told(admin_client, since=last) == [("buildings", [early.pk]), ("buildings", [late.pk])]


def test_numbers_have_no_gap_though_a_transaction_was_rolled_back(admin_client: Client) -> None:
    community = place("A")
    last = feed(admin_client)["last"]
    with transaction.atomic():
        building(at(0.5, 0.5), community=community)
        transaction.set_rollback(True)
    building(at(0.5, 0.5), community=community)
    assert [each["number"] for each in feed(admin_client, since=last)["changes"]] == [last + 1]


def test_a_page_ends_before_it_grows_too_long(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisserver.common.changes.feed.MAX_IDS", 2)
    last = feed(admin_client)["last"]
    place("A")
    for _ in range(3):
        building(at(0.5, 0.5))
    first = feed(admin_client, since=last, kind="buildings")
    rest = feed(admin_client, since=first["last"], kind="buildings")
    more = feed(admin_client, since=rest["last"], kind="buildings")
    assert sum(len(page["changes"]) for page in (first, rest, more)) == 3


def test_each_reader_is_told_of_the_own_area_only() -> None:
    here, there = place("A"), place("_B")
    building(at(0.5, 0.5), community=here)
    house = building(at(1.5, 0.5), community=there)
    reader = signed_in("he", Role.COLLECTOR, there)
    assert told(reader, kind="buildings,grids") == [("grids", [there.grids.get().pk]), ("buildings", [house.pk])]


def test_changes_restored_from_another_cluster_come_first_and_are_not_held_up(admin_client: Client) -> None:
    """Their transactions bear ids that this cluster has not reached."""
    community = place("A")
    restored = building(at(0.5, 0.5), community=community)
    feed(admin_client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gisserver.maintenance', 'on', false)")
        cursor.execute("ALTER TABLE common_change DISABLE TRIGGER USER")
        cursor.execute("UPDATE common_change SET number = NULL, xid = '999999999999' WHERE kind = 'buildings'")
        cursor.execute("ALTER TABLE common_change ENABLE TRIGGER USER")
        cursor.execute("SELECT set_config('gisserver.maintenance', 'off', false)")
    last = Change.objects.exclude(number=None).latest("number").number
    assert told(admin_client, since=last) == [("buildings", [restored.pk])]


def test_an_unknown_kind_is_refused(admin_client: Client) -> None:
    response = admin_client.get("/api/changes", {"kind": "houses"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_kind_of_change")


def test_a_visitor_is_told_nothing() -> None:
    assert Client().get("/api/changes").status_code == 401

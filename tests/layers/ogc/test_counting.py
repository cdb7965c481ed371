"""How many features match: counted once for each state of the data and each scope, left out where that is dear."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buildings.models import Building
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from layers.ogc import counting
from tests import factories
from tests.factories import at
from tests.layers.conftest import href, read, signed_in
from tiles.models import GroundVersion

ITEMS = "/collections/buildings/items"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    counting.forget()


@pytest.fixture
def community(laws: None) -> Division:
    """A community with three buildings that have no footprint."""
    community = factories.community_of("AB")
    for column in range(3):
        factories.building(at(0.2 + column * 0.3, 0.5), community=community)
    return community


def matched(client: Client, address: str = ITEMS, **asked: Any) -> int | None:
    """Return numberMatched of a first page with more behind it."""
    answer = read(client, address, limit=1, **asked)
    assert href(answer, "next") is not None
    number: int | None = answer.get("numberMatched")
    return number


def counts(client: Client, **asked: Any) -> int:
    """Return how many counting statements a page takes."""
    with CaptureQueriesContext(connection) as asked_of_database:
        matched(client, **asked)
    return sum("AS matching" in str(each["sql"]) for each in asked_of_database)


def test_what_was_counted_is_not_counted_again(analyst: Client, community: Division) -> None:
    assert [counts(analyst), counts(analyst), counts(analyst, properties="name", crs=_EPSG_3857)] == [1, 0, 0]


def test_another_filter_is_counted_by_itself(analyst: Client, community: Division) -> None:
    assert [counts(analyst), counts(analyst, filter="name = ''"), counts(analyst, filter="name = ''")] == [1, 1, 0]


def test_a_new_row_is_counted(analyst: Client, community: Division) -> None:
    before = matched(analyst)
    factories.building(at(1.2, 0.5), community=community)
    assert (before, matched(analyst)) == (3, 4)


def test_a_row_that_ends_is_counted_no_more(analyst: Client, community: Division) -> None:
    before = matched(analyst, "/collections/building_points/items", bbox="114,22,115,23")
    Building.objects.filter(pk=Building.objects.earliest("pk").pk).end()
    assert (before, matched(analyst, "/collections/building_points/items", bbox="114,22,115,23")) == (3, 2)


def test_a_name_that_a_filter_asks_for_is_counted_anew(analyst: Client, community: Division) -> None:
    condition = "name = '' AND address IS NULL"
    before = matched(analyst, filter=condition)
    Building.objects.filter(pk=Building.objects.earliest("pk").pk).update(name="一号楼")
    assert (before, matched(analyst, filter=condition)) == (3, 2)


def test_everybody_is_told_of_what_they_see(analyst: Client, community: Division) -> None:
    factories.building(at(5, 5), community=factories.division("440310009009"))
    near = signed_in(factories.user("near", role=Role.SUPERVISOR, area=community))
    assert [matched(analyst), matched(near), matched(analyst)] == [4, 3, 4]


def let_it_begin(building: Building) -> None:
    """Move a planned beginning behind us, as time does: no statement changes a row, so no trigger sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET session_replication_role = replica")
        Building.objects.filter(pk=building.pk).update(valid=since(factories.hours_ago(1)))
        GroundVersion.objects.filter(effective_at__gt=factories.hours_ago(0)).update(
            effective_at=factories.hours_ago(1)
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_planned_building_is_counted_when_its_moment_has_come(analyst: Client, community: Division) -> None:
    planned = Building.objects.create(
        location=at(1.2, 0.5), community=community, valid=since(factories.hours_ago(0) + timedelta(days=7))
    )
    before = matched(analyst), matched(analyst, bbox="114,22,115,23")
    let_it_begin(planned)
    assert (before, matched(analyst), matched(analyst, bbox="114,22,115,23")) == ((3, 3), 4, 4)


def test_a_number_that_is_dear_is_left_out(analyst: Client, community: Division, settings: Any) -> None:
    settings.COUNT_COST = 0
    first = read(analyst, ITEMS, limit=2)
    assert "numberMatched" not in first
    parts = urlsplit(str(href(first, "next")))
    second = read(analyst, parts.path.removeprefix("/ogc"), **dict(parse_qsl(parts.query)))
    assert (first["numberReturned"], second["numberReturned"], "numberMatched" in second) == (2, 1, False)


def test_a_page_that_shows_all_tells_their_number_whatever_counting_costs(
    analyst: Client, community: Division, settings: Any
) -> None:
    settings.COUNT_COST = 0
    assert read(analyst, ITEMS)["numberMatched"] == 3


def test_who_asks_only_for_the_number_is_told_it_whatever_it_costs(
    analyst: Client, community: Division, settings: Any
) -> None:
    settings.COUNT_COST = 0
    assert read(analyst, ITEMS, resulttype="hits")["numberMatched"] == 3


def test_what_was_is_counted_each_time(analyst: Client, community: Division) -> None:
    then = factories.hours_ago(1).isoformat()
    assert [counts(analyst, at=then), counts(analyst, at=then)] == [1, 1]


_EPSG_3857 = "http://www.opengis.net/def/crs/EPSG/0/3857"

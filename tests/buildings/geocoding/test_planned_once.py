"""What a search and a reverse look-up ask is planned once a connection, not again for each request."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from buildings.geocoding import geocoder, reverse
from tests import factories
from tests.factories import at, lonlat

pytestmark = pytest.mark.django_db
# PostgreSQL plans the first five for their values.
ENOUGH = 8


@pytest.fixture
def admin() -> User:
    factories.building(at(0.5, 0.5), address="六和社区东纵路1号")
    return factories.administrator()


def planned_again() -> list[str]:
    """The prepared statements that were run often enough and have no plan of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE custom_plans >= %s AND generic_plans = 0", [ENOUGH]
        )
        return [statement for (statement,) in cursor.fetchall()]


def search(user: User) -> None:
    assert geocoder.search(user=user, text="东纵路1号")


def look_up(user: User) -> None:
    lon, lat = lonlat(at(0.5, 0.5))
    assert reverse.reverse(user=user, x=lon, y=lat).answer


@pytest.mark.parametrize("ask", [search, look_up])
def test_a_statement_that_is_asked_often_is_planned_once(admin: User, ask: Callable[[User], None]) -> None:
    for _ in range(ENOUGH):
        ask(admin)
    assert planned_again() == []

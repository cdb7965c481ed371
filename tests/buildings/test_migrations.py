"""What migrations do to rows that earlier versions allowed."""

from importlib import import_module

import pytest
from django.db import connection

from buildings.models import Address
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from tests.factories import at, building

pytestmark = pytest.mark.usefixtures("laws")


def test_a_blank_address_that_begins_in_the_future_ends_as_soon_as_it_has_begun() -> None:
    later = database_now().replace(year=2100)
    house = building(at(1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE buildings_address DROP CONSTRAINT buildings_address_not_blank")
        blank = Address.objects.create(building=house, text=" ", normalized="", valid=since(later))
        cursor.execute(import_module("buildings.migrations.0017_addresses_follow").BLANK)
    blank.refresh_from_db()
    assert (blank.valid.lower, (blank.valid.upper - later).microseconds) == (later, 1)

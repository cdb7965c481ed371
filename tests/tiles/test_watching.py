"""The triggers that keep tile versions: plain functions, a copy for each geometry column."""

import pytest
from django.db import connection

from tiles import watching
from tiles.receivers import watch_all

pytestmark = pytest.mark.django_db
BODIES = "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'tiles\\_changed\\_%'"


def bodies() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(BODIES, None)
        return dict(cursor.fetchall())


def test_each_geometry_column_has_a_plain_function():
    assert (
        'FROM (SELECT DISTINCT tiles_cells("geom_3857") AS cells, valid AS valid FROM new_rows'
        in (bodies()["tiles_changed_geom_3857_dated"])
    )


def test_no_function_puts_a_statement_together():
    assert [name for name, body in bodies().items() if "EXECUTE" in body] == []


def test_a_function_that_has_changed_is_made_anew():
    before = bodies()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION tiles_changed_geom_3857_dated() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'"
        )
    watching.watch_table("grids", "grids_gridversion", "geom_3857")
    assert bodies() == before


def test_the_functions_of_a_migrated_database_are_todays():
    before = bodies()
    watch_all()
    assert bodies() == before

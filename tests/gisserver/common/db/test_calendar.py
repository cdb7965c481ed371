"""Records lie in the calendar; what was stored outside it is brought in, in its order, and kept as it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import DateTimeRangeField
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from buildings.models import Building
from gisserver.common.dates import CEILING, FLOOR
from gisserver.common.db.calendar import heal
from gisserver.common.models import RowHistory
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def moments_of_people() -> list[tuple[str, str]]:
    """Return the tables and columns of moments that the database's clock does not write by itself."""
    tables = [model for app in ("grids", "buildings", "incidents") for model in apps.get_app_config(app).get_models()]
    return [
        (model._meta.db_table, field.column)
        for model in tables
        for field in model._meta.fields
        if model._meta.managed
        and isinstance(field, models.DateTimeField | DateTimeRangeField)
        and not field.has_db_default()
    ]


def test_every_moment_that_a_person_may_say_is_held_to_the_calendar() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname ~ '_calendar$'"
        )
        laws = dict(cursor.fetchall())
    assert [(table, column) for table, column in moments_of_people() if column not in laws.get(table, "")] == []


@pytest.mark.parametrize(
    "valid",
    [
        DateTimeTZRange(FLOOR - TICK, None),
        DateTimeTZRange(CEILING + TICK, None),
        DateTimeTZRange(FLOOR, CEILING + TICK),
        DateTimeTZRange(FLOOR - TICK, CEILING),
    ],
)
def test_no_row_holds_outside_the_calendar(valid: Any) -> None:
    with pytest.raises(IntegrityError, match="buildings_building_calendar"):
        Building.objects.create(location=at(0.5, 0.5), valid=valid)


def test_the_edges_belong_to_the_calendar() -> None:
    row = Building.objects.create(location=at(0.5, 0.5), valid=DateTimeTZRange(FLOOR, CEILING))
    assert Building.objects.get(pk=row.pk).valid == DateTimeTZRange(FLOOR, CEILING)


def test_what_lies_outside_is_brought_in_in_its_order() -> None:
    """Two rows from before, one to beyond, one without fault:  0001 ── 0044 ── … ── 1950 ── 9999"""
    rows = [factories.building(at(0.1 * n, 0.5)) for n in range(1, 5)]
    expected = ["[0001-01-01 BC,0044-01-01)", "[0044-01-01,)", "[1950-01-01,9999-12-31)", "[1950-01-01,)"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE buildings_building DROP CONSTRAINT buildings_building_calendar")
        cursor.execute("ALTER TABLE buildings_building DISABLE TRIGGER USER")
        for row, valid in zip(rows, expected, strict=True):
            cursor.execute("UPDATE buildings_building SET valid = %s WHERE id = %s", [valid, row.pk])
        cursor.execute("ALTER TABLE buildings_building ENABLE TRIGGER USER")
    assert heal(connection, [Building]) == 3
    healed = [Building.objects.get(pk=row.pk).valid for row in rows]
    assert healed[:2] == [DateTimeTZRange(FLOOR, FLOOR + TICK), DateTimeTZRange(FLOOR + TICK, None)]
    assert [each.upper for each in healed[2:]] == [CEILING, None]
    kept = RowHistory.objects.filter(table_name="buildings_building").order_by("row_id")
    assert [row.row_id for row in kept] == [row.pk for row in rows[:3]]
    assert heal(connection, [Building]) == 0


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "20260101"])
def test_an_import_takes_effect_in_the_calendar(tmp_path: Any, moment: str) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("code,lon,lat\nB1,114.35,22.69\n")
    with pytest.raises(CommandError, match="Not a time|outside the calendar|no moment of a record"):
        call_command("import_buildings", str(path), "--crs", "wgs84", "--effective-at", moment)
    assert not Building.objects.exists()

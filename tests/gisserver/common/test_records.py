"""Records stay as they were written: who read personal data, what a correction overwrote (laws 4 and 7)."""

import pytest
from django.db import IntegrityError, connection, transaction

from gisserver.common.access.audit import record_personal_read
from gisserver.common.models import RowHistory
from tests import factories

pytestmark = pytest.mark.usefixtures("laws")


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET id = id"])
@pytest.mark.parametrize("table", ["access_personaldataread", "common_rowhistory"])
def test_a_record_is_neither_changed_nor_deleted(table: str, statement: str) -> None:
    reader = factories.user("wang")
    record_personal_read(user_id=reader.pk, door="/api/households/", row_ids=[1])
    RowHistory.objects.create(table_name="buildings_building", row_id=1, row={})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="never deleted|history"), transaction.atomic():
            cursor.execute(statement.format(table))


def test_a_place_that_is_no_place_is_refused() -> None:
    with pytest.raises(IntegrityError, match="location_not_empty"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO buildings_building (location, kind, valid, recorded_at) "
            "VALUES (ST_SetSRID('POINT EMPTY'::geometry, 4547), 'other', tstzrange('2024-01-01', NULL), now())"
        )

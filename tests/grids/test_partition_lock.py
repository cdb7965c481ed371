"""Placing something and publishing exclude each other, so that nothing is placed by borders that are about to end."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import OperationalError, connection

from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.factories import hours_ago

pytestmark = pytest.mark.usefixtures("laws")

EXCLUSIVE = "SELECT pg_advisory_xact_lock(hashtext('grids.partition'))"
SHARED = "SELECT pg_advisory_xact_lock_shared(hashtext('grids.partition'))"


@pytest.fixture
def other() -> Iterator[psycopg.Connection[object]]:
    """Somebody else in the same database."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as somebody:
        yield somebody


def record() -> None:
    moment = hours_ago(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
    record_incidents([NewIncident(occurred_at=moment, received_at=moment, type_id=factories.incident_type().pk)])


def test_a_report_waits_for_a_publisher(other: psycopg.Connection[object]) -> None:
    other.execute(EXCLUSIVE)
    with pytest.raises(OperationalError, match="lock timeout"):
        record()


def test_reports_do_not_wait_for_each_other(other: psycopg.Connection[object]) -> None:
    other.execute(SHARED)
    record()

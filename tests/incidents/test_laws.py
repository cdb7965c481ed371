"""Incidents in the database: never deleted, testimony never rewritten, one current receipt (laws 3, 4)."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from gisserver.common.db.validity import since
from incidents.models import Assignment, Incident, IncidentStep
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.factories import at, community_of, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def incident() -> Incident:
    community_of("AB")
    new = NewIncident(
        occurred_at=hours_ago(2),
        received_at=hours_ago(1),
        type_id=factories.incident_type().pk,
        location_ewkb=at(0.5, 0.5).hexewkb.decode(),
        declared_crs="wgs84",
    )
    [recorded] = record_incidents([new])
    return Incident.objects.get(pk=recorded.id)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["incidents_incident", "incidents_assignment", "incidents_incidenttype"])
def test_nothing_is_deleted(incident: Incident, table: str) -> None:
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        execute(f"DELETE FROM {table}")


def test_nor_by_the_name_of_a_partition(incident: Incident) -> None:
    partition = f"incidents_incident_{incident.occurred_at:%Ym%m}"
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        execute(f"DELETE FROM {partition}")


@pytest.mark.parametrize("column", ["occurred_at = now()", "reported_x = 1", "declared_crs = 'gcj02'"])
def test_testimony_is_not_rewritten(incident: Incident, column: str) -> None:
    with pytest.raises(IntegrityError, match="history"):
        execute(f"UPDATE incidents_incident SET {column}")


def test_what_a_correction_overwrites_is_kept(incident: Incident) -> None:
    execute("UPDATE incidents_incident SET status = 'closed'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row->>'status' FROM common_rowhistory WHERE row_id = %s", [incident.pk])
        assert cursor.fetchall() == [("new",)]


@pytest.mark.parametrize("other", ["id + 1, occurred_at", "id, occurred_at + interval '1 hour'"])
def test_a_receipt_of_no_incident_is_refused(incident: Incident, other: str) -> None:
    with pytest.raises(IntegrityError, match="names a row that is not in incidents_incident"), transaction.atomic():
        execute(
            "INSERT INTO incidents_assignment (incident_id, occurred_at, rule, valid) "
            f"SELECT {other}, 'none', '[2026-01-01,2026-01-02)' FROM incidents_incident"
        )


def test_of_many_reports_at_once_none_may_be_of_another(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="names a row that is not in incidents_incident"), transaction.atomic():
        execute(
            "INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at) "
            "SELECT '12345', n::text, id + (n = 3)::int, occurred_at FROM incidents_incident, generate_series(1, 4) n"
        )


@pytest.mark.parametrize("change", ["id = id + 1", "occurred_at = occurred_at + interval '1 second'"])
def test_what_names_an_incident_stays_even_by_the_name_of_a_partition(incident: Incident, change: str) -> None:
    partition = f"incidents_incident_{incident.occurred_at:%Ym%m}"
    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        execute(f"UPDATE {partition} SET {change}")


def test_a_second_current_receipt_is_refused(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="one_current"):
        Assignment.objects.create(
            incident=incident, occurred_at=incident.occurred_at, rule="none", valid=since(hours_ago(0))
        )


def test_two_receipts_for_one_time_are_refused(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="one_at_a_time"):
        Assignment.objects.create(
            incident=incident, occurred_at=incident.occurred_at, rule="none", valid=(incident.received_at, hours_ago(0))
        )


def test_an_open_incident_is_never_without_a_receipt(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="without an assignment"):
        execute("UPDATE incidents_assignment SET valid = tstzrange(lower(valid), now())")


def test_nor_recorded_without_one(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="without an assignment"), transaction.atomic():
        Incident.objects.create(occurred_at=hours_ago(1), type=incident.type)
        execute("SELECT")


def test_nor_opened_again_without_one(incident: Incident) -> None:
    closed = Incident.objects.create(occurred_at=hours_ago(1), type=incident.type, status="closed")
    with pytest.raises(IntegrityError, match="without an assignment"), transaction.atomic():
        execute(f"UPDATE incidents_incident SET status = 'new' WHERE id = {closed.pk}")


def test_a_place_without_its_source_crs_is_refused(incident: Incident) -> None:
    with pytest.raises(IntegrityError, match="declared_crs"):
        Incident.objects.create(occurred_at=hours_ago(1), type=incident.type, location=at(0, 0))


def test_a_day_long_past_is_kept_and_costs_no_partition() -> None:
    kind = factories.incident_type().pk
    days = [hours_ago(24 * 365 * 12), hours_ago(24 * 365 * 100)]
    record_incidents([NewIncident(occurred_at=day, received_at=day, type_id=kind) for day in days])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM incidents_incident_other")
        assert cursor.fetchone() == (2,)


def test_only_the_months_that_occur_get_a_partition() -> None:
    kind = factories.incident_type().pk
    days = [hours_ago(24 * 365 * 5), hours_ago(1)]
    record_incidents([NewIncident(occurred_at=day, received_at=day, type_id=kind) for day in days])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'incidents_incident'::regclass")
        assert cursor.fetchone() == (3,)


def test_a_day_beyond_the_calendar_is_refused() -> None:
    kind = factories.incident_type().pk
    with pytest.raises(IntegrityError, match="incidents_incident_calendar"):
        record_incidents([NewIncident(occurred_at=hours_ago(24 * 365 * 300), received_at=hours_ago(0), type_id=kind)])


def test_a_source_names_one_incident_by_its_id_in_whatever_month() -> None:
    kind = factories.incident_type()
    values = {"type": kind, "source": "12345", "external_id": "7", "status": "closed"}
    Incident.objects.create(occurred_at=hours_ago(1), **values)
    with pytest.raises(IntegrityError, match="has reported 7 before"), transaction.atomic():
        Incident.objects.create(occurred_at=hours_ago(24 * 90), **values)


def test_what_a_source_has_named_stays_named(incident: Incident) -> None:
    values = {"source": "12345", "external_id": "7", "status": "closed"}
    Incident.objects.create(occurred_at=hours_ago(1), type=incident.type, **values)
    for statement in ("DELETE FROM incidents_sourcereference", "UPDATE incidents_sourcereference SET incident_id = 0"):
        with pytest.raises(IntegrityError), transaction.atomic():
            execute(statement)


def test_the_laws_outlive_the_columns_and_tables_that_a_migration_takes_back(incident: Incident) -> None:
    [statements] = Path(apps.get_app_config("incidents").path, "migrations", "sql").glob("*_terms_reverse.sql")
    execute(statements.read_text(encoding="utf-8"))
    execute("ALTER TABLE incidents_incident DROP COLUMN placed_by CASCADE, DROP COLUMN placing_order_id CASCADE")
    execute("DROP TABLE incidents_runningterm")
    step = {"step": "accept", "before": "reported", "after": "accepted", "by": factories.user("sun")}
    IncidentStep.objects.create(incident_id=incident.pk, occurred_at=incident.occurred_at, number=1, **step)
    with pytest.raises(IntegrityError, match="history"):
        execute("UPDATE incidents_incident SET reported_x = 1")

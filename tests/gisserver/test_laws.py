"""The database still has what enforces the laws; what it lacks is named, at every start and by command."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from gisserver.checks import law_errors
from gisserver.laws import laws_in_force, laws_wanted
from incidents.models import Incident
from tests import factories
from tests.factories import hours_ago

pytestmark = pytest.mark.django_db


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_list_of_laws_is_that_of_a_migrated_database() -> None:
    """After a new migration: `manage.py check_laws --write` on a migrated database."""
    assert laws_in_force(connection) == laws_wanted()


def test_a_database_with_all_its_laws_passes() -> None:
    assert law_errors(connection) == []


@pytest.mark.parametrize(
    ("statement", "law"),
    [
        (
            "DROP TRIGGER buildings_unit_keep_state ON buildings_unit",
            "trigger buildings_unit_keep_state on buildings_unit",
        ),
        (
            "ALTER TABLE grids_gridversion DISABLE TRIGGER grids_gridversion_begun",
            "trigger grids_gridversion_begun on grids_gridversion",
        ),
        (
            "ALTER TABLE grids_gridversion DROP CONSTRAINT grids_gridversion_geom_valid",
            "constraint grids_gridversion_geom_valid on grids_gridversion",
        ),
        (
            "ALTER TABLE incidents_assignment DISABLE TRIGGER ALL",
            "constraint incidents_assignment_grid_id_3e6a262a_fk_grids_grid_id on incidents_assignment",
        ),
        (
            "DROP INDEX incidents_assignment_one_current",
            "unique index incidents_assignment_one_current on incidents_assignment",
        ),
    ],
)
def test_what_is_missing_or_disabled_is_named(statement: str, law: str) -> None:
    execute(statement)
    [error] = law_errors(connection)
    assert law in error.msg


def test_the_command_says_what_is_missing() -> None:
    execute("DROP TRIGGER buildings_unit_keep_state ON buildings_unit")
    output = io.StringIO()
    with pytest.raises(CommandError, match="laws_broken: 1 laws"):
        call_command("check_laws", stdout=output)
    assert output.getvalue() == "missing or disabled: trigger buildings_unit_keep_state on buildings_unit\n"


def test_the_command_proves_a_sound_database() -> None:
    output = io.StringIO()
    call_command("check_laws", stdout=output)
    assert output.getvalue().startswith("proved: every law is in force, every open incident is assigned\n")


def test_the_command_names_an_open_incident_without_assignment() -> None:
    execute("ALTER TABLE incidents_incident DISABLE TRIGGER incidents_incident_assigned")
    incident = Incident.objects.create(occurred_at=hours_ago(1), type=factories.incident_type())
    execute("ALTER TABLE incidents_incident ENABLE TRIGGER incidents_incident_assigned")
    output = io.StringIO()
    with pytest.raises(CommandError, match="1 incidents not assigned"):
        call_command("check_laws", stdout=output)
    assert output.getvalue() == f"open and not assigned: incident {incident.pk}\n"


def test_no_function_depends_on_the_search_path_of_its_caller() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE p.pronamespace = current_schema()::regnamespace AND p.proname !~ '^procrastinate'
              AND p.prosqlbody IS NULL AND p.proconfig IS NULL
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """
        )
        assert cursor.fetchall() == []

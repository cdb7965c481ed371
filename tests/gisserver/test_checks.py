import pytest
from django.core.management import call_command
from django.db import connection

from gisserver.checks import log_warnings, stored_survey_srid, survey_srid_errors


@pytest.mark.django_db
def test_the_survey_crs_of_a_database_is_read_from_its_tables(settings):
    assert stored_survey_srid(connection) == settings.SURVEY_SRID


@pytest.mark.django_db
def test_a_database_in_its_own_survey_crs_passes():
    call_command("check", databases=["default"])
    assert survey_srid_errors(connection) == []


@pytest.mark.django_db
def test_another_survey_crs_is_refused_naming_both(settings):
    settings.SURVEY_SRID = 32618
    (error,) = survey_srid_errors(connection)
    assert "4547" in error.msg and "32618" in error.msg


@pytest.mark.parametrize("degrees_or_feet", [4326, 2272])
def test_a_survey_crs_that_is_not_in_metres_is_refused(settings, degrees_or_feet):
    settings.SURVEY_SRID = degrees_or_feet
    (error,) = survey_srid_errors(connection)
    assert error.id == "gisserver.E002"


@pytest.mark.django_db
def test_a_database_without_tables_has_no_survey_crs_yet():
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA bare")
        cursor.execute("SET LOCAL search_path = bare, public")
    assert stored_survey_srid(connection) is None


@pytest.mark.django_db
def test_the_embedded_database_keeps_rows_out_of_its_log():
    assert log_warnings(connection) == []


@pytest.mark.django_db
@pytest.mark.parametrize("loud", ["log_min_error_statement = error", "log_error_verbosity = 'default'"])
def test_a_database_that_logs_rows_is_warned_of(loud):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {loud}")
    (warning,) = log_warnings(connection)
    assert warning.id == "gisserver.W001" and not warning.is_serious()

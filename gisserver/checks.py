"""System checks: what must hold before the server may serve (`manage.py check`, and every start)."""

import re
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from gisserver.common.db.law_files import laws_not_carried
from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import survey_crs
from gisserver.common.sentences import Sentence
from gisserver.laws import laws_missing
from grids.models import GridVersion

# log_min_error_statement, log_error_verbosity: `runtime/tuning.py` sets them for the embedded cluster.
QUIET_LOG = ("panic", "terse")


@register(Tags.database)
def survey_srid(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check each of ``databases`` against SURVEY_SRID (law 2)."""
    return [error for alias in databases or [] for error in survey_srid_errors(connections[alias])]


@register(Tags.database)
def laws_are_in_force(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that each of ``databases`` has the triggers and constraints of every law."""
    return [error for alias in databases or [] for error in law_errors(connections[alias])]


def law_errors(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Return one error naming the triggers and constraints that ``connection`` should have and lacks, if any."""
    missing = laws_missing(connection)
    if not missing:
        return []
    return [
        Error(
            f"{len(missing)} of the database's laws are missing or disabled: {'; '.join(missing)}.",
            hint="Enable what was disabled (ALTER TABLE … ENABLE TRIGGER …). After a restore that reported errors, "
            "restore again into an empty database with pg_restore --exit-on-error.",
            id="gisserver.E003",
        )
    ]


@register(Tags.database)
def rows_stay_out_of_logs(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that none of ``databases`` logs the statements that fail, with the rows that they hold (law 7)."""
    return [warning for alias in databases or [] for warning in log_warnings(connections[alias])]


def log_warnings(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Return a warning when the log of ``connection``'s server quotes names and phones of what fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_min_error_statement'), current_setting('log_error_verbosity')")
        [setting] = cursor.fetchall()
    if setting == QUIET_LOG:
        return []
    return [
        Warning(
            "A statement that fails is written to the database's log with the names and phones that it holds.",
            hint="As its superuser: ALTER DATABASE … SET log_min_error_statement = panic; "
            "ALTER DATABASE … SET log_error_verbosity = terse;",
            id="gisserver.W001",
        )
    ]


@register()
def code_patterns(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each pattern of codes is a regular expression."""
    errors: list[CheckMessage] = []
    for kind, pattern in settings.CODE_PATTERNS.items():
        try:
            re.compile(pattern)
        except re.error as error:
            sentence = Sentence(
                "The pattern of {kind} codes is no regular expression: {error}.", kind=kind, error=error
            )
            hint = f"Mend {kind.upper()}_CODE_PATTERN, which is {pattern}: as in [0-9]{{15}}."
            errors.append(Error(sentence, hint=hint, id="gisserver.E004"))
    return errors


@register()
def laws_are_carried(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that migrations bring the database what the laws say today."""
    return [
        Error(
            f"A law of {label} has changed since the newest migration that carries its laws.",
            hint=f'Add a migration to {label} with the operation CarryLaws("{digest}").',
            id="gisserver.E005",
        )
        for label, digest in laws_not_carried().items()
    ]


def survey_srid_errors(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Return an error when SURVEY_SRID is no CRS to survey in, or not that of the tables of ``connection``."""
    try:
        survey_crs(settings.SURVEY_SRID)
    except Invalid as error:
        hint = "Take the projected CRS in metres that the city is surveyed in, such as 4547, 32618 or 32632."
        return [Error(error.detail, hint=hint, id="gisserver.E002")]
    stored = stored_survey_srid(connection)
    if stored in {None, settings.SURVEY_SRID}:
        return []
    return [
        Error(
            f"This database was made with SURVEY_SRID={stored}, but now SURVEY_SRID={settings.SURVEY_SRID}.",
            hint=f"Start with SURVEY_SRID={stored}, or give the other survey CRS a home of its own: "
            f"GISSERVER_HOME=/other/path SURVEY_SRID={settings.SURVEY_SRID} make run",
            id="gisserver.E001",
        )
    ]


def stored_survey_srid(connection: BaseDatabaseWrapper) -> int | None:
    """Return the EPSG code of the stored grid boundaries, None while there is no such table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('geometry_columns') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(
            "SELECT srid FROM geometry_columns"
            " WHERE f_table_schema = current_schema() AND f_table_name = %s AND f_geometry_column = %s",
            [GridVersion._meta.db_table, GridVersion._meta.get_field("geom").column],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None

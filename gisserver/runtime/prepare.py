"""The Django side of a start: a fitting database, its tables, the administrator, the demo district."""

import os
import secrets
import sys
from typing import Any

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from gisserver.runtime import server
from gisserver.runtime.admin_file import keep_password, kept_password
from gisserver.runtime.home import Home
from gisserver.runtime.say import Problem, say

ADMINISTRATOR = "admin"
DEMO_SRID = 4547
DEMO_SIZES = ("small", "full", "none")


def prepare() -> None:
    """Bring the configured database to where the server can run on it; a second call changes nothing.

    Raises Problem naming everything that is in the way.
    """
    home = Home(settings.GISSERVER_HOME)
    check_server(embedded="DATABASE_URL" not in os.environ)
    check_survey_srid()
    migrate()
    check_laws()
    create_administrator(home)
    load_demo(os.environ.get("DEMO") or "small")


def check_server(*, embedded: bool) -> None:
    """Raise Problem listing all that the server lacks; an embedded cluster gets its database made first."""
    parameters = _connection_parameters()
    try:
        if embedded:
            with psycopg.connect(**{**parameters, "dbname": "postgres"}, autocommit=True) as maintenance:
                server.create_database(maintenance, parameters["dbname"])
        with psycopg.connect(**parameters, autocommit=True, connect_timeout=10) as direct:
            lacking = server.shortcomings(direct)
    except psycopg.OperationalError as error:
        where = "The embedded database" if embedded else "The database that DATABASE_URL names"
        raise Problem(f"{where} cannot be reached: {error}") from error
    if lacking:
        raise Problem("The database does not fit:\n" + "\n".join(f"  - {one}" for one in lacking))


def check_survey_srid() -> None:
    """Raise Problem when SURVEY_SRID is no CRS to survey in, or not that of the database (law 2)."""
    from gisserver.checks import survey_srid_errors

    for error in survey_srid_errors(connection):
        raise Problem(f"{error.msg}\n  {error.hint}")


def migrate() -> None:
    """Apply what migrations are new, saying which."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Applying {len(plan)} migrations")
        call_command("migrate", interactive=False, verbosity=0)


def check_laws() -> None:
    """Raise Problem when a trigger or constraint of a law is missing, as after a restore with errors."""
    from gisserver.checks import law_errors

    for error in law_errors(connection):
        raise Problem(f"{error.msg}\n  {error.hint}")


def create_administrator(home: Home) -> None:
    """Create the first administrator with a generated password, kept in the home for its owner only.

    The file is written first: a start that is killed in between uses the same password again.
    """
    from django.contrib.auth import get_user_model

    users = get_user_model()._default_manager
    if users.filter(is_superuser=True).exists():
        return
    password = kept_password(home.admin, name=ADMINISTRATOR) or secrets.token_urlsafe(15)
    keep_password(home.admin, name=ADMINISTRATOR, password=password)
    users.create_superuser(username=ADMINISTRATOR, password=password)
    say(f"Made the administrator; name and password are in {home.admin}")


def load_demo(size: str) -> None:
    """Load the demo district into a database without any division; it lies in EPSG:4547 only."""
    if size not in DEMO_SIZES:
        raise Problem(f"DEMO must be small, full or none, not {size!r}")
    if size == "none" or settings.SURVEY_SRID != DEMO_SRID:
        return
    if apps.get_model("grids", "Division")._default_manager.exists():
        return
    say(f"Loading the demo district ({size})")
    call_command("load_demo", size)


def _connection_parameters() -> dict[str, Any]:
    """Return what Django connects with, for a connection without its pool."""
    parameters: dict[str, Any] = dict(connection.get_connection_params())
    return {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}


def main() -> int:
    """Run `prepare`; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")
    try:
        django.setup()
        prepare()
    except (Problem, CommandError, ImproperlyConfigured) as problem:
        say(f"\n{problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

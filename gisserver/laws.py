"""The database objects that enforce the laws (DESIGN §3): which there must be, and which there are.

`laws.txt` lists the triggers, constraints and unique indexes that the migrations make; a test holds it to them, and
`manage.py check_laws --write` renews it. What a restore has lost, or somebody has disabled, is missing from a database.
"""

from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from gisserver.common.db import sql
from gisserver.common.db.migrated import migrations_wait

LIST = Path(__file__).with_name("laws.txt")
# The first part of the names of our tables and triggers; Django's and procrastinate's are their own.
APPS = ["access", "buildings", "common", "grids", "incidents", "jobs", "layers", "tiles", "webhooks"]


def laws_wanted() -> list[str]:
    """Return the names of the objects that a migrated database has."""
    return LIST.read_text(encoding="utf-8").splitlines()


def laws_in_force(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the objects that the database has, enabled and validated."""
    with connection.cursor() as cursor:
        cursor.execute(sql.read(Path(__file__).with_name("laws.sql")), {"apps": APPS})
        return [law for law, in_force in cursor.fetchall() if in_force]


def laws_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the objects that the database should have and has not; none while migrations wait."""
    if migrations_wait(connection):
        return []
    return sorted(set(laws_wanted()) - set(laws_in_force(connection)))

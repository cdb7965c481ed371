"""Following the partition: which grid each thing has from a moment on, and what of that is written already.

The one place of this rule for whatever is assigned to grids; `grids_grid_of()` is the rule for a single moment (law 3).
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import sql

from gisserver.common.db.sql import read

SQL = Path(__file__).parent / "sql"


GRID_OF = sql.SQL("grids_grid_of(i.location, i.moment, %(tolerance_m)s)")


def follow(*, assignments: str, thing: str, moment: datetime, grid_of: sql.SQL = GRID_OF) -> None:
    """End the dated rows of a table of assignments that no longer say which grid a thing has from ``moment`` on.

    ``assignments`` has the columns ``id``, ``grid_id``, ``grid_version_id``, ``valid`` and, named by ``thing``, the
    id of what is assigned. The temporary table ``following`` names the things: ``id``, ``location`` (survey CRS),
    ``begins`` (not before ``moment``) and ``ends`` (or NULL). Two more are made: ``course`` (``id``, ``begins``,
    ``ends``, ``grid_id``, ``version_id``, ``rule``, ``margin_m``), a row for each time that the grid is another; and
    ``written``, of which a ``kept`` row with the ``id`` and ``begins`` of one says that it is there already. The caller
    writes the rest and drops all three; it holds the shared partition lock. ``grid_of`` is the rule for one moment, of
    a row ``i`` of ``following`` with its ``moment``.
    """
    names: dict[str, sql.Composable] = {
        "assignments": sql.Identifier(assignments),
        "thing": sql.Identifier(thing),
        "grid_of": grid_of,
    }
    values: dict[str, datetime | float] = {"moment": moment, "tolerance_m": settings.NEAREST_TOLERANCE_M}
    with connection.cursor() as cursor:
        for statement in read(SQL / "follow.sql").split(";\n"):
            cursor.execute(sql.SQL(statement).format(**names), values)

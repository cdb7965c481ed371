"""Law 3 proved on what is stored: every open incident has one assignment at every instant from its receipt on."""

from pathlib import Path

from gisserver.common.db import sql
from incidents.models import OPEN_STATUSES

SQL = Path(__file__).parent / "sql"


def open_without_assignment() -> list[int]:
    """Return the ids of the open incidents that have no assignment at some instant since their receipt.

    That no two overlap is a constraint, which `gisserver.laws` looks after.
    """
    rows = sql.rows(SQL / "unassigned.sql", open=[status.value for status in OPEN_STATUSES])
    return [row["id"] for row in rows]

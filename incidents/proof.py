"""Law 3 proved on what is stored: an open incident has an assignment at all times; each comes out the same again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from gisserver.common.db import sql
from incidents.models import OPEN_STATUSES, Assignment

SQL = Path(__file__).parent / "sql"
_RECEIPTS_AT_A_TIME = 20_000


def open_without_assignment() -> list[int]:
    """Return the ids of the open incidents that have no assignment at some instant since their receipt.

    That no two overlap is a constraint, which `gisserver.laws` looks after.
    """
    rows = sql.rows(SQL / "unassigned.sql", open=[status.value for status in OPEN_STATUSES])
    return [row["id"] for row in rows]


def receipts_that_differ(*, after: int = 0) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Compute the receipts behind id ``after`` again from the places and partitions on record, many at a time.

    Yields up to which id that is done, and of those since the (assignment, incident) that now come out otherwise.
    """
    last = Assignment.objects.aggregate(Max("pk"))["pk__max"] or 0
    while after < last:
        upto = min(after + _RECEIPTS_AT_A_TIME, last)
        values: dict[str, Any] = {"after": after, "last": upto, "tolerance_m": settings.NEAREST_TOLERANCE_M}
        found = sql.rows(SQL / "recompute.sql", **values)
        yield upto, [(row["id"], row["incident_id"]) for row in found]
        after = upto

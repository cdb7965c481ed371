"""What a publication touched: the rows that PostgreSQL counted, and what changed hands by law 3 alone."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from gisserver.common.db import sql
from grids import asset_registry
from grids.models import GridVersion, Redraw

SQL = Path(__file__).parent / "sql"
# A server process tells what it has counted at most once a second.
TOLD_S = 1.5


@dataclass(slots=True)
class Counters:
    """PostgreSQL's own counts of rows inserted and updated in each table, from the moment this is made."""

    _first: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._first = _counted()

    def since(self) -> dict[str, tuple[int, int]]:
        """Return for each table the rows inserted and updated since."""
        return {
            table: (new - self._first.get(table, (0, 0))[0], old - self._first.get(table, (0, 0))[1])
            for table, (new, old) in _counted().items()
        }


def _counted() -> dict[str, tuple[int, int]]:
    time.sleep(TOLD_S)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd FROM pg_stat_user_tables")
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def carried() -> dict[str, dict[str, Any]]:
    """Return by code what each grid carries now, and its area in square metres."""
    versions = {row.grid_id: row for row in GridVersion.objects.at().only("grid_id", "code", "double_area_mm2")}
    counts = asset_registry.of(list(versions))
    return {row.code: {**counts[grid_id], "area_m2": row.area_m2} for grid_id, row in versions.items()}


def changed_hands(redraw_id: int) -> dict[str, set[tuple[int, str | None]]]:
    """Return the buildings and open incidents to which law 3 gave another grid just before than it gives now.

    Each with the code of its grid now. Asked of every place there is, whatever area the redraw says it changed.
    """
    moment = Redraw.objects.get(pk=redraw_id).effective_at
    rows = sql.rows(SQL / "changed_hands.sql", moment=moment, tolerance_m=settings.NEAREST_TOLERANCE_M)
    found: dict[str, set[tuple[int, str | None]]] = {"buildings": set(), "incidents": set()}
    for row in rows:
        found[row["kind"]].add((row["id"], row["code"]))
    return found

"""Incidents of a span on the grids of one day: what statistics over redraws stand on. The receipts stay as they are."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from grids.models import GridVersion

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Restated:
    """A grid of the day: how many incidents of the span lie in it, and how many of those went to another."""

    grid: str
    incidents: int
    elsewhere: int


def restated(user: Viewer, *, since: datetime, until: datetime, at: datetime | None = None) -> list[Restated]:
    """Return the incidents that occurred in a span by the grids of ``at`` (default now) in which their places lie.

    One whose grid was decided by hand counts there, if that grid is of the day. Only grids that the user may see.
    """
    moment = at or database_now()
    values: dict[str, Any] = {
        "since": since,
        "until": until,
        "moment": moment,
        "tolerance_m": settings.NEAREST_TOLERANCE_M,
    }
    rows = {row["version_id"]: row for row in sql.rows(SQL / "restated.sql", **values)}
    seen = GridVersion.objects.visible_to(user).at(moment).filter(pk__in=rows).values_list("pk", "code")
    found = [Restated(code, rows[pk]["incidents"], rows[pk]["elsewhere"]) for pk, code in seen]
    return sorted(found, key=lambda each: each.grid)

"""Telling what is due: reminders, deadlines that were missed, escalations, and what redraws gave to other grids.

Nothing is told twice: a notice is known by its incident, its kind and what it is about. Run every minute
(`incidents/tasks.py`), so that what was planned is told when it happens, and what was cancelled never.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from grids.models import GridVersion, PostRole
from grids.who_serves import serving
from incidents.lifecycle.deadlines import Notice as Kind
from incidents.lifecycle.deadlines import Term, notices_due
from incidents.lifecycle.steps import UNDER_WAY
from incidents.models import Notice

SQL = Path(__file__).parent / "sql"
# How long a handover is looked for that no worker was there to tell.
LOOK_BACK = timedelta(days=7)


@transaction.atomic
def tell_what_is_due() -> int:
    """Write the notices that are due and have not been written; return how many."""
    now = database_now()
    before = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    Notice.objects.bulk_create([*_of_terms(now), *_of_handovers(now)], batch_size=1000, ignore_conflicts=True)
    return Notice.objects.filter(pk__gt=before).count()


def _of_terms(now: datetime) -> Iterable[Notice]:
    for row in sql.rows(SQL / "terms.sql", now=now):
        due = Term(row["due_at"], row["remind_at"], row["escalate_at"])
        for kind in (each for each in notices_due(due, now) if each not in row["told"]):
            # Who is late is told; that he stays late, and what waits for a dispatcher, is told to the dispatchers.
            own = row["state"] in UNDER_WAY and kind is not Kind.ESCALATION
            yield Notice(
                incident_id=row["id"], occurred_at=row["occurred_at"], kind=kind, about=row["number"],
                due_at=row["due_at"], grid_id=row["grid_id"], officer_id=row["officer_id"] if own else None,
            )  # fmt: skip


def _of_handovers(now: datetime) -> Iterable[Notice]:
    rows = sql.rows(SQL / "handovers.sql", now=now, since=now - LOOK_BACK)
    officers: dict[tuple[int | None, datetime], list[int | None]] = {}
    for row in rows:
        for grid_id, moment in _sides(row):
            if (grid_id, moment) not in officers:
                officers[grid_id, moment] = _main_officers(grid_id, moment)
            for officer_id in officers[grid_id, moment]:
                yield Notice(
                    incident_id=row["id"], occurred_at=row["occurred_at"], kind=Kind.HANDOVER,
                    about=row["assignment_id"], grid_id=grid_id, officer_id=officer_id,
                )  # fmt: skip


def _sides(row: Mapping[str, Any]) -> list[tuple[int | None, datetime]]:
    """Return the grid that an incident came from, just before, and the one that it went to."""
    begins: datetime = row["begins"]
    return [(row["source"], begins - timedelta(microseconds=1)), (row["target"], begins)]


def _main_officers(grid_id: int | None, moment: datetime) -> list[int | None]:
    """Return who is to be told of a grid: its main officers; nobody in particular where there are none."""
    serves = serving([grid_id], moment).get(grid_id, []) if grid_id is not None else []
    main = {each.officer_id for each in serves if each.role == PostRole.MAIN}
    return [*sorted(main)] if main else [None]


def notices_to_show(user: Viewer) -> QuerySet[Notice]:
    """Return the notices of the user's areas, each with ``grid_code`` and ``officer_name``."""
    code = GridVersion.objects.visible_to(user).filter(grid_id=OuterRef("grid_id")).order_by("-valid").values("code")
    rows: QuerySet[Notice] = Notice.objects.visible_to(user).annotate(
        grid_code=Subquery(code[:1]), officer_name=F("officer__name")
    )
    return rows.order_by("pk")

"""Named changes of state of buildings."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from buildings.models import Building
from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from grids.assignment_timeline import follow
from grids.partition_lock import keep_partition

SQL = Path(__file__).parent / "sql"


def lock_buildings(ids: Collection[int]) -> None:
    """Let nobody else change these buildings, or what is in them, until the commit; in the order of their ids.

    Whoever also needs the partition lock takes that first.
    """
    rows = Building.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


@transaction.atomic
def assign_buildings(
    *, ids: Sequence[int] | None = None, area: bytes | None = None, moment: datetime | None = None
) -> int:
    """Give buildings the grids they stand in from ``moment`` (default now) on; return how many assignments began.

    ``ids`` names these buildings, ``area`` (WKB in the survey CRS) those in it; both None means all. An
    assignment to the same grid is left alone; another ends and its successor begins (law 4), and where a change of
    the partition is planned, the successor's successor too. What had been planned otherwise is called off. A building
    that stands gets the community around it, and what waits for review goes with its candidates. Takes the shared
    partition lock, and row locks on the assignments that end.
    """
    keep_partition()
    since = moment or database_now()
    named = None if ids is None else list(ids)
    sql.run(SQL / "following.sql", ids=named, area=area, moment=since, srid=settings.SURVEY_SRID)
    follow(assignments="buildings_buildingassignment", thing="building_id", moment=since)
    begun, *_others = sql.run(SQL / "assign.sql")
    return begun

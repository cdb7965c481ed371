"""Reading the feed: changes get their numbers when nothing can come before them any more, and keep them for ever.

Transactions commit in another order than they begin, so a number given at writing would leave gaps that are filled
behind a reader's back. A change is numbered once every transaction that was under way with it is over: whoever
has read up to a number has read all below it. One long transaction delays what comes after it, nothing is lost.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from gisserver.common.access.models import Viewer
from gisserver.common.changes.kinds import registered
from gisserver.common.db import sql
from gisserver.common.models import Change

SQL = Path(__file__).parent / "sql"
# Any number; who holds it numbers the changes.
_LOCK = 7_301_114
# A page ends with the change that brings it to so many ids: a city's first import is told in many pages.
MAX_IDS = 20_000


@dataclass(frozen=True, slots=True)
class Told:
    """The things of one kind that one statement has touched: their ids, those only that the reader may see."""

    number: int
    kind: str
    ids: Sequence[int]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in order; ``last`` is the number to go on from, whether or not anything was to be told."""

    changes: Sequence[Told]
    last: int


def look() -> str:
    """Return the statement by which whoever waits for news looks whether there is any: last number, more to number."""
    return sql.read(SQL / "look.sql")


def newest() -> int:
    """Return the number of the last change that is settled."""
    _number()
    with connection.cursor() as cursor:
        cursor.execute(look())
        row = cursor.fetchone()
    return int(row[0])


def changes_since(*, user: Viewer, since: int, limit: int, kinds: Collection[str], until: int | None = None) -> Page:
    """Return what the user may be told of the next ``limit`` of these changes after ``since``, up to ``until``."""
    _number()
    rows = _page(since, limit, until)
    seen = {kind: _seen(user, kind, rows) for kind in kinds}
    told = [
        Told(row.number or 0, row.kind, ids, row.recorded_at)
        for row in rows
        if (ids := [each for each in row.ids if each in seen.get(row.kind, ())])
    ]
    return Page(told, (rows[-1].number or since) if rows else since)


def _page(since: int, limit: int, until: int | None) -> list[Change]:
    rows: list[Change] = []
    ids = 0
    wanted = Change.objects.filter(number__gt=since).order_by("number")
    if until is not None:
        wanted = wanted.filter(number__lte=until)
    for row in wanted[:limit].iterator():
        rows.append(row)
        ids += len(row.ids)
        if ids >= MAX_IDS:
            break
    return rows


def _seen(user: Viewer, kind: str, rows: Sequence[Change]) -> set[int]:
    ids = {each for row in rows if row.kind == kind for each in row.ids}
    return registered()[kind].visible(user, ids) if ids else set()


@transaction.atomic
def _number() -> None:
    """Number what is settled, unless somebody is just doing it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone()[0]:
            sql.run(SQL / "number.sql")

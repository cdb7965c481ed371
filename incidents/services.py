"""Named changes of state of incidents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql as composed

from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.db.statements import copying
from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence
from grids.assignment_timeline import follow
from grids.partition_lock import keep_partition
from incidents.models import OPEN_STATUSES
from incidents.selectors import NEAR_BORDER_M, FirstReceipt

SQL = Path(__file__).parent / "sql"
GRID_OF = composed.SQL("incidents_grid_of(i.location, i.moment, %(tolerance_m)s, i.placing_order_id)")
OPEN = [status.value for status in OPEN_STATUSES]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """An incident to be recorded.

    ``location_ewkb`` is the place as hexadecimal EWKB in the survey CRS in whole millimetres, or None when the
    report had no coordinates; ``declared_crs``, ``reported_x`` and ``reported_y`` say how they came (law 6).
    ``declared_community_id`` is used when the place does not tell the community. ``placed_by`` says which member of
    the report has said the place (`placed_by.Member`; empty: the point), by ``placing_order_id`` (None: none was set).
    """

    occurred_at: datetime
    received_at: datetime
    type_id: int
    source: str = ""
    external_id: str = ""
    title: str = ""
    text: str = ""
    address: str = ""
    location_ewkb: str | None = None
    declared_crs: str = ""
    reported_x: float | None = None
    reported_y: float | None = None
    accuracy_m: float | None = None
    status: str = "new"
    declared_community_id: int | None = None
    building_id: int | None = None
    unit_id: int | None = None
    placed_by: str = ""
    placing_order_id: int | None = None
    demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a report: a ``new`` incident, or the one that its source had reported under the same id before.

    ``differs`` names the members in which a second report says otherwise than the first, which stays. The ``receipt``
    of a new one is told to those who report (`record_reports`), unless a change of the partition is planned.
    """

    id: int
    new: bool
    differs: tuple[str, ...] = ()
    receipt: FirstReceipt | None = None


_MEMBERS = [field.name for field in fields(NewIncident)]
STAGED = tuple("location" if name == "location_ewkb" else name for name in _MEMBERS)
_as_staged = attrgetter(*_MEMBERS)


@transaction.atomic(savepoint=False)
def record_incidents(incidents: Iterable[NewIncident], *, moment: datetime | None = None) -> Sequence[Recorded]:
    """Record incidents and assign each to its grid in one transaction; return in the given order what became of each.

    Streams by COPY, so a million rows need little memory here. Each incident gets exactly one assignment: a
    grid, or rule "none" with a reason, which is the unassigned queue (law 3). One that its source has reported before
    (``source`` and ``external_id``, law 8) is not recorded again; who reports the same at the same time waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.read(SQL / "staging.sql"))
        columns = ", ".join(STAGED)
        with copying(cursor, f"COPY incidents_staging ({columns}) FROM STDIN") as copy:
            for incident in incidents:
                copy.write_row(_as_staged(incident))
    return place_staged(moment=moment)


@transaction.atomic(savepoint=False)
def place_staged(*, moment: datetime | None = None) -> Sequence[Recorded]:
    """Record what has been copied into the temporary table `incidents_staging`; return what became of it, in its order.

    An open incident also gets the grids that planned changes of the partition will give it. Takes the shared lock on
    the partition until the commit.
    """
    keep_partition()
    [(now, changes, _)] = sql.tuples(SQL / "ready.sql", moment=moment)
    sql.tuples(SQL / "place.sql", **_placing(now), told=False)
    recorded = [
        Recorded(id=incident_id, new=new, differs=tuple(differs))
        for incident_id, new, differs in sql.tuples(SQL / "recorded.sql")
    ]
    if changes:
        _reassign(ids=[each.id for each in recorded if each.new], area=None, moment=now)
    return recorded


@transaction.atomic(savepoint=False)
def record_reports(incidents: Sequence[NewIncident]) -> Sequence[Recorded]:
    """Record incidents as `record_incidents` does, with their receipts.

    They go with the statement that places them: for a few, a third of the questions; for more than a request carries,
    too much at once.
    """
    if not incidents:
        return []
    keep_partition()
    given = _columns(incidents)
    times = {"occurred_at": given["occurred_at"]}
    [(now, changes, _)] = sql.tuples(SQL / "ready.sql", tables=SQL / "given_moments.sql", moment=None, **times)
    placed = sql.tuples(SQL / "place.sql", tables=SQL / "given.sql", **_placing(now), told=True, **given)
    found = {
        ordinal - 1: Recorded(id=incident_id, new=True, receipt=None if changes else FirstReceipt(*receipt))
        for ordinal, incident_id, *receipt in placed
    }
    if len(found) < len(incidents):
        known = [index for index in range(len(incidents)) if index not in found]
        found.update(zip(known, _known([incidents[index] for index in known]), strict=True))
    recorded = [found[index] for index in range(len(incidents))]
    if changes:
        _reassign(ids=[each.id for each in recorded if each.new], area=None, moment=now)
    return recorded


def _known(incidents: Sequence[NewIncident]) -> list[Recorded]:
    """Return the incidents that these sources have reported before under these ids."""
    rows = sql.tuples(SQL / "recorded.sql", tables=SQL / "given.sql", **_columns(incidents))
    return [Recorded(id=incident_id, new=False, differs=tuple(differs)) for incident_id, _, differs in rows]


def _columns(incidents: Sequence[NewIncident]) -> dict[str, list[Any]]:
    return dict(zip(STAGED, map(list, zip(*map(_as_staged, incidents), strict=True)), strict=True))


def _placing(now: datetime) -> dict[str, Any]:
    return {"open": OPEN, "moment": now, "tolerance_m": settings.NEAREST_TOLERANCE_M, "near_m": NEAR_BORDER_M}


@transaction.atomic
def reassign_open_incidents(
    *, ids: Sequence[int] | None = None, area: bytes | None = None, moment: datetime | None = None
) -> int:
    """Give open incidents, these ``ids`` or those in ``area`` (WKB, survey CRS), their grids from ``moment`` on.

    That is the grid of the moment (default now) and of each later one at which a change is planned; what had been
    planned otherwise is called off. Whoever opens a closed incident again asks for it by its id. Returns how many
    assignments begin. Takes the shared lock on the partition, and row locks on the receipts that end.
    """
    keep_partition()
    return _reassign(ids=ids, area=area, moment=moment or database_now())


@transaction.atomic
def assign_waiting() -> tuple[int, int]:
    """Give the incidents that wait in areas that have grids by now their grid; return how many are open, how many over.

    What came in before its grids did: open ones mostly followed by themselves, those that are over did not. From now on
    they have the grid of their time; that they waited until now stays on record (law 4).
    """
    keep_partition()
    now = database_now()
    sql.run(SQL / "waiting.sql", open=OPEN, moment=now, tolerance_m=settings.NEAREST_TOLERANCE_M)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM waiting WHERE open ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        _reassign(ids=ids, area=None, moment=now)
    _ended, begun, _moved = sql.run(SQL / "placed_late.sql", moment=now)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE waiting")
    return len(ids), begun


def _reassign(*, ids: Sequence[int] | None, area: bytes | None, moment: datetime) -> int:
    named = None if ids is None else list(ids)
    values = {"open": OPEN, "ids": named, "area": area, "moment": moment, "srid": settings.SURVEY_SRID}
    sql.run(SQL / "following.sql", **values)
    follow(assignments="incidents_assignment", thing="incident_id", moment=moment, grid_of=GRID_OF)
    begun, *_others = sql.run(SQL / "reassign.sql")
    return begun


def told_receipts(recorded: Iterable[Recorded]) -> dict[int, FirstReceipt]:
    """Return by incident the receipts that were told when it was recorded."""
    return {each.id: each.receipt for each in recorded if each.receipt is not None}


def refuse_another(report: Recorded) -> None:
    """Raise Conflict ``external_id_reused`` when a source says something else under an id that it has used (law 8)."""
    if report.differs:
        raise Conflict(
            "external_id_reused",
            Sentence(
                "This source has reported another incident under this external_id: {differs} said otherwise. A retry "
                "says the same; another incident has its own id.",
                differs=", ".join(report.differs),
            ),
            differs=list(report.differs),
        )

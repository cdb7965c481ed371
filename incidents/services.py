"""Named changes of state of incidents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.conf import settings
from django.db import connection, transaction

from gisserver.common.db import sql
from gisserver.common.db.clock import database_now
from gisserver.common.db.statements import copying
from gisserver.common.errors import Conflict, DomainError, Invalid
from gisserver.common.geo.crs import XY, DeclaredCRS, misplaced, parse_crs, to_survey
from gisserver.common.sentences import Sentence
from grids.assignment_timeline import follow
from grids.partition_lock import keep_partition
from incidents.models import EARLIEST, OPEN_STATUSES, IncidentType
from incidents.selectors import FirstReceipt, incident_type

SQL = Path(__file__).parent / "sql"
# A phone's clock may run ahead a little.
CLOCK_TOLERANCE = timedelta(minutes=10)
OPEN = [status.value for status in OPEN_STATUSES]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """An incident to be recorded.

    ``location_ewkb`` is the place as hexadecimal EWKB in the survey CRS in whole millimetres, or None when the
    report had no coordinates; ``declared_crs``, ``reported_x`` and ``reported_y`` say how they came (law 6).
    ``declared_community_id`` is used when the place does not tell the community.
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
    demo: bool = False


class _Place(NamedTuple):
    crs: str
    ewkb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a report: a ``new`` incident, or the one that its source had reported under the same id before.

    ``differs`` names the members in which a second report says otherwise than the first, which stays. The ``receipt``
    of a new one is told where it was asked for, unless a change of the partition is planned.
    """

    id: int
    new: bool
    differs: tuple[str, ...] = ()
    receipt: FirstReceipt | None = None


_MEMBERS = [field.name for field in fields(NewIncident)]
STAGED = tuple("location" if name == "location_ewkb" else name for name in _MEMBERS)
_as_staged = attrgetter(*_MEMBERS)


@transaction.atomic(savepoint=False)
def record_incidents(
    incidents: Iterable[NewIncident], *, moment: datetime | None = None, told: bool = False
) -> Sequence[Recorded]:
    """Record incidents and assign each to its grid in one transaction; return in the given order what became of each.

    Streams by COPY, so a million rows need little memory here. Each incident gets exactly one assignment: a
    grid, or rule "none" with a reason, which is the unassigned queue (law 3). One that its source has reported before
    (``source`` and ``external_id``, law 8) is not recorded again; who reports the same at the same time waits.
    The new ones come with their receipts if those are to be ``told``.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.read(SQL / "staging.sql"))
        columns = ", ".join(STAGED)
        with copying(cursor, f"COPY incidents_staging ({columns}) FROM STDIN") as copy:
            for incident in incidents:
                copy.write_row(_as_staged(incident))
    return place_staged(moment=moment, told=told)


@transaction.atomic(savepoint=False)
def place_staged(*, moment: datetime | None = None, told: bool = False) -> Sequence[Recorded]:
    """Record what has been copied into the temporary table `incidents_staging`; return what became of it, in its order.

    An open incident also gets the grids that planned changes of the partition will give it. Takes the shared lock on
    the partition until the commit. New ones come with their receipts if those are to be ``told``.
    """
    keep_partition()
    [(now, count, changes, _)] = sql.tuples(SQL / "ready.sql", moment=moment)
    place = {"open": OPEN, "moment": now, "tolerance_m": settings.NEAREST_TOLERANCE_M}
    placed = sql.tuples(SQL / "place.sql", **place, told=told and not changes)
    receipts = {row[0]: FirstReceipt(*row[1:]) for row in placed}
    if len(receipts) == count:
        return [Recorded(id=incident_id, new=True, receipt=receipt) for incident_id, receipt in receipts.items()]
    recorded = [
        Recorded(id=incident_id, new=new, differs=tuple(differs), receipt=receipts.get(incident_id))
        for incident_id, new, differs in sql.tuples(SQL / "recorded.sql")
    ]
    if changes:
        _reassign(ids=[each.id for each in recorded if each.new], area=None, moment=now)
    return recorded


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
    follow(assignments="incidents_assignment", thing="incident_id", moment=moment)
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


def as_reported(
    *, now: datetime | None = None, find_type: Callable[[str], IncidentType] = incident_type, **members: Any
) -> NewIncident:
    """Return an incident as a field app reports it, ready to be recorded: one of `all_as_reported`.

    Raises Invalid for an unknown type or CRS, for coordinates that it does not allow, and for a time that lies ahead.
    """
    [report] = all_as_reported([members], now=now or database_now(), find_type=find_type)
    if isinstance(report, DomainError):
        raise report
    return report


def all_as_reported(
    reports: Sequence[Mapping[str, Any]], *, now: datetime, find_type: Callable[[str], IncidentType]
) -> list[NewIncident | DomainError]:
    """Return each report as an incident ready to be recorded, or why it can't be: the Invalid of `as_reported`.

    A report has the members of `ReportSerializer`, valid. It is received ``now``. ``lon``, ``lat`` are in the declared
    ``crs`` (law 6) and kept as they came beside the converted place.
    """
    places = _places([(report.get("lon"), report.get("lat"), report.get("crs", "")) for report in reports])
    return [_as_reported(now, find_type, place, **report) for report, place in zip(reports, places, strict=True)]


def _as_reported(
    now: datetime,
    find_type: Callable[[str], IncidentType],
    place: _Place | DomainError | None,
    *,
    type: str,
    occurred_at: datetime,
    lon: float | None = None,
    lat: float | None = None,
    crs: str = "",
    **members: Any,
) -> NewIncident | DomainError:
    try:
        _refuse_times(occurred_at, now)
        if isinstance(place, DomainError):
            return place
        type_id = find_type(type).pk
    except DomainError as refusal:
        return refusal
    return NewIncident(
        occurred_at=occurred_at,
        received_at=now,
        type_id=type_id,
        location_ewkb=place.ewkb if place else None,
        declared_crs=place.crs if place else "",
        reported_x=lon,
        reported_y=lat,
        **members,
    )


def _refuse_times(occurred_at: datetime, now: datetime) -> None:
    if occurred_at > now + CLOCK_TOLERANCE:
        raise Invalid("occurs_in_future", "occurred_at lies in the future; check the device's clock.")
    if occurred_at < EARLIEST:
        raise Invalid(
            "occurred_too_early",
            Sentence("occurred_at lies before {earliest:%Y}; check the device's clock.", earliest=EARLIEST),
        )


def _places(reported: Sequence[tuple[float | None, float | None, str]]) -> list[_Place | DomainError | None]:
    """Return for each (lon, lat, crs) its place, None without coordinates, or why it is none: a CRS at a time."""
    places: list[_Place | DomainError | None] = [None] * len(reported)
    declared = defaultdict(list)
    for index, (lon, lat, crs) in enumerate(reported):
        if lon is not None and lat is not None:
            declared[crs].append(index)
    for crs, indexes in declared.items():
        found = _places_in(crs, np.array([reported[index][:2] for index in indexes], dtype=np.float64))
        for index, place in zip(indexes, found, strict=True):
            places[index] = place
    return places


def _places_in(text: str, xy: XY) -> Iterable[_Place | DomainError]:
    try:
        crs = parse_crs(text)
    except Invalid as refusal:
        return [refusal] * len(xy)
    is_good = np.array([reason is None for reason in misplaced(xy, crs, settings.SURVEY_SRID)], dtype=bool)
    survey = np.round(to_survey(xy[is_good], crs, settings.SURVEY_SRID), 3)
    points = shapely.set_srid(shapely.points(survey), settings.SURVEY_SRID)
    texts = iter(shapely.to_wkb(points, hex=True, include_srid=True).tolist())
    return [
        _Place(crs.name, next(texts)) if good else _refusal_of(xy[index : index + 1], crs)
        for index, good in enumerate(is_good.tolist())
    ]


def _refusal_of(xy: XY, crs: DeclaredCRS) -> DomainError:
    try:
        to_survey(xy, crs, settings.SURVEY_SRID)
    except Invalid as refusal:
        return refusal
    raise AssertionError("a position that is misplaced among others is misplaced alone")

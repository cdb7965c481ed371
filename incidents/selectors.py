"""Named questions about incidents."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from gisserver.common.db.projections import as_lonlat
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.sentences import Sentence
from grids.asset_registry import Carried
from grids.models import DivisionVersion, GridVersion
from grids.selectors import communities_below
from grids.who_serves import main_officer, main_officers, serving
from incidents.models import OPEN_STATUSES, Assignment, Incident, IncidentStatus, IncidentType
from incidents.placed_by import DEFAULT, Member
from incidents.receipts import add_runners_up, placed_then

SQL = Path(__file__).parent / "sql"
# Nearer to a border than this, or than the fix is exact, the answer to a report names the grid beyond.
NEAR_BORDER_M = 20.0


def incidents_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[Incident]:
    """Return the visible incidents received by ``at`` (default now), latest first, with their values of then.

    They have ``geometry``, ``type_code``, ``grid_code`` (the code of the grid then responsible) and more; the status
    is today's.
    """
    held = Assignment.objects.at(at).filter(incident_id=OuterRef("pk"))
    inner = Assignment.objects.at(at).filter(incident_id=OuterRef(OuterRef("pk"))).values("grid_id")
    grid = GridVersion.objects.at(at).filter(grid_id__in=inner).values("code")
    communities = DivisionVersion.objects.at(at).filter(division_id=OuterRef("community_then"))
    return (
        incidents_at(user, at)
        .annotate(
            geometry=as_lonlat("location"),
            type_code=F("type__code"),
            type_name=F("type__name"),
            grid_id_then=Subquery(held.values("grid_id")[:1]),
            grid_code=Subquery(grid[:1]),
            rule=Subquery(held.values("rule")[:1]),
            reason=Subquery(held.values("reason")[:1]),
            community_code=Subquery(communities.values("code")[:1]),
        )
        .defer("location", "location_3857")
        .order_by("-occurred_at", "-id")
    )


def incidents_at(user: Viewer, at: datetime | None) -> QuerySet[Incident]:
    """Return the visible incidents received by ``at`` (default now), each with the id of its ``community_then``."""
    rows = Incident.objects.visible_to(user, at)
    if at is None:
        return rows.annotate(community_then=F("community_id"))
    held = Assignment.objects.at(at).filter(incident_id=OuterRef("pk")).values("grid__community_id")
    return rows.filter(received_at__lte=at).annotate(
        community_then=Coalesce(Subquery(held[:1]), "community_id", output_field=BigIntegerField())
    )


def with_status(rows: QuerySet[Incident], status: str) -> QuerySet[Incident]:
    """Return the rows of one status, or all that are not resolved for ``open``; raises Invalid for another word."""
    if status == "open":
        return rows.filter(status__in=OPEN_STATUSES)
    if status not in IncidentStatus.values:
        raise Invalid(
            "bad_status", Sentence("status must be open or one of {values}.", values=", ".join(IncidentStatus.values))
        )
    return rows.filter(status=status)


def in_grid(rows: QuerySet[Incident], code: str, at: datetime | None = None) -> QuerySet[Incident]:
    """Return the rows assigned at ``at`` (default now) to the grid that has, or ever had, this code."""
    grids = GridVersion.objects.filter(code=code).values("grid_id")
    held = Assignment.objects.at(at).filter(grid_id__in=grids)
    return rows.filter(pk__in=held.values("incident_id"))


def unassigned(rows: QuerySet[Incident], at: datetime | None = None) -> QuerySet[Incident]:
    """Return the unassigned queue at ``at`` (default now): the rows that no grid was responsible for."""
    held = Assignment.objects.at(at).filter(rule="none")
    return rows.filter(pk__in=held.values("incident_id"))


def incident_detail(*, user: Viewer, incident_id: int, at: datetime | None = None) -> Incident:
    """Return one visible incident as of ``at`` with all its assignments, latest first, and who serves its grid.

    Each receipt has its runner-up; ``then`` is the grid of its place when it occurred.

    Raises NotFound.
    """
    row: Any = incidents_to_show(user, at).filter(pk=incident_id).first()
    if row is None:
        raise NotFound(
            "no_such_incident", Sentence("No incident {incident_id} is known to you.", incident_id=incident_id)
        )
    row.receipts = receipts_of(user, incident_id)
    add_runners_up(user, row.receipts)
    row.then = placed_then(user, row)
    row.officers = serving([row.grid_id_then], at).get(row.grid_id_then, []) if row.grid_code else []
    row.main_officer = main_officer(row.officers)
    return row  # type: ignore[no-any-return]


def add_main_officers(rows: Sequence[Any], at: datetime | None = None) -> None:
    """Give each of `incidents_to_show` its ``main_officer``: who mainly serves its grid at ``at`` (default now)."""
    grids = {row.grid_id_then for row in rows if row.grid_code}
    found = serving(grids, at) if grids else {}
    for row in rows:
        row.main_officer = main_officer(found.get(row.grid_id_then, [])) if row.grid_code else ""


def receipts_of(user: Viewer, incident_id: int) -> list[Assignment]:
    """Return the assignments of an incident, latest (planned ones) first, each with its ``grid_code``.

    Those to grids that the user may not see are left out.
    """
    visible = Q(grid__isnull=True) | Q(grid_version__in=GridVersion.objects.visible_to(user))
    return list(_receipts().filter(visible, incident_id=incident_id).order_by("-valid", "-pk"))


@dataclass(frozen=True, slots=True)
class FirstReceipt:
    """The assignment that an incident began with, and where its place is."""

    grid_code: str | None
    grid_version_id: int | None
    rule: str
    margin_m: float | None
    confidence: float | None
    reason: str
    valid_from: datetime
    valid_until: datetime | None
    community_id: int | None
    is_placed: bool
    grid_id: int | None
    placed_by: str
    placing_order_id: int | None
    runner_up_code: str | None
    runner_up_m: float | None
    runner_up_community_id: int | None


def receipts_for(
    reported: Sequence[tuple[Viewer, int]], known: Mapping[int, FirstReceipt]
) -> list[FirstReceipt | None]:
    """Return for each (reporter, incident) the assignment that the incident began with; None: the reporter may not see.

    Those that are ``known``, by incident, are not read again.

    Anybody may report anywhere; of a place outside the reporter's areas nothing is answered, not even whether it has a
    grid (law 7). A report without a place has a receipt that says so.
    """
    ids = list({incident_id for _, incident_id in reported} - known.keys())
    read = sql.tuples(SQL / "first_receipts.sql", ids=ids, near_m=NEAR_BORDER_M) if ids else ()
    receipts = {**known, **{row[0]: FirstReceipt(*row[1:]) for row in read}}
    below = communities_below(
        {area for viewer, _ in reported for area in scope_of(viewer).areas(Permission.READ) or ()}
    )

    def sees(viewer: Viewer, community: int | None) -> bool:
        areas = scope_of(viewer).areas(Permission.READ)
        return areas is None or any(community in below[area] for area in areas)

    def seen(viewer: Viewer, receipt: FirstReceipt | None) -> FirstReceipt | None:
        if receipt is None or (receipt.is_placed and not sees(viewer, receipt.community_id)):
            return None
        hidden = receipt.runner_up_code is not None and not sees(viewer, receipt.runner_up_community_id)
        return replace(receipt, runner_up_code=None, runner_up_m=None) if hidden else receipt

    return [seen(viewer, receipts.get(incident_id)) for viewer, incident_id in reported]


def officers_of(receipts: Iterable[FirstReceipt | None]) -> dict[int, str]:
    """Return by the id of each receipt's grid who mainly serves it when the last one begins; '' when nobody does."""
    held = [receipt for receipt in receipts if receipt and receipt.grid_id is not None]
    if not held:
        return {}
    grids = {receipt.grid_id for receipt in held if receipt.grid_id is not None}
    return main_officers(grids, max(receipt.valid_from for receipt in held))


def _receipts() -> QuerySet[Assignment]:
    """Return all receipts but those that were called off before they began."""
    return Assignment.objects.filter(valid__isempty=False).annotate(grid_code=F("grid_version__code"))


class TypeInUse(NamedTuple):
    """A type, and the order in which members of a report say where its incidents are; its version, if one is set."""

    id: int
    order: Sequence[Member] = DEFAULT
    placing_order_id: int | None = None


def incident_type(code: str) -> int:
    """Return the id of the incident type of this code; raises Invalid."""
    _, find = types_by_code([code])
    return find(code).id


def types_by_code(codes: Iterable[str]) -> tuple[datetime, Callable[[str], TypeInUse]]:
    """Return the database's time, and what finds the types of these codes; it raises Invalid for one not in use."""
    rows = sql.tuples(SQL / "types_in_use.sql", codes=list(set(codes)))
    found = {
        code: TypeInUse(type_id) if order_id is None else TypeInUse(type_id, tuple(map(Member, members)), order_id)
        for _, code, type_id, order_id, members in rows
    }

    def find(code: str) -> TypeInUse:
        if code not in found:
            raise Invalid(
                "unknown_type",
                Sentence("There is no incident type {code!r}; /api/incident-types/ lists them.", code=code[:60]),
            )
        return found[code]

    return rows[0][0], find


def types_below(code: str) -> list[int]:
    """Return the ids of the types that have, or ever had, this code, and of all below them; raises Invalid."""
    top = list(IncidentType.objects.filter(code=code).values_list("pk", flat=True))
    if not top:
        incident_type(code)
    return [row["id"] for row in sql.rows(SQL / "types_below.sql", top=top)]


def open_incidents_per_grid(grid_ids: Collection[int], at: datetime | None = None) -> Mapping[int, int]:
    """Return how many open incidents each grid has at ``at`` (default now).

    The status of an incident has no dates: then open is what is open now, or was moved by a redraw at ``at`` or later.
    """
    held = Assignment.objects.at(at).filter(grid_id__in=grid_ids)
    is_open = Q(incident__status__in=OPEN_STATUSES)
    if at is not None:
        is_open |= Q(Exists(Assignment.objects.filter(incident_id=OuterRef("incident_id"), **_by_redraw_since(at))))
    # The moment is the other half of an incident's key: without it every month's partition would be asked.
    held = held.filter(is_open, occurred_at=F("incident__occurred_at"))
    return dict(held.values_list("grid_id").annotate(Count("pk")).values_list("grid_id", "pk__count"))


def _by_redraw_since(moment: datetime) -> dict[str, Any]:
    return {"reason__in": ["redraw", "decision_ended"], "valid__startswith__gte": moment}


def open_incidents_on(area: bytes) -> list[Carried]:
    """Return the open incidents in ``area`` (WKB, survey CRS) now, for a redraw that moves it."""
    found = sql.rows(
        SQL / "open_in_area.sql", area=area, srid=settings.SURVEY_SRID, open=[status.value for status in OPEN_STATUSES]
    )
    return [
        Carried(id=row["id"], place=bytes(row["place"]), grid=row["grid_id"], counts={"incidents_open": 1})
        for row in found
    ]

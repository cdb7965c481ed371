"""Named questions about incidents."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from gisserver.common import sql
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid, NotFound
from gisserver.common.geography import as_lonlat
from grids.loads import Carried
from grids.models import DivisionVersion, GridVersion
from incidents.models import OPEN_STATUSES, Assignment, Incident, IncidentStatus, IncidentType

SQL = Path(__file__).parent / "sql"


def incidents_to_show(user: Viewer) -> QuerySet[Incident]:
    """Return the visible incidents, latest first, with ``geometry``, ``type_code``, ``grid_code`` and more."""
    current = Assignment.objects.filter(incident_id=OuterRef("pk"), valid__upper_inf=True)
    grid = current.filter(grid__versions__valid__upper_inf=True).values("grid__versions__code")
    communities = DivisionVersion.objects.at().filter(division_id=OuterRef("community_id"))
    return (
        Incident.objects.visible_to(user)
        .annotate(
            geometry=as_lonlat("location"),
            type_code=F("type__code"),
            type_name=F("type__name"),
            grid_code=Subquery(grid[:1]),
            rule=Subquery(current.values("rule")[:1]),
            reason=Subquery(current.values("reason")[:1]),
            community_code=Subquery(communities.values("code")[:1]),
        )
        .defer("location", "location_3857")
        .order_by("-occurred_at", "-id")
    )


def with_status(rows: QuerySet[Incident], status: str) -> QuerySet[Incident]:
    """Return the rows of one status, or all that are not resolved for ``open``; raises Invalid for another word."""
    if status == "open":
        return rows.filter(status__in=OPEN_STATUSES)
    if status not in IncidentStatus.values:
        raise Invalid("bad_status", f"status must be open or one of {', '.join(IncidentStatus.values)}.")
    return rows.filter(status=status)


def in_grid(rows: QuerySet[Incident], code: str) -> QuerySet[Incident]:
    """Return the rows now assigned to the grid that has, or ever had, this code."""
    grids = GridVersion.objects.filter(code=code).values("grid_id")
    held = Assignment.objects.filter(valid__upper_inf=True, grid_id__in=grids)
    return rows.filter(pk__in=held.values("incident_id"))


def unassigned(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """Return the unassigned queue: the rows that no grid is responsible for."""
    held = Assignment.objects.filter(valid__upper_inf=True, rule="none")
    return rows.filter(pk__in=held.values("incident_id"))


def incident_detail(*, user: Viewer, incident_id: int) -> Incident:
    """Return one visible incident with its assignments, latest first; raises NotFound."""
    row: Any = incidents_to_show(user).filter(pk=incident_id).first()
    if row is None:
        raise NotFound("no_such_incident", f"No incident {incident_id} is known to you.")
    row.receipts = receipts_of(incident_id)
    return row  # type: ignore[no-any-return]


def receipts_of(incident_id: int) -> list[Assignment]:
    """Return the assignments of an incident, latest first, each with its ``grid_code``."""
    return list(_receipts().filter(incident_id=incident_id).order_by("-valid", "-pk"))


def current_receipts(incident_ids: Collection[int]) -> dict[int, Assignment]:
    """Return the current assignment of each incident, with its ``grid_code``."""
    rows = _receipts().filter(incident_id__in=incident_ids, valid__upper_inf=True)
    return {row.incident_id: row for row in rows}


def _receipts() -> QuerySet[Assignment]:
    return Assignment.objects.annotate(grid_code=F("grid_version__code"))


def incident_type(code: str) -> IncidentType:
    """Return the incident type of this code; raises Invalid."""
    found = IncidentType.objects.filter(code=code, valid__upper_inf=True).first()
    if found is None:
        raise Invalid("unknown_type", f"There is no incident type {code[:60]!r}; /api/incident-types/ lists them.")
    return found


def incident_types() -> QuerySet[IncidentType]:
    """Return the types in use, by code, each with ``parent_code``."""
    return IncidentType.objects.filter(valid__upper_inf=True).annotate(parent_code=F("parent__code")).order_by("code")


def open_incidents_per_grid(grid_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many open incidents each grid has now."""
    held = Assignment.objects.filter(grid_id__in=grid_ids, valid__upper_inf=True, incident__status__in=OPEN_STATUSES)
    return dict(held.values_list("grid_id").annotate(Count("pk")).values_list("grid_id", "pk__count"))


def open_incidents_on(ground: bytes) -> list[Carried]:
    """Return the open incidents on ``ground`` (WKB, survey CRS) now, for a redraw that moves it."""
    found = sql.rows(
        SQL / "on_ground.sql", ground=ground, srid=settings.SURVEY_SRID, open=[status.value for status in OPEN_STATUSES]
    )
    return [
        Carried(id=row["id"], place=bytes(row["place"]), grid=row["grid_id"], counts={"incidents_open": 1})
        for row in found
    ]

"""Questions about types over several versions of a taxonomy: what is in use at a moment, counts over versions."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Count, F, QuerySet

from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from incidents.models import Incident, IncidentType

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many incidents are of a type, those of former types by their share; None: of types without a counterpart."""

    code: str | None
    name: str
    incidents: float


def types_at(moment: datetime | None = None, stream: str = "") -> QuerySet[IncidentType]:
    """Return the types in use at ``moment`` (default now), of one ``stream`` or all, each with ``parent_code``."""
    rows = IncidentType.objects.at(moment)
    if stream:
        rows = rows.filter(stream=stream)
    return rows.annotate(parent_code=F("parent__code")).order_by("code")


def counts_by_type(user: Viewer, *, since: datetime, until: datetime, at: datetime | None = None) -> list[TypeCount]:
    """Return the visible incidents that occurred in a span by the types in use at ``at`` (default now).

    Those recorded under a type that is not in use then are counted with what it became, or had been, by the shares of
    the mapping; a former type that several took over is shared among them. What has no counterpart is told by itself.
    """
    seen = Incident.objects.visible_to(user).filter(occurred_at__gte=since, occurred_at__lt=until)
    recorded = dict(seen.values_list("type_id").annotate(Count("pk")).values_list("type_id", "pk__count"))
    rows = sql.rows(SQL / "types_over_versions.sql", types=list(recorded), counts=list(recorded.values()), at=at)
    return [TypeCount(row["code"], row["name"], row["incidents"]) for row in rows]

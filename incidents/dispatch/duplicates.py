"""Near-duplicates of an incident, in time, place and text: proposed to the dispatcher, who merges or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from incidents.dispatch.standing import standing
from incidents.models import Incident

SQL = Path(__file__).parent / "sql"
HOURS = 72
METRES = 150
# Below it two incidents have too little in common to be looked at.
LEAST = 0.5
MOST = 20


@dataclass(frozen=True, slots=True)
class Near:
    """An incident that may be the same: how near, and ``score`` from 0 to 1, the product of what speaks for it."""

    id: int
    type: str
    status: str
    occurred_at: datetime
    title: str
    address: str
    distance_m: float | None
    hours_apart: float
    similarity: float
    same_type: bool
    score: float


def near_duplicates(*, user: Viewer, incident_id: int) -> Sequence[Near]:
    """Return the visible incidents that may be the same as this one, the likeliest first; raises NotFound.

    Both lie within ``METRES`` or the sum of the radii of accuracy, or have the same address where one has no place, and
    occurred within ``HOURS``. Merged duplicates are left out.
    """
    row = standing(user=user, incident_id=incident_id)
    found = sql.rows(
        SQL / "near_duplicates.sql",
        id=incident_id,
        occurred_at=row.occurred_at,
        hours=HOURS,
        metres=METRES,
        least=LEAST,
    )
    seen = set(
        Incident.objects.visible_to(user).filter(pk__in=[each["id"] for each in found]).values_list("pk", flat=True)
    )
    return [Near(**each) for each in found if each["id"] in seen][:MOST]

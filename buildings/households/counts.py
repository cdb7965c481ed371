"""How many homes, households and people there are, or were, in a unit, building, grid or community."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gisserver.common.access.models import Viewer
from gisserver.common.access.roles import Permission
from gisserver.common.db import sql
from grids.models import DivisionVersion, visible_communities

SQL = Path(__file__).parent / "sql"
MAX_MOMENTS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The homes to count in, by ids; what is None does not narrow them."""

    unit: int | None = None
    building: int | None = None
    grid: int | None = None
    community: int | None = None


def counts(
    *, user: Viewer, where: Where, moments: Sequence[datetime], known: datetime | None = None
) -> list[Mapping[str, Any]]:
    """Return the numbers at each moment, in its order, of the homes that the user may see.

    They are ``units``, ``vacant`` ones, ``households``, ``residents``, households ``registered`` here or not
    (``floating_households``), and of the residents ``children``, ``elderly`` and ``floating``, where told.
    ``known`` asks for what was believed then. The ground of each moment decides, by the rights of today.
    """
    return sql.rows(SQL / "counts.sql", moments=list(moments), known=known, visible=_communities(user), **asdict(where))


def _communities(user: Viewer) -> list[int] | None:
    """Return the ids of the communities that the user may read; None: all."""
    visible = visible_communities(user, Permission.READ)
    if visible is None:
        return None
    found = DivisionVersion.objects.filter(division_id__any_of=visible).values_list("division_id", flat=True)
    return sorted(set(found))

"""What a redraw moves of the incidents: those that have moved, and the lines of the list of what moves."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from gisserver.common.access.models import Viewer
from gisserver.common.db import sql
from grids.asset_registry import Carried, Described, Page
from incidents.models import Incident

SQL = Path(__file__).parent / "sql"


def incidents_moved(moment: datetime, grid_ids: Collection[int]) -> Iterable[tuple[Carried, int | None]]:
    """Return the open incidents that went to or from one of the grids at ``moment``."""
    for row in sql.rows(SQL / "moved.sql", moment=moment, grids=list(grid_ids)):
        yield Carried(row["id"], bytes(row["place"]), row["source"], {"incidents_open": 1}), row["target"]


def incident_lines(user: Viewer, page: Page) -> Sequence[Described]:
    """Return the incidents of a page that the user may see, with the name of their type and their address.

    What people wrote in title and text may name persons: it is left out.
    """
    rows = Incident.objects.visible_to(user, page.at).filter(
        pk__in=page.carriers, pk__gt=page.after, location__isnull=False
    )
    return [
        Described(row.pk, row.pk, str(row.pk), f"{row.type.name} {row.address}".strip(), bytes(row.location.wkb))
        for row in rows.select_related("type").order_by("pk")[: page.limit]
        if row.location is not None
    ]

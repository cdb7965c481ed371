"""Why nothing is shown: outside the reader's area, no grid there, before the first import, after the last plan."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.gis.geos import Point
from django.db.models import Max, Min
from django.db.models.functions import Lower, Now, Upper

from gisserver.common.access.models import Viewer
from grids.models import DivisionVersion, GridVersion, visible_communities


class Absence(StrEnum):
    """Why a place has no grid; the stable word of the member ``reason``."""

    OUTSIDE_YOUR_AREA = "outside_your_area"
    """The place lies outside the communities that the reader may see; whether it has a grid is not answered (law 7)."""
    NO_GRID_HERE = "no_grid_here"
    """The reader may see the area, and no grid known to them is responsible."""
    BEFORE_FIRST_IMPORT = "before_first_import"
    """The moment is earlier than any grid that the reader may see."""


class Notice(StrEnum):
    """What to know about a moment; the stable word of the member ``notice``."""

    BEFORE_FIRST_IMPORT = "before_first_import"
    """There was no grid yet."""
    AFTER_LAST_PLAN = "after_last_plan"
    """Nothing is planned for so late: what is shown is the last that is known."""
    NO_GRIDS = "no_grids"
    """The reader may see no grid at any moment."""


@dataclass(frozen=True, slots=True)
class Known:
    """Since when the reader may see grids, and the last change that is planned; None where there is none."""

    since: datetime | None
    last_plan: datetime | None


def why_no_grid(*, user: Viewer, place: Point, at: datetime) -> Absence:
    """Return why a place (survey CRS) has no grid at ``at`` that ``user`` may see."""
    since = _since(user)
    if since is not None and at < since:
        return Absence.BEFORE_FIRST_IMPORT
    communities = visible_communities(user)
    if communities is None:
        return Absence.NO_GRID_HERE
    community = DivisionVersion.objects.at(at).filter(division_id__any_of=communities, geom__intersects=place)
    return Absence.NO_GRID_HERE if community.exists() else Absence.OUTSIDE_YOUR_AREA


def known(*, user: Viewer) -> Known:
    """Return from when on ``user`` may see grids, and the last moment at which these are planned to change."""
    rows = GridVersion.objects.visible_to(user).filter(valid__isempty=False)
    begins = rows.filter(valid__startswith__gt=Now()).aggregate(last=Max(Lower("valid")))["last"]
    ends = rows.filter(valid__endswith__gt=Now()).aggregate(last=Max(Upper("valid")))["last"]
    return Known(_since(user), max((moment for moment in (begins, ends) if moment is not None), default=None))


def _since(user: Viewer) -> datetime | None:
    rows = GridVersion.objects.visible_to(user).filter(valid__isempty=False)
    since: datetime | None = rows.aggregate(since=Min(Lower("valid")))["since"]
    return since


def notice_of(found: Known, at: datetime | None, now: datetime) -> Notice | None:
    """Return the notice about the grids at ``at``, None where there is nothing to know."""
    if found.since is None:
        return Notice.NO_GRIDS
    if at is not None and at < found.since:
        return Notice.BEFORE_FIRST_IMPORT
    if at is not None and at > max(found.last_plan or now, now):
        return Notice.AFTER_LAST_PLAN
    return None

"""Named questions about how incidents are placed."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from gisserver.common.access.models import Viewer
from grids.models import GridVersion
from incidents.models import RoadSide


def roads_to_show(user: Viewer, at: datetime | None = None) -> QuerySet[RoadSide]:
    """Return the roads at ``at`` (default now) along borders of which the user sees a side, each with its codes.

    ``grid_code`` and ``other_code``; of a side that the user may not see, or that has ended, None.
    """
    seen = GridVersion.objects.visible_to(user).at(at)
    code = {
        side: Subquery(seen.filter(grid_id=OuterRef(f"{side}_id")).values("code")[:1]) for side in ("grid", "other")
    }
    sees_a_side = Exists(seen.filter(Q(grid_id=OuterRef("grid_id")) | Q(grid_id=OuterRef("other_id"))))
    rows: QuerySet[RoadSide] = RoadSide.objects.at(at).filter(sees_a_side)
    return rows.annotate(grid_code=code["grid"], other_code=code["other"]).order_by("pk")

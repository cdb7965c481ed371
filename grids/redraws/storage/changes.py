"""What a redraw changes: the grids, and the area in which buildings and incidents may be reassigned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.geometry import to_geos, to_shapely
from grids.editing.coverage.diff import Diff, diff
from grids.models import DivisionVersion, GridVersion
from grids.redraws.draft.community_draft import CommunityDraft, Drafts

# A point on a border belongs to the areas on both sides; computed borders are this near to the stored ones.
BORDER_M = 0.002


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in one community."""

    before: CommunityDraft
    after: CommunityDraft
    diff: Diff

    @property
    def keys(self) -> list[str]:
        """The grids whose boundary, name or kind differs, in code order; those that come and go too."""
        before, after = self.before.attributes, self.after.attributes
        renamed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        return sorted({*self.diff.after, *renamed})


def changes(base: Drafts, after: Drafts) -> list[Change]:
    """Return what differs, community by community, in the order of their codes."""
    found = [Change(base[key], after[key], diff(base[key].coverage, after[key].coverage)) for key in base]
    return sorted((change for change in found if change.keys), key=lambda change: change.after.code)


def reassignment_area(found: Sequence[Change], at: datetime | None = None) -> BaseGeometry:
    """Return the area (survey CRS) in which a place may get another grid at ``at`` (default now).

    That is the area that goes to another grid, its borders, and beside it what lies outside every community but
    within the tolerance of law 3: its nearest grid may be another afterwards. It is empty when only attributes
    change.
    """
    core = shapely.union_all([change.diff.changed_area() for change in found])
    if shapely.is_empty(core):
        return core
    around = shapely.buffer(core, settings.NEAREST_TOLERANCE_M + BORDER_M)
    divided = GridVersion.objects.at(at).values("community_id")
    frames = DivisionVersion.objects.at(at).filter(
        division_id__in=divided, geom__intersects=to_geos(around, settings.SURVEY_SRID)
    )
    inside = shapely.union_all([to_shapely(geom) for geom in frames.values_list("geom", flat=True) if geom is not None])
    return shapely.union(shapely.buffer(core, BORDER_M), shapely.difference(around, inside))

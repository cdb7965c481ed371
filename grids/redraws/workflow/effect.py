"""What publishing and cancelling a plan share: locks, the signal of a change, the checks of the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import shapely
from django.db import IntegrityError
from shapely.geometry.base import BaseGeometry

from gisserver.common.db import deferred
from gisserver.common.db.validity import since
from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence
from grids.models import Division, DivisionVersion, GridVersion, Redraw
from grids.redraws.draft.community_draft import CommunityDraft
from grids.redraws.history.replay import replay_log
from grids.redraws.storage.changes import Change, reassignment_area
from grids.redraws.storage.conflicts import WayOut
from grids.redraws.storage.loading import to_stored
from grids.redraws.workflow.schedule import partition_scheduled, planned_after
from grids.signals import PartitionChange, partition_changed


def lock_communities(communities: list[int]) -> None:
    """Lock the communities in code order; incoming incidents wait only while versions are written."""
    rows = DivisionVersion.objects.at().filter(division_id__in=communities).order_by("code")
    for division_id in rows.values_list("division_id", flat=True):
        Division.objects.select_for_update(no_key=True).get(pk=division_id)


def version_in(draft: CommunityDraft, code: str, grid_id: int, redraw: Redraw, moment: datetime) -> GridVersion:
    """Return the unsaved version that a grid of a draft has from ``moment`` on."""
    attributes = draft.attributes[code]
    return GridVersion(
        grid_id=grid_id,
        community_id=draft.community_id,
        code=code,
        name=attributes.name,
        kind=attributes.kind,
        officer=attributes.officer,
        geom=to_stored(draft.coverage[code]),
        valid=since(moment),
        source="redraw",
        redraw=redraw,
    )


def announce(found: Sequence[Change], moment: datetime, replaced: BaseGeometry) -> None:
    """Send the signal by which buildings and incidents are reassigned.

    ``replaced`` is the area of versions that were planned for this moment and now never begin: what was assigned to
    them must be assigned anew.
    """
    area = shapely.union(reassignment_area(found, moment), replaced)
    if not shapely.is_empty(area):
        communities = tuple(sorted(change.after.community_id for change in found))
        news = PartitionChange(communities, moment, shapely.to_wkb(area))
        partition_changed.send(sender=GridVersion, change=news)


def check_constraints_now() -> None:
    """Check deferred constraints now instead of at the commit, so that a violation becomes an answer."""
    with violations_as_conflicts():
        deferred.check_now()


@contextmanager
def violations_as_conflicts() -> Iterator[None]:
    """Raise Conflict ``partition_refused`` when a constraint of the database is violated within."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            "partition_refused",
            Sentence("The database refuses this partition: {error}", error=str(error).splitlines()[0]),
        ) from error


def refuse_to_invalidate_plans(
    communities: Sequence[int], moment: datetime, way_out: WayOut = WayOut.PUBLISH_LATER
) -> None:
    """Raise Conflict when a redraw planned for later would no longer give the versions stored for it."""
    for community_id in planned_after(communities, moment):
        found = replay_log(community_id=community_id, since=moment).difference
        if found is not None:
            raise partition_scheduled(found.grid, found.moment, found.redraw, way_out)

"""What publishing and cancelling a plan share: the locks, the news, the database's proof."""

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
from grids.redraws.draft.community_draft import Sheet
from grids.redraws.history.replay import replay_log
from grids.redraws.storage.changes import Change, moving_ground
from grids.redraws.storage.conflicts import WayOut
from grids.redraws.storage.loading import to_stored
from grids.redraws.workflow.schedule import partition_scheduled, planned_after
from grids.signals import PartitionChange, partition_changed


def lock_communities(communities: list[int]) -> None:
    """Lock the communities in code order; incidents that arrive meanwhile wait only while versions are written."""
    rows = DivisionVersion.objects.at().filter(division_id__in=communities).order_by("code")
    for division_id in rows.values_list("division_id", flat=True):
        Division.objects.select_for_update(no_key=True).get(pk=division_id)


def version_in(sheet: Sheet, code: str, grid_id: int, redraw: Redraw, moment: datetime) -> GridVersion:
    """Return the version, not yet written, that a grid of a sheet has from ``moment`` on."""
    traits = sheet.traits[code]
    return GridVersion(
        grid_id=grid_id,
        community_id=sheet.community_id,
        code=code,
        name=traits.name,
        kind=traits.kind,
        officer=traits.officer,
        geom=to_stored(sheet.coverage[code]),
        valid=since(moment),
        source="redraw",
        redraw=redraw,
    )


def announce(found: Sequence[Change], moment: datetime, replaced: BaseGeometry) -> None:
    """Send the news upon which buildings and incidents move; ``replaced`` is ground of versions that never begin now.

    Versions planned for this very moment give way to others: all that would refer to them refers to others.
    """
    ground = shapely.union(moving_ground(found, moment), replaced)
    if not shapely.is_empty(ground):
        communities = tuple(sorted(change.after.community_id for change in found))
        news = PartitionChange(communities, moment, shapely.to_wkb(ground))
        partition_changed.send(sender=GridVersion, change=news)


def check_constraints_now() -> None:
    """Let the database prove its laws now rather than at the commit, so that a refusal is an answer."""
    with answering_for_the_database():
        deferred.check_now()


@contextmanager
def answering_for_the_database() -> Iterator[None]:
    """Raise Conflict ``partition_refused`` when the database refuses what is done within."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            "partition_refused",
            Sentence("The database refuses this partition: {error}", error=str(error).splitlines()[0]),
        ) from error


def refuse_to_upset(communities: Sequence[int], moment: datetime, way_out: WayOut = WayOut.PUBLISH_LATER) -> None:
    """Refuse when a redraw that is planned for later would no longer give the versions that are stored for it."""
    for community_id in planned_after(communities, moment):
        found = replay_log(community_id=community_id, since=moment).difference
        if found is not None:
            raise partition_scheduled(found.grid, found.moment, found.redraw, way_out)

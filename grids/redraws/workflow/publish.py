"""Publishing: replay on the current partition, prove, end and begin versions, reassign assets; one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import shapely

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict
from gisserver.common.geo.geometry import to_shapely
from grids.editing.coverage.coverage import Coverage
from grids.models import Grid, GridVersion, Redraw, RedrawAction
from grids.partition_lock import change_partition
from grids.redraws.draft.community_draft import Drafts, replayed
from grids.redraws.storage.changes import Change, changes
from grids.redraws.storage.conflicts import conflict
from grids.redraws.storage.loading import commands_of, load_drafts
from grids.redraws.workflow.concurrent import refuse_order_dependence
from grids.redraws.workflow.effect import (
    announce,
    check_constraints_now,
    lock_communities,
    refuse_to_invalidate_plans,
    version_in,
    violations_as_conflicts,
)
from grids.redraws.workflow.schedule import changed_between, refuse_impossible, refuse_overtaken, versions_to_end
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import PUBLISH, Transition


@dataclass
class Publish(WorkflowStep):
    """Make an approved redraw the partition from ``effective_at`` (default now) on, and reassign its assets.

    A future change is written at once, as versions and assignments that end and begin then: a query for a moment
    returns what is valid at that moment. Locks the redraw, then its communities in the order of their codes,
    then the partition (`grids.partition_lock`), then the rows that end. Raises Conflict, and nothing has changed:
    ``redraw_conflict`` when a command no longer applies to the partition at that moment, or the result depends
    on the order of redraws, ``partition_scheduled`` when a grid that it changes is planned to change later. Raises
    Refused for a moment that is past, too far ahead or without an offset.
    """

    transition: ClassVar[Transition] = PUBLISH
    action = RedrawAction.PUBLISHED

    effective_at: datetime | None = None

    @classmethod
    def check_arguments(cls, *, effective_at: datetime | None = None, **arguments: Any) -> None:
        """Refuse an impossible moment before anything is locked."""
        refuse_impossible(effective_at, database_now())

    def execute(self) -> Redraw:
        """Plan, lock, write, prove."""
        redraw, communities = self.redraw, self.communities
        lock_communities(communities)
        planned_at = self.effective_at or database_now()
        found = _planned(redraw, communities, planned_at)
        change_partition()
        now = database_now()
        refuse_impossible(self.effective_at, now)
        moment = self.effective_at or now
        if changed_between(communities, planned_at, moment):
            found = _planned(redraw, communities, moment)
        refuse_overtaken(found, moment)
        refuse_order_dependence(redraw, found, moment)
        with violations_as_conflicts():  # the moment may pass meanwhile: no past version may be cancelled
            _take_effect(redraw, found, moment)
        self.become(effective_at=moment)
        check_constraints_now()
        refuse_to_invalidate_plans(communities, moment)
        return redraw


def _planned(redraw: Redraw, communities: list[int], moment: datetime) -> Sequence[Change]:
    """Return what the redraw changes in the partition as it will be at ``moment``, proved."""
    base = load_drafts(communities, moment)
    after, failure = replayed(base, commands_of(redraw))
    if failure is not None:
        raise conflict(redraw, failure, moment)
    found = changes(base, after)
    if not found:
        raise Conflict("nothing_changes", "The redraw changes nothing of what is current.")
    _prove(after)
    return found


def _take_effect(redraw: Redraw, found: Sequence[Change], moment: datetime) -> None:
    """Write the versions, and send the signal of the change."""
    rows = versions_to_end(found, moment).filter(valid__startswith=moment)
    replaced = shapely.union_all([to_shapely(version.geom) for version in rows])
    _write(found, redraw, moment)
    announce(found, moment, replaced)


def _prove(after: Drafts) -> None:
    """Prove that each community is a partition; raises `NotAPartition`, which would be a defect of the engine."""
    for draft in after.values():
        coverage = draft.coverage
        Coverage.from_shapes({key: coverage[key] for key in coverage.keys}, coverage.frame.shape)


def _write(found: Sequence[Change], redraw: Redraw, moment: datetime) -> None:
    """End the versions of the changed grids and begin their successors.

    All communities in two statements: each statement fires the triggers of every layer that is based on versions.
    """
    ending = list(versions_to_end(found, moment).values_list("pk", flat=True))
    GridVersion.objects.filter(pk__in=ending).end(moment)
    identities = _identities(found)
    begun = [
        version_in(change.after, key, identities[key], redraw, moment)
        for change in found
        for key in change.keys
        if key in change.after.attributes
    ]
    GridVersion.objects.bulk_create(begun)


def _identities(found: Sequence[Change]) -> dict[str, int]:
    """Return the ids of grids by code, created for new ones; a code that comes back is the same grid (law 5)."""
    drawn = [(key, change.after) for change in found for key in change.keys if key in change.after.attributes]
    identities = {key: grid_id for key, draft in drawn if (grid_id := draft.attributes[key].grid_id) is not None}
    unknown = [key for key, _ in drawn if key not in identities]
    identities |= dict(GridVersion.objects.filter(code__in=unknown).values_list("code", "grid_id").distinct())
    new = [(key, draft.community_id) for key, draft in drawn if key not in identities]
    made = Grid.objects.bulk_create([Grid(community_id=community_id) for _, community_id in new])
    return identities | {key: grid.pk for (key, _), grid in zip(new, made, strict=True)}

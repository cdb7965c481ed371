"""Cancelling a plan: a redraw published for a future moment never takes effect, and is approved again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import shapely
from django.db.models import DateTimeField, Func, Value
from shapely.geometry.base import BaseGeometry

from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict
from gisserver.common.geo.geometry import to_shapely
from gisserver.common.sentences import Sentence
from grids.models import GridVersion, Redraw, RedrawAction
from grids.partition_lock import change_partition
from grids.redraws.draft.community_draft import CommunityDraft
from grids.redraws.history.replay import INSTANT, drafts_around, published_for
from grids.redraws.storage.changes import Change, changes
from grids.redraws.storage.conflicts import WayOut
from grids.redraws.storage.loading import load_drafts
from grids.redraws.workflow.effect import (
    announce,
    check_constraints_now,
    lock_communities,
    refuse_to_invalidate_plans,
    version_in,
    violations_as_conflicts,
)
from grids.redraws.workflow.schedule import partition_scheduled
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import CANCEL_PLAN, Transition


class CancelPlan(WorkflowStep):
    """Cancel a redraw that is published for a future moment; it is approved again, and the log says who and why.

    Its versions stay with an empty validity; those that it would have ended stay valid, with their assets. Locks as
    `grids.redraws.workflow.publish.Publish`. Raises Conflict: ``already_in_effect`` when its moment has come,
    ``partition_scheduled`` with the redraw that is planned on top of it and must be cancelled first.
    """

    transition: ClassVar[Transition] = CANCEL_PLAN
    action = RedrawAction.PLAN_CANCELLED

    def execute(self) -> Redraw:
        """Lock, cancel, restore, prove."""
        redraw, communities, moment = self.redraw, self.communities, self.redraw.effective_at
        assert moment is not None  # noqa: S101 -- a constraint of the table: published is published for a moment
        lock_communities(communities)
        change_partition()
        if moment <= database_now():
            raise Conflict("already_in_effect", "It is in effect already; reverse it instead.")
        base = load_drafts(communities, moment - INSTANT)
        before, after = drafts_around(redraw, moment)
        found = changes(after, before)
        _refuse_built_upon(redraw, found, moment)
        with violations_as_conflicts():  # the moment may pass meanwhile: no past version may be cancelled
            replaced = _cancel_versions(redraw, moment)
            for change in found:
                _restore(change, base[change.after.community_id], redraw, moment)
        _prove_restored(found, moment)
        announce(found, moment, replaced)
        self.become(effective_at=None)
        check_constraints_now()
        refuse_to_invalidate_plans(communities, moment, WayOut.CANCEL_THAT)
        return redraw


def _refuse_built_upon(redraw: Redraw, found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict when versions of the plan have changed since: another plan is based on it."""
    planned = GridVersion.objects.filter(redraw=redraw, valid__startswith=moment, valid__upper_inf=True)
    unchanged = set(planned.values_list("code", flat=True))
    for change in found:
        for code in change.keys:
            if code in change.before.attributes and code not in unchanged:
                raise partition_scheduled(code, *_next_of(redraw, code, moment), WayOut.CANCEL_THAT)


def _next_of(redraw: Redraw, code: str, moment: datetime) -> tuple[datetime, int | None]:
    """Return when, and by which redraw, a grid of the plan is planned to change again."""
    own = GridVersion.objects.filter(redraw=redraw, code=code).order_by("-pk").first()
    ends = moment if own is None or own.valid.isempty else own.valid.upper
    rows = GridVersion.objects.filter(valid__startswith=ends).exclude(redraw=redraw).exclude(redraw=None)
    begun = rows.filter(community__in=redraw.communities.all()).order_by("-pk").first()
    return ends, None if begun is None else begun.redraw_id


def _cancel_versions(redraw: Redraw, moment: datetime) -> BaseGeometry:
    """Give the versions of the plan an empty validity; return their area."""
    planned = GridVersion.objects.filter(redraw=redraw, valid__startswith=moment)
    area = shapely.union_all([to_shapely(version.geom) for version in planned])
    planned.end(moment)
    return area


def _restore(change: Change, base: CommunityDraft, redraw: Redraw, moment: datetime) -> None:
    """Restore the versions that the grids of a community have from ``moment`` on without the plan (``change.after``).

    A version valid just before that moment (``base``) stays valid. One that was itself planned for the moment was
    ended by the plan, which can't be undone (law 4): it is planned again, under the redraw that drew it.
    """
    draft = change.after
    codes = [code for code in change.keys if code in draft.attributes]
    own = GridVersion.objects.filter(community_id=draft.community_id)
    going_on = [code for code in codes if _same(base, draft, code)]
    begin = Func("valid", function="lower", output_field=DateTimeField())
    endless = Func(begin, Value(None, output_field=DateTimeField()), function="tstzrange")
    own.filter(code__in=going_on, valid__endswith=moment).update(valid=endless)
    earlier = [each for each in published_for(draft.community_id, moment) if each != redraw]
    for code in sorted(set(codes) - set(going_on)):
        ended = own.filter(code=code, valid__isempty=True)
        drawn_by = [each for each in earlier if ended.filter(redraw=each).exists()]
        grid_id = ended.values_list("grid_id", flat=True)[0]
        version_in(draft, code, grid_id, drawn_by[-1], moment).save()


def _prove_restored(found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict unless each grid is at ``moment`` what it would be without the plan, byte for byte."""
    now = load_drafts([change.after.community_id for change in found], moment)
    for change in found:
        lost = [code for code in change.keys if not _same(change.after, now[change.after.community_id], code)]
        if lost:
            detail = Sentence("What grid {grid} was to be without the plan cannot be restored.", grid=lost[0])
            raise Conflict("partition_refused", detail, grid=lost[0])


def _same(one: CommunityDraft, other: CommunityDraft, code: str) -> bool:
    """Return whether a grid is the same in two drafts; a new grid has no id yet."""
    mine, theirs = one.attributes.get(code), other.attributes.get(code)
    if mine is not None and theirs is not None and None in (mine.grid_id, theirs.grid_id):
        mine, theirs = replace(mine, grid_id=None), replace(theirs, grid_id=None)
    return mine == theirs and one.coverage.get(code) == other.coverage.get(code)

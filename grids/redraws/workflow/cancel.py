"""Cancelling a plan: what was published for a moment to come never takes effect, and is approved as it was before."""

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
from grids.redraws.draft.community_draft import Sheet
from grids.redraws.history.replay import INSTANT, published_for, sheets_around
from grids.redraws.storage.changes import Change, changes
from grids.redraws.storage.conflicts import WayOut
from grids.redraws.storage.loading import current_sheets
from grids.redraws.workflow.effect import (
    announce,
    answering_for_the_database,
    check_constraints_now,
    lock_communities,
    refuse_to_upset,
    version_in,
)
from grids.redraws.workflow.schedule import partition_scheduled
from grids.redraws.workflow.step import WorkflowStep
from grids.redraws.workflow.transitions import CANCEL_PLAN, Transition


class CancelPlan(WorkflowStep):
    """Call off a redraw that is published for a moment to come; it is approved again, and the log says who and why.

    Its versions stay, valid never; those that it would have ended go on, with all that stands on their ground. Locks as
    `grids.redraws.workflow.publish.Publish`. Raises Conflict: ``already_in_effect`` when its moment has come,
    ``partition_scheduled`` with the redraw that is planned on top of it and must be cancelled first.
    """

    transition: ClassVar[Transition] = CANCEL_PLAN
    action = RedrawAction.PLAN_CANCELLED

    def execute(self) -> Redraw:
        """Lock, call off, restore, prove."""
        redraw, communities, moment = self.redraw, self.communities, self.redraw.effective_at
        assert moment is not None  # noqa: S101 -- a constraint of the table: published is published for a moment
        lock_communities(communities)
        change_partition()
        if moment <= database_now():
            raise Conflict("already_in_effect", "It is in effect already; reverse it instead.")
        base = current_sheets(communities, moment - INSTANT)
        before, after = sheets_around(redraw, moment)
        found = changes(after, before)
        _refuse_built_upon(redraw, found, moment)
        with (
            answering_for_the_database()
        ):  # a moment that is near may pass meanwhile: no past version may be called off
            replaced = _call_off(redraw, moment)
            for change in found:
                _restore(change, base[change.after.community_id], redraw, moment)
        _prove_restored(found, moment)
        announce(found, moment, replaced)
        self.become(effective_at=None)
        check_constraints_now()
        refuse_to_upset(communities, moment, WayOut.CANCEL_THAT)
        return redraw


def _refuse_built_upon(redraw: Redraw, found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict when the versions of the plan are not as it left them: another is planned on top of it."""
    planned = GridVersion.objects.filter(redraw=redraw, valid__startswith=moment, valid__upper_inf=True)
    standing = set(planned.values_list("code", flat=True))
    for change in found:
        for code in change.keys:
            if code in change.before.traits and code not in standing:
                raise partition_scheduled(code, *_next_of(redraw, code, moment), WayOut.CANCEL_THAT)


def _next_of(redraw: Redraw, code: str, moment: datetime) -> tuple[datetime, int | None]:
    """Return when, and by which redraw, a grid of the plan is planned to be another."""
    own = GridVersion.objects.filter(redraw=redraw, code=code).order_by("-pk").first()
    ends = moment if own is None or own.valid.isempty else own.valid.upper
    rows = GridVersion.objects.filter(valid__startswith=ends).exclude(redraw=redraw).exclude(redraw=None)
    begun = rows.filter(community__in=redraw.communities.all()).order_by("-pk").first()
    return ends, None if begun is None else begun.redraw_id


def _call_off(redraw: Redraw, moment: datetime) -> BaseGeometry:
    """Let the versions of the plan be valid never; return their ground."""
    planned = GridVersion.objects.filter(redraw=redraw, valid__startswith=moment)
    ground = shapely.union_all([to_shapely(version.geom) for version in planned])
    planned.end(moment)
    return ground


def _restore(change: Change, base: Sheet, redraw: Redraw, moment: datetime) -> None:
    """Give the grids of a community what they were to have from ``moment`` on without the plan (``change.after``).

    What it is in ``base``, just before that moment, goes on. A version that was itself planned for the moment was
    called off by the plan, which nothing can undo (law 4): it is planned anew, under the redraw that drew it.
    """
    sheet = change.after
    codes = [code for code in change.keys if code in sheet.traits]
    own = GridVersion.objects.filter(community_id=sheet.community_id)
    going_on = [code for code in codes if _same(base, sheet, code)]
    begin = Func("valid", function="lower", output_field=DateTimeField())
    endless = Func(begin, Value(None, output_field=DateTimeField()), function="tstzrange")
    own.filter(code__in=going_on, valid__endswith=moment).update(valid=endless)
    earlier = [each for each in published_for(sheet.community_id, moment) if each != redraw]
    for code in sorted(set(codes) - set(going_on)):
        called_off = own.filter(code=code, valid__isempty=True)
        drawn_by = [each for each in earlier if called_off.filter(redraw=each).exists()]
        grid_id = called_off.values_list("grid_id", flat=True)[0]
        version_in(sheet, code, grid_id, drawn_by[-1], moment).save()


def _prove_restored(found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict unless each grid is what it would have been at ``moment`` without the plan, byte for byte."""
    now = current_sheets([change.after.community_id for change in found], moment)
    for change in found:
        lost = [code for code in change.keys if not _same(change.after, now[change.after.community_id], code)]
        if lost:
            detail = Sentence("What grid {grid} was to be without the plan cannot be restored.", grid=lost[0])
            raise Conflict("partition_refused", detail, grid=lost[0])


def _same(one: Sheet, other: Sheet, code: str) -> bool:
    """Return whether a grid is the same in two sheets; one that is only drawn has no identity yet."""
    mine, theirs = one.traits.get(code), other.traits.get(code)
    if mine is not None and theirs is not None and None in (mine.grid_id, theirs.grid_id):
        mine, theirs = replace(mine, grid_id=None), replace(theirs, grid_id=None)
    return mine == theirs and one.coverage.get(code) == other.coverage.get(code)

"""Edit a redraw: create it, add commands, undo and redo one's own. Each service is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import shapely
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Conflict, Forbidden, Invalid, Refused
from gisserver.common.sentences import Sentence
from grids import asset_registry
from grids.editing.coverage.diff import diff
from grids.editing.coverage.footprints import cut_buildings, new_borders
from grids.editing.geometry.shapes import to_polygon
from grids.editing.refusals import EditRefused
from grids.editing.rules import DEFAULT, Rules
from grids.editing.verbs.verb import VERBS
from grids.models import Division, DivisionLevel, Redraw, RedrawAction, RedrawCommand, RedrawStatus, holds
from grids.redraws.commands.codes import next_code, refuse_taken
from grids.redraws.draft.community_draft import (
    CommunityDraft,
    DraftCommand,
    Failure,
    Numbered,
    Taken,
    draft_for,
    replayed,
    take_new,
)
from grids.redraws.storage.conflicts import WayOut, conflict
from grids.redraws.storage.errors import members, problem
from grids.redraws.storage.geojson import GeoJSON, to_lonlat
from grids.redraws.storage.loading import base_moment, commands_of, communities_for, load_drafts
from grids.redraws.storage.permissions import EDITABLE, demand, demand_status, locked_redraw, note
from grids.selectors import division_by_code

MAX_COMMUNITIES = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """The answer to a command: its number, the grids that changed as GeoJSON in lon/lat (None: gone), warnings.

    ``numbers`` are all the commands that it, an undo or a redo is about, where they are several.
    """

    number: int
    changed: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    numbers: tuple[int, ...] = ()


@transaction.atomic
def create_redraw(*, user: User, title: str, reason: str, communities: Sequence[str]) -> Redraw:
    """Make a draft on communities (codes); raises NotFound, Forbidden, Invalid or Refused."""
    wanted = list(dict.fromkeys(communities))
    if not 0 < len(wanted) <= MAX_COMMUNITIES:
        raise Invalid(
            "bad_communities",
            Sentence("Name 1 to {max_communities} communities by their codes.", max_communities=MAX_COMMUNITIES),
        )
    versions = [division_by_code(user=user, code=code) for code in wanted]
    stray = next((version.code for version in versions if version.level != DivisionLevel.COMMUNITY), None)
    if stray is not None:
        raise Refused("not_a_community", Sentence("{stray} is not a community.", stray=stray), division=stray)
    ids = [version.division_id for version in versions]
    if not holds(user, Permission.REDRAW, ids):
        raise Forbidden("not_in_your_area", "You may not redraw these communities.")
    load_drafts(ids)
    redraw = Redraw.objects.create(title=title, reason=reason, author=user)
    redraw.communities.set(ids)
    note(redraw, user, RedrawAction.CREATED, comment=reason)
    return redraw


@transaction.atomic
def add_command(*, user: User, redraw_id: int, command: DraftCommand) -> Drawn:
    """Add a command and return what it changes; raises Invalid, Refused with the place, or Conflict.

    Locks the redraw, and for a new grid the community, so that two drafts never propose the same code.
    """
    return add(editable(user, redraw_id), user, command)


def add(
    redraw: Redraw, user: User, command: DraftCommand, *, rules: Rules = DEFAULT, at: datetime | None = None
) -> Drawn:
    """Add a command to a locked redraw, within a transaction; raises as `add_command`.

    A new grid for which no code is requested gets the next free one. Commands added with the same moment ``at`` are
    one act: they are undone and redone together. Before a command is logged, a replay proves that it does the same.
    """
    try:
        draft = _draft_now(redraw, command)
        command, warnings = _coded(draft, command)
        taken = take_new(draft, command, rules)
    except EditRefused as refused:
        raise problem(refused.refusal) from refused
    number = (redraw.commands.aggregate(last=Max("number"))["last"] or 0) + 1
    arguments = taken.exact.to_json()
    redraw.commands.create(
        number=number,
        verb=arguments.pop("verb"),
        arguments=arguments,
        author=user,
        community_id=draft.community_id,
        created_at=at or database_now(),
    )
    draft_again(redraw)
    warnings += [members(warning) for warning in taken.warnings] + _cut(draft, taken)
    return Drawn(number, _changed(draft, taken.draft, taken.changed), warnings, (number,))


def editable(user: User, redraw_id: int) -> Redraw:
    """Return a redraw that the user may draw in, locked; raises NotFound, Forbidden or Conflict."""
    redraw = locked_redraw(user, redraw_id)
    demand(user, Permission.REDRAW, redraw)
    demand_status(redraw, *EDITABLE)
    return redraw


def draft_again(redraw: Redraw) -> None:
    """Make a rejected redraw a draft again."""
    if redraw.status != RedrawStatus.DRAFT:
        redraw.status = RedrawStatus.DRAFT
        redraw.save(update_fields=["status"])


def _draft_now(redraw: Redraw, command: DraftCommand) -> CommunityDraft:
    """Return the community draft that a command applies to; only its community is read and replayed.

    Raises EditRefused when there is none, Conflict when a command no longer applies to the current partition.
    """
    wanted = communities_for(redraw, command)
    commands = [numbered for numbered in commands_of(redraw) if numbered.community_id in wanted]
    drafts, failure = replayed(load_drafts(wanted, base_moment(redraw)), commands)
    if failure is not None:
        raise conflict(redraw, failure)
    return draft_for(drafts, command)


def _coded(draft: CommunityDraft, command: DraftCommand) -> tuple[DraftCommand, list[dict[str, Any]]]:
    """Return the command with a code for the grid that it makes, unless its author requests one; and warnings."""
    name = VERBS[type(command)].new_code
    if name is None:
        return command, []
    Division.objects.select_for_update(no_key=True).get(pk=draft.community_id)
    wished = getattr(command, name)
    if wished:
        refuse_taken(wished)
        return command, []
    proposal = next_code(draft)
    code: dict[str, Any] = {name: proposal.code}
    coded = replace(command, **code)
    if not proposal.runs_short:
        return coded, []
    detail = Sentence("Only {left} grid codes are left in this community.", left=proposal.left)
    about = {"left": proposal.left}
    return coded, [{"code": "CODES_RUN_SHORT", "detail": detail, "geometry": None, "about": about}]


def _changed(before: CommunityDraft, after: CommunityDraft, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Return the changed grids for the map: those that are gone have no geometry."""
    return [_grid(after, key) for key in sorted(keys) if key in before.attributes or key in after.attributes]


def _grid(draft: CommunityDraft, key: str) -> dict[str, Any]:
    shape, attributes = draft.coverage.get(key), draft.attributes.get(key)
    geometry: GeoJSON | None = None if shape is None else to_lonlat(to_polygon(shape, multi=True))
    shown = {"name": attributes.name, "kind": attributes.kind} if attributes else {"name": None, "kind": None}
    return {"code": key, **shown, "geometry": geometry}


def _cut(before: CommunityDraft, taken: Taken) -> list[dict[str, Any]]:
    """Return a warning for each building that a new border of this command cuts."""
    change = diff(before.coverage, taken.draft.coverage, taken.changed)
    borders = new_borders(change)
    if shapely.is_empty(borders):
        return []
    return [members(warning) for warning in cut_buildings(change, asset_registry.footprints_on(borders))]


@transaction.atomic
def undo(*, user: User, redraw_id: int) -> Drawn:
    """Undo one's own last act; raises Conflict when none is left, or when a later command needs it."""
    redraw = editable(user, redraw_id)
    own = redraw.commands.filter(author=user, undone_at=None)
    row = own.order_by("-number").first()
    if row is None:
        raise Conflict("nothing_to_undo", "None of your commands is left to undo.")
    return _switch(redraw, user, list(own.filter(created_at=row.created_at)), RedrawAction.UNDONE)


@transaction.atomic
def redo(*, user: User, redraw_id: int) -> Drawn:
    """Redo one's last undone act; raises Conflict when there is none, or when its commands no longer apply."""
    redraw = editable(user, redraw_id)
    own = redraw.commands.filter(author=user)
    last = own.filter(undone_at=None).aggregate(last=Max("number"))["last"] or 0
    undone = own.filter(undone_at__isnull=False, number__gt=last)
    row = undone.order_by("number").first()
    if row is None:
        raise Conflict("nothing_to_redo", "There is nothing to redo.")
    return _switch(redraw, user, list(undone.filter(created_at=row.created_at)), RedrawAction.REDONE)


def _switch(redraw: Redraw, user: User, act: Sequence[RedrawCommand], action: RedrawAction) -> Drawn:
    """Undo or redo the commands of an act; raises Conflict when commands that apply now no longer would."""
    ids = sorted({row.community_id for row in act})
    numbers = tuple(sorted(row.number for row in act))
    base = load_drafts(ids, base_moment(redraw))
    before, failed_before = replayed(base, _there(redraw, ids))
    moment = database_now() if action is RedrawAction.UNDONE else None
    redraw.commands.filter(number__in=numbers).update(undone_at=moment)
    after, failure = replayed(base, _there(redraw, ids))
    if failure is not None and (failed_before is None or action is RedrawAction.REDONE):
        raise _needed(redraw, numbers, failure)
    for number in numbers:
        note(redraw, user, action, command=number)
    draft_again(redraw)
    changed = [row for own in ids for row in _changed(before[own], after[own], _differing(before[own], after[own]))]
    return Drawn(numbers[-1], changed, [], numbers)


def _there(redraw: Redraw, community_ids: Sequence[int]) -> list[Numbered]:
    """Return the commands of some communities that are not undone."""
    return [numbered for numbered in commands_of(redraw) if numbered.community_id in community_ids]


def _needed(redraw: Redraw, numbers: Sequence[int], failure: Failure) -> Conflict:
    error = conflict(redraw, failure)
    if failure.numbered.number in numbers:
        return error
    detail = Sentence(
        "Command {number} depends on command {earlier}.", earlier=numbers[-1], number=failure.numbered.number
    )
    return Conflict("later_command_depends", detail, **{**error.data, "way_out": WayOut.UNDO_LATER})


def _differing(old: CommunityDraft, new: CommunityDraft) -> list[str]:
    reshaped = diff(old.coverage, new.coverage).after
    keys = {*old.attributes, *new.attributes}
    return sorted({*reshaped, *(key for key in keys if old.attributes.get(key) != new.attributes.get(key))})

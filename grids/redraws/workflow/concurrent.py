"""Redraws published since another was approved: does the order of publishing decide anything? Then it is refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence
from grids.models import GridVersion, Redraw, RedrawAction, RedrawEvent, RedrawStatus
from grids.redraws.draft.community_draft import replayed
from grids.redraws.draft.commutation import Commands, Disorder, disorder
from grids.redraws.history.replay import INSTANT, in_order_of_publishing
from grids.redraws.storage.changes import Change
from grids.redraws.storage.conflicts import WayOut, named
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import commands_of, current_sheets


def refuse_order_dependence(redraw: Redraw, found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict ``redraw_conflict`` when a rival makes the redraw give what its reviewer has not seen.

    Rivals are the redraws published since it was approved that are in effect at ``moment``. What commutes with them
    is published: the result is the same as if it had come first. Else one would overwrite the other unseen.
    """
    line = redraw.events.filter(action=RedrawAction.APPROVED).order_by("-pk").first()
    approval = 0 if line is None else line.pk
    if not RedrawEvent.objects.filter(action=RedrawAction.PUBLISHED, pk__gt=approval).exists():
        return
    for change in found:
        rivals = _rivals(redraw, change.after.community_id, approval, moment)
        if rivals and _touching(rivals, change):
            contradiction = _judged(redraw, rivals, change.after.community_id, moment)
            if contradiction is not None:
                raise _refused(redraw, contradiction, rivals[contradiction.other])


def _rivals(redraw: Redraw, community_id: int, approval: int, moment: datetime) -> list[Redraw]:
    """Return the redraws of a community published after an approval (the id of the log's line), in order of effect."""
    return list(_in_effect(community_id, moment).filter(published__gt=approval).exclude(pk=redraw.pk))


def _in_effect(community_id: int, moment: datetime) -> QuerySet[Any]:
    """Return the redraws in effect at a moment, in order; ``published`` is the id of the line of the log."""
    return in_order_of_publishing(
        Redraw.objects.filter(status=RedrawStatus.PUBLISHED, effective_at__lte=moment, communities=community_id)
    )


def _touching(rivals: Sequence[Redraw], change: Change) -> bool:
    """Return whether a rival changed a grid that the redraw changes: others commute with it for certain."""
    rows = GridVersion.objects.filter(community_id=change.after.community_id, code__in=change.keys)
    moments = [rival.effective_at for rival in rivals]
    return rows.filter(Q(redraw__in=rivals) | Q(valid__endswith__in=moments)).exists()


def _judged(redraw: Redraw, rivals: Sequence[Redraw], community_id: int, moment: datetime) -> Disorder | None:
    """Return where the redraw contradicts its rivals, replayed on what was there before the first of them.

    After an import there is nothing to compare with: the draft is replayed on what it brought, as ever.
    """
    first = rivals[0].effective_at
    assert first is not None  # noqa: S101 -- a constraint of the table
    start = first - INSTANT
    since = GridVersion.objects.filter(community_id=community_id, valid__startswith__gt=start)
    if since.filter(valid__startswith__lte=moment, redraw=None).exists():
        return None
    between = (
        _in_effect(community_id, moment).filter(effective_at__gt=start).exclude(pk__in=[each.pk for each in rivals])
    )
    earlier = [one for each in between for one in _commands(each, community_id)]
    base, failure = replayed(current_sheets([community_id], start), earlier)
    if failure is not None:
        return None
    return disorder(base, [_commands(each, community_id) for each in rivals], _commands(redraw, community_id))


def _commands(redraw: Redraw, community_id: int) -> Commands:
    return [numbered for numbered in commands_of(redraw) if numbered.community_id == community_id]


def _refused(redraw: Redraw, found: Disorder, rival: Redraw) -> Conflict:
    return Conflict(
        "redraw_conflict",
        Sentence(
            "Command {number} and “{title}”, published since the approval, give different grids in either order; "
            "reopen the draft, look at it again and hand it in.",
            number=found.numbered.number,
            title=rival.title,
        ),
        refusal="ORDER_DECIDES",
        command=found.numbered.number,
        verb=found.numbered.command.verb,
        about={"grids": list(found.grids)},
        geometry=to_lonlat(found.place),
        drawn_by=redraw.commands.select_related("author").get(number=found.numbered.number).author.get_username(),
        competing=[named(rival)],
        way_out=WayOut.REOPEN,
    )

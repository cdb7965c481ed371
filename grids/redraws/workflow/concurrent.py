"""Concurrent redraws: what was published since a redraw was approved must commute with it, else it is refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from gisserver.common.errors import Conflict
from gisserver.common.sentences import Sentence
from grids.models import GridVersion, Redraw, RedrawAction, RedrawEvent, RedrawStatus
from grids.redraws.draft.community_draft import replayed
from grids.redraws.draft.commutation import Commands, OrderDependence, order_dependence
from grids.redraws.history.replay import INSTANT, in_order_of_publishing
from grids.redraws.storage.changes import Change
from grids.redraws.storage.conflicts import WayOut, named
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import commands_of, load_drafts


def refuse_order_dependence(redraw: Redraw, found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict ``redraw_conflict`` when the result depends on the order of concurrent redraws.

    Those are the redraws published since it was approved that are in effect at ``moment``. If it commutes with them,
    its result is what its reviewer has seen. Else one would overwrite the other without notice.
    """
    entry = redraw.events.filter(action=RedrawAction.APPROVED).order_by("-pk").first()
    approval = 0 if entry is None else entry.pk
    if not RedrawEvent.objects.filter(action=RedrawAction.PUBLISHED, pk__gt=approval).exists():
        return
    for change in found:
        concurrent = _concurrent(redraw, change.after.community_id, approval, moment)
        if concurrent and _touching(concurrent, change):
            dependence = _dependence(redraw, concurrent, change.after.community_id, moment)
            if dependence is not None:
                raise _refused(redraw, dependence, concurrent[dependence.other])


def _concurrent(redraw: Redraw, community_id: int, approval: int, moment: datetime) -> list[Redraw]:
    """Return the redraws of a community published after an approval (the id of the log entry), in order of effect."""
    return list(_in_effect(community_id, moment).filter(published__gt=approval).exclude(pk=redraw.pk))


def _in_effect(community_id: int, moment: datetime) -> QuerySet[Any]:
    """Return the redraws in effect at a moment, in order; ``published`` is the id of the log entry."""
    return in_order_of_publishing(
        Redraw.objects.filter(status=RedrawStatus.PUBLISHED, effective_at__lte=moment, communities=community_id)
    )


def _touching(concurrent: Sequence[Redraw], change: Change) -> bool:
    """Return whether one of them changed a grid that the redraw changes: otherwise they certainly commute."""
    rows = GridVersion.objects.filter(community_id=change.after.community_id, code__in=change.keys)
    moments = [each.effective_at for each in concurrent]
    return rows.filter(Q(redraw__in=concurrent) | Q(valid__endswith__in=moments)).exists()


def _dependence(
    redraw: Redraw, concurrent: Sequence[Redraw], community_id: int, moment: datetime
) -> OrderDependence | None:
    """Return where the redraw does not commute with them, replayed from the partition before the first of them.

    None after an import: its partition has no common start with the redraws published before it.
    """
    first = concurrent[0].effective_at
    assert first is not None  # noqa: S101 -- a constraint of the table
    start = first - INSTANT
    since = GridVersion.objects.filter(community_id=community_id, valid__startswith__gt=start)
    if since.filter(valid__startswith__lte=moment, redraw=None).exists():
        return None
    between = (
        _in_effect(community_id, moment).filter(effective_at__gt=start).exclude(pk__in=[each.pk for each in concurrent])
    )
    earlier = [one for each in between for one in _commands(each, community_id)]
    base, failure = replayed(load_drafts([community_id], start), earlier)
    if failure is not None:
        return None
    return order_dependence(
        base, [_commands(each, community_id) for each in concurrent], _commands(redraw, community_id)
    )


def _commands(redraw: Redraw, community_id: int) -> Commands:
    return [numbered for numbered in commands_of(redraw) if numbered.community_id == community_id]


def _refused(redraw: Redraw, found: OrderDependence, other: Redraw) -> Conflict:
    return Conflict(
        "redraw_conflict",
        Sentence(
            "Command {number} and “{title}”, published since the approval, give different grids in either order; "
            "reopen the draft, look at it again and hand it in.",
            number=found.numbered.number,
            title=other.title,
        ),
        refusal="ORDER_DECIDES",
        command=found.numbered.number,
        verb=found.numbered.command.verb,
        about={"grids": list(found.grids)},
        geometry=to_lonlat(found.place),
        drawn_by=redraw.commands.select_related("author").get(number=found.numbered.number).author.get_username(),
        competing=[named(other)],
        way_out=WayOut.REOPEN,
    )

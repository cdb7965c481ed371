"""Publishing: replay on what is current, prove, end and begin versions, move what stands there; one transaction."""

from collections.abc import Sequence
from datetime import datetime

import shapely
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from gisserver.common.access.roles import Permission
from gisserver.common.errors import Conflict, Forbidden, Refused
from gisserver.common.history import since
from grids.editing.coverage import Coverage
from grids.models import Division, DivisionVersion, Grid, GridVersion, Redraw, RedrawAction, RedrawStatus
from grids.redraws.changes import Change, changes, moving_ground
from grids.redraws.conflicts import conflict
from grids.redraws.coverages import commands_of, current_sheets, to_stored
from grids.redraws.rights import demand_status, holds, locked_redraw, note
from grids.redraws.sheets import Sheets, replayed
from grids.signals import PartitionChange, partition_changed
from grids.turns import change_partition


@transaction.atomic
def publish(*, user: User, redraw_id: int, effective_at: datetime | None = None) -> Redraw:
    """Make an approved redraw the partition from now on, with the buildings and open incidents of its ground.

    Locks the redraw, then its communities in the order of their codes. Raises Conflict ``redraw_conflict``
    when a command no longer goes on what is current: nothing has changed then. Raises Refused
    ``effective_in_past`` or ``future_not_supported`` for another moment than now.
    """
    redraw = locked_redraw(user, redraw_id)
    communities = list(redraw.communities.values_list("pk", flat=True))
    _demand_publisher(user, redraw, communities)
    demand_status(redraw, RedrawStatus.APPROVED)
    _lock(communities)
    moment = _clock()
    _refuse_other_times(effective_at, moment)
    _refuse_scheduled(communities, moment)
    base = current_sheets(communities, moment)
    after, failure = replayed(base, commands_of(redraw))
    if failure is not None:
        raise conflict(redraw, failure)
    found = changes(base, after)
    if not found:
        raise Conflict("nothing_changes", "与当前网格没有差别。 The redraw changes nothing of what is current.")
    _prove(after)
    ground = moving_ground(found)
    change_partition()
    for change in found:
        _write(change, redraw, moment)
    if not shapely.is_empty(ground):
        news = PartitionChange(tuple(sorted(communities)), moment, shapely.to_wkb(ground))
        partition_changed.send(sender=GridVersion, change=news)
    redraw.status, redraw.effective_at = RedrawStatus.PUBLISHED, moment
    redraw.save(update_fields=["status", "effective_at"])
    note(redraw, user, RedrawAction.PUBLISHED)
    _settle()
    return redraw


def _demand_publisher(user: User, redraw: Redraw, communities: list[int]) -> None:
    """Let a reviewer of the area publish, and the author who may redraw it; it has been approved by another."""
    author = redraw.author_id == user.pk and holds(user, Permission.REDRAW, communities)
    if not author and not holds(user, Permission.REVIEW_REDRAW, communities):
        raise Forbidden("not_the_publisher", "只有审核员或作者可以发布。 A reviewer or the author publishes a redraw.")


def _lock(communities: list[int]) -> None:
    """Lock the communities in code order; incidents that arrive meanwhile wait only while versions are written."""
    rows = DivisionVersion.objects.at().filter(division_id__in=communities).order_by("code")
    for division_id in rows.values_list("division_id", flat=True):
        Division.objects.select_for_update(no_key=True).get(pk=division_id)


def _clock() -> datetime:
    """Return the database's time, read after the locks: no version ends or begins before one that is visible now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment


def _refuse_other_times(effective_at: datetime | None, now: datetime) -> None:
    if effective_at is None:
        return
    if effective_at <= now:
        raise Refused("effective_in_past", "生效时间不能早于现在。 A redraw never takes effect in the past.")
    raise Refused(
        "future_not_supported",
        "目前只能立即发布,请将 effective_at 设为 null。 Set effective_at to null: now is all that is supported.",
    )


def _refuse_scheduled(communities: list[int], moment: datetime) -> None:
    """Refuse when grids already have an end, or successors, in the future: they would be drawn over."""
    ahead = Q(valid__startswith__gt=moment) | Q(valid__contains=moment, valid__upper_inf=False)
    row = GridVersion.objects.filter(ahead, community_id__in=communities).order_by("code").first()
    if row is not None:
        raise Conflict(
            "partition_scheduled",
            f"网格 {row.code} 已排定未来的变更。 A change of grid {row.code} is already scheduled.",
            grid=row.code,
        )


def _prove(after: Sheets) -> None:
    """Prove the whole of each community; raises `NotAPartition`, which would be a defect of the engine."""
    for sheet in after.values():
        coverage = sheet.coverage
        Coverage.from_shapes({key: coverage[key] for key in coverage.keys}, coverage.frame.shape)


def _write(change: Change, redraw: Redraw, moment: datetime) -> None:
    """End the versions of the changed grids and begin their successors, with identities for new grids."""
    before, after = change.before.traits, change.after.traits
    ended = [key for key in change.keys if key in before]
    current = GridVersion.objects.at(moment)
    current.filter(community_id=change.after.community_id, code__in=ended).end(moment)
    keys = [key for key in change.keys if key in after]
    new = [key for key in keys if after[key].grid_id is None]
    made = Grid.objects.bulk_create([Grid(community_id=change.after.community_id) for _ in new])
    identities = {key: grid.pk for key, grid in zip(new, made, strict=True)}
    identities |= {key: grid_id for key in keys if (grid_id := after[key].grid_id) is not None}
    GridVersion.objects.bulk_create(_versions(change, keys, identities, redraw, moment))


def _versions(
    change: Change, keys: Sequence[str], identities: dict[str, int], redraw: Redraw, moment: datetime
) -> list[GridVersion]:
    return [
        GridVersion(
            grid_id=identities[key],
            community_id=change.after.community_id,
            code=key,
            name=traits.name,
            kind=traits.kind,
            officer=traits.officer,
            geom=to_stored(change.after.coverage[key]),
            valid=since(moment),
            source="redraw",
            redraw=redraw,
        )
        for key, traits in ((key, change.after.traits[key]) for key in keys)
    ]


def _settle() -> None:
    """Let the database prove its laws now rather than at the commit, so that a refusal is an answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise Conflict(
            "partition_refused",
            f"数据库拒绝了该方案。 The database refuses this partition: {str(error).splitlines()[0]}",
        ) from error

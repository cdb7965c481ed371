"""Publishing: replay on what is current, prove, end and begin versions, move what stands there; one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import shapely
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from shapely.geometry.base import BaseGeometry

from gisserver.common.access.roles import Permission
from gisserver.common.clock import database_now
from gisserver.common.errors import Conflict, Forbidden
from gisserver.common.geometry import to_shapely
from gisserver.common.history import since
from grids.editing.coverage import Coverage
from grids.models import Division, DivisionVersion, Grid, GridVersion, Redraw, RedrawAction, RedrawStatus
from grids.redraws.changes import Change, changes, moving_ground
from grids.redraws.conflicts import conflict
from grids.redraws.coverages import commands_of, current_sheets, to_stored
from grids.redraws.log import replay_log
from grids.redraws.rights import demand_status, holds, locked_redraw, note
from grids.redraws.rivals import refuse_disorder
from grids.redraws.schedule import (
    changed_between,
    partition_scheduled,
    planned_after,
    refuse_impossible,
    refuse_overtaken,
    versions_to_end,
)
from grids.redraws.sheets import Sheets, replayed
from grids.signals import PartitionChange, partition_changed
from grids.turns import change_partition


@transaction.atomic
def publish(*, user: User, redraw_id: int, effective_at: datetime | None = None) -> Redraw:
    """Make an approved redraw the partition from ``effective_at`` (default now) on, with all that stands on its ground.

    What changes in the future is written at once, as versions and assignments that end and begin then: whoever reads
    by the moment sees it happen at its moment. Locks the redraw, then its communities in the order of their codes,
    then the turn on the partition (`grids.turns`), then the rows that end. Raises Conflict, and nothing has changed:
    ``redraw_conflict`` when a command no longer goes on what will be current, or who came first would decide,
    ``partition_scheduled`` when a grid that it changes is planned to change later. Raises Refused for a moment that
    is past, too far or without an offset.
    """
    refuse_impossible(effective_at, database_now())
    redraw = locked_redraw(user, redraw_id)
    communities = list(redraw.communities.values_list("pk", flat=True))
    _demand_publisher(user, redraw, communities)
    demand_status(redraw, RedrawStatus.APPROVED)
    _lock(communities)
    planned_at = effective_at or database_now()
    found = _planned(redraw, communities, planned_at)
    change_partition()
    now = database_now()
    refuse_impossible(effective_at, now)
    moment = effective_at or now
    if changed_between(communities, planned_at, moment):
        found = _planned(redraw, communities, moment)
    refuse_overtaken(found, moment)
    refuse_disorder(redraw, found, moment)
    with _answering_for_the_database():  # a moment that is near may pass meanwhile: no past version may be called off
        _take_effect(redraw, found, moment)
    redraw.status, redraw.effective_at = RedrawStatus.PUBLISHED, moment
    redraw.save(update_fields=["status", "effective_at"])
    note(redraw, user, RedrawAction.PUBLISHED)
    _settle()
    _refuse_to_upset(communities, moment)
    return redraw


def _planned(redraw: Redraw, communities: list[int], moment: datetime) -> Sequence[Change]:
    """Return what the redraw changes in the partition as it will be at ``moment``, proved."""
    base = current_sheets(communities, moment)
    after, failure = replayed(base, commands_of(redraw))
    if failure is not None:
        raise conflict(redraw, failure, moment)
    found = changes(base, after)
    if not found:
        raise Conflict("nothing_changes", "与当前网格没有差别。 The redraw changes nothing of what is current.")
    _prove(after)
    return found


def _take_effect(redraw: Redraw, found: Sequence[Change], moment: datetime) -> None:
    """Write the versions, and send the news upon which buildings and incidents move."""
    ground = shapely.union(moving_ground(found, moment), _replaced_plans(found, moment))
    _write(found, redraw, moment)
    if not shapely.is_empty(ground):
        news = PartitionChange(
            tuple(sorted(change.after.community_id for change in found)), moment, shapely.to_wkb(ground)
        )
        partition_changed.send(sender=GridVersion, change=news)


def _replaced_plans(found: Sequence[Change], moment: datetime) -> BaseGeometry:
    """Return the ground of versions planned for this very moment: all that would refer to them refers to others."""
    rows = versions_to_end(found, moment).filter(valid__startswith=moment)
    return shapely.union_all([to_shapely(version.geom) for version in rows])


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


def _prove(after: Sheets) -> None:
    """Prove the whole of each community; raises `NotAPartition`, which would be a defect of the engine."""
    for sheet in after.values():
        coverage = sheet.coverage
        Coverage.from_shapes({key: coverage[key] for key in coverage.keys}, coverage.frame.shape)


def _write(found: Sequence[Change], redraw: Redraw, moment: datetime) -> None:
    """End the versions of the changed grids and begin their successors.

    All communities in two statements: each statement asks the triggers of every layer that is drawn from versions.
    """
    ending = list(versions_to_end(found, moment).values_list("pk", flat=True))
    GridVersion.objects.filter(pk__in=ending).end(moment)
    identities = _identities(found)
    begun = [version for change in found for version in _versions(change, identities, redraw, moment)]
    GridVersion.objects.bulk_create(begun)


def _identities(found: Sequence[Change]) -> dict[str, int]:
    """Return the ids of grids by code, made for new ones; a code that comes back is the grid it always was (law 5)."""
    drawn = [(key, change.after) for change in found for key in change.keys if key in change.after.traits]
    identities = {key: grid_id for key, sheet in drawn if (grid_id := sheet.traits[key].grid_id) is not None}
    unknown = [key for key, _ in drawn if key not in identities]
    identities |= dict(GridVersion.objects.filter(code__in=unknown).values_list("code", "grid_id").distinct())
    new = [(key, sheet.community_id) for key, sheet in drawn if key not in identities]
    made = Grid.objects.bulk_create([Grid(community_id=community_id) for _, community_id in new])
    return identities | {key: grid.pk for (key, _), grid in zip(new, made, strict=True)}


def _versions(change: Change, identities: dict[str, int], redraw: Redraw, moment: datetime) -> list[GridVersion]:
    keys = [key for key in change.keys if key in change.after.traits]
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
    with _answering_for_the_database(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _answering_for_the_database() -> Iterator[None]:
    """Raise Conflict ``partition_refused`` when the database refuses what is done within."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            "partition_refused",
            f"数据库拒绝了该方案。 The database refuses this partition: {str(error).splitlines()[0]}",
        ) from error


def _refuse_to_upset(communities: Sequence[int], moment: datetime) -> None:
    """Refuse when a redraw that is planned for later would no longer give the versions that are stored for it."""
    for community_id in planned_after(communities, moment):
        found = replay_log(community_id=community_id, since=moment).difference
        if found is not None:
            raise partition_scheduled(found.grid, found.moment, found.redraw)

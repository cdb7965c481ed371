"""When a redraw takes effect, and what is planned already for the grids that it changes."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from gisserver.common.db.validity import DatedQuerySet
from gisserver.common.errors import Conflict, Refused
from gisserver.common.sentences import Sentence
from grids.models import GridVersion, Redraw
from grids.redraws.storage.changes import Change
from grids.redraws.storage.conflicts import WayOut, named
from grids.redraws.storage.geojson import to_lonlat
from grids.redraws.storage.loading import last_area

# A date further ahead is taken for a mistake.
FURTHEST = timedelta(days=3653)


def refuse_impossible(effective_at: datetime | None, now: datetime) -> None:
    """Raise Refused for a moment without an offset, one that has passed, or one more than ten years ahead."""
    if effective_at is None:
        return
    if timezone.is_naive(effective_at):
        raise Refused("effective_without_offset", "Say effective_at with its offset from UTC.")
    if effective_at <= now:
        raise Refused("effective_in_past", "A redraw never takes effect in the past.")
    if effective_at - now > FURTHEST:
        raise Refused("effective_too_far", "A redraw takes effect within ten years.")


def changed_between(community_ids: Collection[int], after: datetime, until: datetime) -> bool:
    """Return whether a version of these communities begins or ends later than ``after`` and by ``until``."""
    begins = Q(valid__startswith__gt=after, valid__startswith__lte=until)
    ends = Q(valid__endswith__gt=after, valid__endswith__lte=until)
    return GridVersion.objects.filter(begins | ends, community_id__in=community_ids).exists()


def planned_after(community_ids: Collection[int], moment: datetime) -> list[int]:
    """Return those of the communities in which a version is planned to begin later than ``moment``."""
    rows = GridVersion.objects.filter(valid__startswith__gt=moment, community_id__in=community_ids)
    return sorted(set(rows.values_list("community_id", flat=True)))


def versions_to_end(found: Sequence[Change], moment: datetime) -> DatedQuerySet[GridVersion]:
    """Return the versions at ``moment`` of the grids that changes change or take away; a code is one grid's alone."""
    keys = [key for change in found for key in change.keys if key in change.before.attributes]
    communities = [change.after.community_id for change in found]
    return GridVersion.objects.at(moment).filter(community_id__in=communities, code__in=keys)


def refuse_overtaken(found: Sequence[Change], moment: datetime) -> None:
    """Raise Conflict ``partition_scheduled`` when a grid that changes at ``moment`` is planned to change later.

    Its planned successor is based on a version that would no longer exist.
    """
    version = versions_to_end(found, moment).filter(valid__upper_inf=False).order_by("code").first()
    if version is not None:
        raise scheduled(version, version.valid.upper)


def scheduled(version: GridVersion, ends: datetime) -> Conflict:
    """Return the error for a grid whose version is planned to end at ``ends``; it names the redraw that does."""
    begun = GridVersion.objects.filter(community_id=version.community_id, valid__startswith=ends)
    row = begun.exclude(redraw=None).select_related("redraw").order_by("code").first()
    return partition_scheduled(version.code, ends, None if row is None else row.redraw_id)


def partition_scheduled(
    grid: str, moment: datetime, redraw_id: int | None, way_out: WayOut = WayOut.PUBLISH_LATER
) -> Conflict:
    """Return the error for a grid of which a change is planned already; ``competing`` is the redraw that plans it."""
    local = timezone.localtime(moment).isoformat()
    plans = Redraw.objects.none() if redraw_id is None else Redraw.objects.filter(pk=redraw_id)
    return Conflict(
        "partition_scheduled",
        Sentence("A change of grid {grid} is already scheduled for {local}.", grid=grid, local=local)
        if redraw_id is None
        else Sentence(
            "A change of grid {grid} is already scheduled for {local} by redraw {redraw}.",
            grid=grid,
            local=local,
            redraw=redraw_id,
        ),
        grid=grid,
        geometry=to_lonlat(last_area(grid)),
        redraw=redraw_id,
        effective_at=moment.isoformat(),
        competing=[named(row) for row in plans.select_related("author")],
        way_out=way_out,
    )

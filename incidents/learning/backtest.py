"""A redraw tried on the past: what its grids would have had of the last year's incidents, beside what they had."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from gisserver.common.access.models import Viewer
from grids.bulk_assignment import PartitionAt
from grids.models import Redraw, RedrawStatus
from grids.redraws.draft.community_draft import Drafts, replayed
from grids.redraws.history.replay import INSTANT, drafts_around
from grids.redraws.storage.conflicts import conflict
from grids.redraws.storage.loading import base_of, commands_of
from incidents.learning.events import Events, events_of
from incidents.learning.trial import Load, hour_of_week, loads

Side = Mapping[str, Load]


@dataclass(frozen=True, slots=True)
class Tried:
    """The loads of the grids of the redraw's communities by code, before and after, and how many incidents it was."""

    before: Side
    after: Side
    incidents: int


def tried(user: Viewer, redraw: Redraw, since: datetime, until: datetime) -> Tried:
    """Try a visible redraw on the incidents of a span; raises Conflict when a draft no longer applies.

    Whoever may see a redraw may read all its communities, so all their incidents count.
    """
    at, before, after = _sides(redraw)
    events = events_of(sorted(before), since, until)
    weeks = (until - since).total_seconds() / (7 * 86_400)
    now = PartitionAt.read(at)
    polygons = dict(zip(now.codes, [] if now.index is None else now.index.shapes, strict=True))
    for draft in before.values():
        for code in draft.coverage:
            polygons.pop(code, None)
    was, will = (_loads({**polygons, **_polygons(side)}, _polygons(side), events, weeks) for side in (before, after))
    return Tried(was, will, len(events))


def _sides(redraw: Redraw) -> tuple[datetime | None, Drafts, Drafts]:
    """Return the moment before which the redraw is tried (None: now), and its communities before and after it."""
    moment = redraw.effective_at
    if moment is not None and redraw.status == RedrawStatus.PUBLISHED:
        return moment - INSTANT, *drafts_around(redraw, moment)
    base = base_of(redraw)
    after, failure = replayed(base, commands_of(redraw))
    if failure is not None:
        raise conflict(redraw, failure)
    return None, base, after


def _polygons(drafts: Drafts) -> dict[str, Any]:
    return {code: shape for draft in drafts.values() for code, shape in draft.coverage.to_polygons().items()}


def _loads(polygons: Mapping[str, Any], own: Mapping[str, Any], events: Events, weeks: float) -> Side:
    partition = PartitionAt.on(polygons)
    known = ~np.isnan(events.xy[:, 0])
    found = np.full(len(events), -1, dtype=np.int32)
    if partition.index is not None and known.any():
        found[known] = partition.index.assign(events.xy[known]).positions
    of_all = loads(found, len(partition.codes), events.xy, hour_of_week(events.local), weeks)
    return {code: load for code, load in zip(partition.codes, of_all, strict=True) if code in own}


def as_answer(found: Tried) -> dict[str, Any]:
    """Return what the door says: each grid before and after, and both sides in short."""
    codes = sorted({*found.before, *found.after})

    def side(loads: Side, code: str) -> dict[str, Any] | None:
        return asdict(loads[code]) if code in loads else None

    return {
        "incidents": found.incidents,
        "grids": [
            {"code": code, "before": side(found.before, code), "after": side(found.after, code)} for code in codes
        ],
        "before": _in_short(found.before),
        "after": _in_short(found.after),
    }


def _in_short(side: Side) -> dict[str, Any]:
    """Return the mean, the worst grid by incidents and by ways, and how unequal the loads are."""
    counts = np.array([load.incidents for load in side.values()], dtype=np.float64)
    mean = float(counts.mean()) if len(counts) else 0.0
    most = max(side, key=lambda code: side[code].incidents, default=None)
    farthest = max(side, key=lambda code: side[code].way_p90_m or 0.0, default=None)
    return {
        "mean": round(mean, 3),
        "variation": round(float(counts.std() / mean), 4) if mean else None,
        "worst": most,
        "worst_above_mean": round(side[most].incidents / mean, 3) if most and mean else None,
        "farthest": farthest if farthest and side[farthest].way_p90_m else None,
        "busiest": max((load.busiest for load in side.values()), default=0),
    }

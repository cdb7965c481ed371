"""The effect of a redraw: what publishing it would do now, or what it did when it was published."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import shapely
from django.conf import settings

from gisserver.common.db import sql
from grids import asset_registry
from grids.asset_registry import Carried
from grids.editing.geometry.shapes import to_polygon
from grids.models import GridVersion, Redraw, RedrawStatus
from grids.redraws.draft.community_draft import CommunityDraft, replayed
from grids.redraws.history.replay import INSTANT, drafts_around
from grids.redraws.storage.changes import BORDER_M, Change, changes, reassignment_area
from grids.redraws.storage.conflicts import conflict
from grids.redraws.storage.loading import base_of, commands_of

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Move:
    """An asset that is reassigned from one grid to another; None is no grid."""

    thing: Carried
    source: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changes, the assets that move by kind, and what each changed grid carries before and after.

    ``at`` is the moment of a redraw that was published, None of one that is only planned.
    """

    found: Sequence[Change]
    moves: Mapping[str, Sequence[Move]]
    before: Mapping[str, Mapping[str, int]]
    after: Mapping[str, Mapping[str, int]]
    at: datetime | None = None

    @property
    def names(self) -> list[str]:
        """What is counted."""
        return sorted({name for counts in (*self.before.values(), *self.after.values()) for name in counts})

    @property
    def moved(self) -> Counter[str]:
        """How much of each moves in all."""
        total: Counter[str] = Counter()
        for moves in self.moves.values():
            for move in moves:
                total.update(move.thing.counts)
        return total


def outcome_of(redraw: Redraw) -> Outcome:
    """Return what a redraw has done if it is published, else what publishing would do now.

    Raises Conflict when a draft no longer applies to the current partition.
    """
    moment = redraw.effective_at
    if moment is not None and redraw.status == RedrawStatus.PUBLISHED:
        return _happened(redraw, moment)
    base = base_of(redraw)
    after, failure = replayed(base, commands_of(redraw))
    if failure is not None:
        raise conflict(redraw, failure)
    found = changes(base, after)
    moves = planned_moves(found)
    before = _counted(found, None)
    return Outcome(found, moves, before, _after(found, before, moves))


def _happened(redraw: Redraw, moment: datetime) -> Outcome:
    """Return what a published redraw did, from the versions and assignments that it ended and began.

    Of what other redraws did at the same moment, only moves to and from its own grids are included.
    """
    found = changes(*drafts_around(redraw, moment))
    changed = {**_codes(found, after=True), **_codes(found, after=False)}
    went = asset_registry.moved(moment, list(changed))
    ends = [(thing.grid, target) for moves in went.values() for thing, target in moves]
    codes = _with_others(changed, {grid_id for pair in ends for grid_id in pair}, moment)
    moves = {
        kind: [Move(thing, codes.get(thing.grid), codes.get(target)) for thing, target in each]
        for kind, each in went.items()
    }
    return Outcome(found, moves, _counted(found, moment - INSTANT), _counted(found, moment, after=True), moment)


def _with_others(
    codes: Mapping[int, str], wanted: Collection[int | None], at: datetime | None
) -> dict[int | None, str]:
    """Return ``codes`` and those of further grids at ``at``: the nearest grid may be in another community."""
    missing = [grid_id for grid_id in wanted if grid_id is not None and grid_id not in codes]
    found: dict[int | None, str] = dict(codes.items())
    found.update(GridVersion.objects.at(at).filter(grid_id__in=missing).values_list("grid_id", "code"))
    return found


def _codes(found: Sequence[Change], *, after: bool) -> dict[int, str]:
    """Return the codes of the changed grids by their ids."""
    codes = {}
    for change in found:
        attributes = _side(change, after=after).attributes
        codes.update({there.grid_id: key for key in change.keys if (there := attributes.get(key)) and there.grid_id})
    return codes


def _side(change: Change, *, after: bool) -> CommunityDraft:
    return change.after if after else change.before


def _counted(found: Sequence[Change], at: datetime | None, *, after: bool = False) -> dict[str, Mapping[str, int]]:
    codes = _codes(found, after=after)
    return {codes[grid_id]: counts for grid_id, counts in asset_registry.of(list(codes), at).items()}


def _after(
    found: Sequence[Change], before: Mapping[str, Mapping[str, int]], moves: Mapping[str, Sequence[Move]]
) -> dict[str, Mapping[str, int]]:
    """Return what each changed grid will carry: what it carries now, minus what leaves, plus what arrives."""
    after = {
        key: Counter(before.get(key, {})) for change in found for key in change.keys if key in change.after.attributes
    }
    for move in (move for each in moves.values() for move in each):
        for name, count in move.thing.counts.items():
            if move.source in after:
                after[move.source][name] -= count
            if move.target in after:
                after[move.target][name] += count
    return {key: dict(counts) for key, counts in after.items()}


def planned_moves(found: Sequence[Change]) -> dict[str, list[Move]]:
    """Return by kind the assets that would get another grid, by law 3 applied to the draft."""
    area = reassignment_area(found)
    if shapely.is_empty(area):
        return {}
    own = {
        attributes.grid_id: key
        for change in found
        for key, attributes in change.before.attributes.items()
        if attributes.grid_id
    }
    assets = asset_registry.carried_on(area)
    codes = _with_others(own, {thing.grid for things in assets.values() for thing in things}, None)
    return {kind: _moving(found, codes, things) for kind, things in assets.items()}


def _moving(found: Sequence[Change], codes: Mapping[int | None, str], things: Sequence[Carried]) -> list[Move]:
    moves = []
    for thing, (target, target_id) in zip(things, _placed(found, things), strict=True):
        source = codes.get(thing.grid)
        stays = thing.grid == target_id if target_id is not None else source == target and source is not None
        if not stays and not (thing.grid is None and target is None):
            moves.append(Move(thing, source, target))
    return moves


def _placed(found: Sequence[Change], things: Sequence[Carried]) -> list[tuple[str | None, int | None]]:
    """Return for each asset the code of its grid in the draft, and the grid's id where the draft does not change it."""
    polygons = {key: shape for change in found for key, shape in change.diff.after.items()}
    drawn = {key: to_polygon(shape) for key, shape in polygons.items() if shape is not None}
    wkb = [thing.place for thing in things]
    reach_m = settings.NEAREST_TOLERANCE_M + BORDER_M
    near = shapely.STRtree(list(drawn.values())).query(shapely.from_wkb(wkb), predicate="dwithin", distance=reach_m)
    near_places, near_drawn = (near + 1).tolist()
    replaced = [
        attributes.grid_id
        for change in found
        for key, attributes in change.before.attributes.items()
        if key in change.diff.before and attributes.grid_id is not None
    ]
    rows = sql.rows(
        SQL / "placed.sql",
        codes=list(drawn),
        polygons=[shapely.to_wkb(polygon) for polygon in drawn.values()],
        replaced=replaced,
        places=wkb,
        near_places=near_places,
        near_drawn=near_drawn,
        tolerance_m=settings.NEAREST_TOLERANCE_M,
        srid=settings.SURVEY_SRID,
    )
    return [(row["code"], row["grid_id"]) for row in rows]

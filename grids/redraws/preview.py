"""What publishing would do now: for each changed grid before and after, what moves, which buildings are cut."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from shapely.geometry.base import BaseGeometry

from gisserver.common import sql
from grids import loads
from grids.editing.footprints import cut_buildings
from grids.editing.measures import measures
from grids.editing.shapes import Shape, to_polygon
from grids.loads import Carried
from grids.models import Redraw
from grids.redraws.changes import Change, changes, moving_ground
from grids.redraws.conflicts import conflict
from grids.redraws.coverages import base_of, commands_of
from grids.redraws.lonlat import to_lonlat
from grids.redraws.refusing import members
from grids.redraws.sheets import replayed

SQL = Path(__file__).parent / "sql"
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Move:
    """A thing that goes from one grid to another; None is no grid."""

    thing: Carried
    source: str | None
    target: str | None


def preview_of(redraw: Redraw) -> dict[str, Any]:
    """Return the preview (DESIGN §6); raises Conflict when the draft no longer goes on what is current."""
    base = base_of(redraw)
    after, failure = replayed(base, commands_of(redraw))
    if failure is not None:
        raise conflict(redraw, failure)
    found = changes(base, after)
    moves = moves_of(found)
    before = _counts_now(found)
    names = sorted({name for counts in before.values() for name in counts})
    deltas = _deltas(moves)
    return {
        "grids": [row for change in found for row in _rows(change, before, deltas, names)],
        "moved": _totals([move.thing for move in moves], names),
        "warnings": _cut(found),
    }


def moves_of(found: Sequence[Change]) -> list[Move]:
    """Return what would change its grid: law 3 asked of the draft, for all that stands on the changed ground."""
    ground = moving_ground(found)
    if shapely.is_empty(ground):
        return []
    things = [thing for kind in loads.on_ground(ground).values() for thing in kind]
    codes = {traits.grid_id: key for change in found for key, traits in change.before.traits.items() if traits.grid_id}
    moves = []
    for thing, (target, target_id) in zip(things, _placed(found, things, ground), strict=True):
        source = codes.get(thing.grid) if thing.grid is not None else None
        stays = thing.grid == target_id if target_id is not None else source == target and source is not None
        if not stays and not (thing.grid is None and target is None):
            moves.append(Move(thing, source, target))
    return moves


def _placed(
    found: Sequence[Change], things: Sequence[Carried], ground: BaseGeometry
) -> list[tuple[str | None, int | None]]:
    """Return for each thing the code of its grid in the draft; with the grid's id where the draft leaves it alone."""
    polygons = {key: shape for change in found for key, shape in change.ground.after.items()}
    drawn = {key: shapely.to_wkb(to_polygon(shape)) for key, shape in polygons.items() if shape is not None}
    replaced = [
        traits.grid_id
        for change in found
        for key, traits in change.before.traits.items()
        if key in change.ground.before and traits.grid_id is not None
    ]
    rows = sql.rows(
        SQL / "placed.sql",
        codes=list(drawn),
        polygons=list(drawn.values()),
        replaced=replaced,
        places=[thing.place for thing in things],
        ground=shapely.to_wkb(ground),
        tolerance_m=settings.NEAREST_TOLERANCE_M,
        srid=settings.SURVEY_SRID,
    )
    return [(row["code"], row["grid_id"]) for row in rows]


def _counts_now(found: Sequence[Change]) -> dict[str, Mapping[str, int]]:
    ids = {
        key: change.before.traits[key].grid_id for change in found for key in change.keys if key in change.before.traits
    }
    counts = loads.of([grid_id for grid_id in ids.values() if grid_id is not None])
    return {key: counts[grid_id] for key, grid_id in ids.items() if grid_id is not None}


def _deltas(moves: Sequence[Move]) -> dict[str, Counter[str]]:
    deltas: dict[str, Counter[str]] = {}
    for move in moves:
        for name, count in move.thing.counts.items():
            if move.source is not None:
                deltas.setdefault(move.source, Counter())[name] -= count
            if move.target is not None:
                deltas.setdefault(move.target, Counter())[name] += count
    return deltas


def _rows(
    change: Change, before: Mapping[str, Mapping[str, int]], deltas: Mapping[str, Counter[str]], names: Sequence[str]
) -> list[dict[str, Any]]:
    rows = []
    for key in change.keys:
        old, new = change.before.coverage.get(key), change.after.coverage.get(key)
        counts = {name: before.get(key, {}).get(name, 0) for name in names}
        delta = deltas.get(key, Counter())
        traits = change.after.traits.get(key) or change.before.traits[key]
        rows.append(
            {
                "code": key,
                "name": traits.name,
                "kind": traits.kind,
                "change": "added" if old is None else "removed" if new is None else "changed",
                "before": counts | _shape_of(old),
                "after": {name: count + delta[name] for name, count in counts.items()} | _shape_of(new),
                "geometry": None if new is None else to_lonlat(to_polygon(new, multi=True)),
            }
        )
    return rows


def _shape_of(shape: Shape | None) -> dict[str, Any]:
    if shape is None:
        return {"area_m2": 0.0, "compactness": None, "parts": 0}
    said = measures(shape)
    return {"area_m2": said.area_m2, "compactness": round(said.compactness, 4), "parts": said.parts}


def _totals(things: Sequence[Carried], names: Sequence[str]) -> Counts:
    total: Counter[str] = Counter()
    for thing in things:
        total.update(thing.counts)
    return {name: total[name] for name in names}


def _cut(found: Sequence[Change]) -> list[dict[str, Any]]:
    warnings = []
    for change in found:
        if change.ground.polygons:
            ground = shapely.union_all(list(change.ground.polygons.values()))
            warnings += [members(warning) for warning in cut_buildings(change.ground, loads.footprints_on(ground))]
    return warnings

"""The preview of a redraw: each changed grid before and after, what moves in all, and the buildings cut."""

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from django.utils import timezone

from grids import asset_registry
from grids.editing.coverage.footprints import cut_buildings, new_borders
from grids.editing.geometry.measures import measures
from grids.editing.geometry.shapes import Shape, to_polygon
from grids.models import Redraw
from grids.redraws.draft.community_draft import Attributes
from grids.redraws.impact.officers import officers_around
from grids.redraws.impact.outcome import Outcome, outcome_of
from grids.redraws.storage.changes import Change
from grids.redraws.storage.errors import members
from grids.redraws.storage.geojson import all_to_lonlat

NOTHING: Mapping[str, int] = {}


def preview_of(redraw: Redraw) -> dict[str, Any]:
    """Return the preview (DESIGN §6): for a draft what publishing would do now, for a published redraw what it did.

    Raises Conflict when the draft no longer applies to the current partition.
    """
    outcome = outcome_of(redraw)
    rows = [row for change in outcome.found for row in grid_rows(change, outcome)]
    shapes = [row.pop("shape") for row in rows]
    drawn = iter(all_to_lonlat([to_polygon(shape, multi=True) for shape in shapes if shape is not None]))
    for row, shape in zip(rows, shapes, strict=True):
        row["geometry"] = None if shape is None else next(drawn)
    names, moved = outcome.names, outcome.moved
    return {
        "grids": rows,
        "moved": {name: moved[name] for name in names},
        "totals": {when: _total([row[when] for row in rows], names) for when in ("before", "after")},
        "warnings": _cut(outcome.found),
        "at": None if outcome.at is None else timezone.localtime(outcome.at),
    }


def grid_rows(change: Change, outcome: Outcome) -> list[dict[str, Any]]:
    """Return a row for each changed grid of a community, in code order, with its ``shape`` after (or None)."""
    names = outcome.names
    rows = [_row(change, key, outcome, names) for key in change.keys]
    for when, officers in zip(("before", "after"), officers_around(change, outcome.at), strict=True):
        for row in rows:
            row[when]["officers"] = officers.get(row["code"], [])
    return rows


def _row(change: Change, key: str, outcome: Outcome, names: Sequence[str]) -> dict[str, Any]:
    old, new = change.before.coverage.get(key), change.after.coverage.get(key)
    was, will = change.before.attributes.get(key), change.after.attributes.get(key)
    attributes = will or change.before.attributes[key]
    before, after = outcome.before.get(key, NOTHING), outcome.after.get(key, NOTHING)
    return {
        "code": key,
        "name": attributes.name,
        "kind": attributes.kind,
        "community": change.after.code,
        "change": "added" if old is None else "removed" if new is None else "changed",
        "differs": _differs(old, new, was, will),
        "before": {name: before.get(name, 0) for name in names} | _shape_of(old) | _attributes_of(was),
        "after": {name: after.get(name, 0) for name in names} | _shape_of(new) | _attributes_of(will),
        "shape": new,
    }


def _differs(old: Shape | None, new: Shape | None, was: Attributes | None, will: Attributes | None) -> list[str]:
    """Return in what a grid differs: boundary, name, kind; all three for one that is added or removed."""
    before, after = _attributes_of(was), _attributes_of(will)
    return [*(["boundary"] if old != new else []), *(name for name in before if before[name] != after[name])]


def _attributes_of(attributes: Attributes | None) -> dict[str, str | None]:
    return {"name": None, "kind": None} if attributes is None else {"name": attributes.name, "kind": attributes.kind}


def _shape_of(shape: Shape | None) -> dict[str, Any]:
    if shape is None:
        return {"area_m2": 0.0, "compactness": None, "parts": 0, "contiguous": None}
    measured = measures(shape)
    return {
        "area_m2": measured.area_m2,
        "compactness": round(measured.compactness, 4),
        "parts": measured.parts,
        "contiguous": measured.parts == 1,
    }


def _total(sides: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """Return the sums over the changed grids, and how many of them there are on this side."""
    there = [side for side in sides if side["parts"]]
    sums = {name: sum(side[name] for side in there) for name in names}
    return {"grids": len(there), **sums, "area_m2": round(sum(side["area_m2"] for side in there), 3)}


def _cut(found: Sequence[Change]) -> list[dict[str, Any]]:
    """Return a warning for each building that a new border cuts."""
    borders = shapely.multilinestrings(shapely.get_parts([new_borders(change.diff) for change in found]))
    if shapely.is_empty(borders):
        return []
    footprints = asset_registry.footprints_on(borders)
    return [members(warning) for change in found for warning in cut_buildings(change.diff, footprints)]

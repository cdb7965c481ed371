"""Who serves each changed grid before a redraw and after it: a new grid keeps the posts of what it is cut out of."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import shapely

from grids.editing.geometry.shapes import to_polygon
from grids.redraws.history.replay import INSTANT
from grids.redraws.storage.changes import Change
from grids.who_serves import Serving, serving

Named = Mapping[str, list[str]]


def officers_around(change: Change, at: datetime | None) -> tuple[Named, Named]:
    """Return by code the names of who serves each changed grid before and after; main officers first.

    ``at`` is the moment of a published redraw, None of one that is only planned.
    """
    before, after = _ids(change, after=False), _ids(change, after=True)
    was = serving([grid_id for grid_id in before.values() if grid_id], None if at is None else at - INSTANT)
    will = serving([grid_id for grid_id in after.values() if grid_id], at)
    kept = {code: before.get(_cut_from(change, code)) for code, grid_id in after.items() if grid_id is None}
    return (
        {code: _names(was.get(grid_id or 0, ())) for code, grid_id in before.items()},
        {
            code: _names(was.get(kept[code] or 0, ()) if code in kept else will.get(grid_id or 0, ()))
            for code, grid_id in after.items()
        },
    )


def _ids(change: Change, *, after: bool) -> dict[str, int | None]:
    attributes = (change.after if after else change.before).attributes
    return {code: there.grid_id for code in change.keys if (there := attributes.get(code)) is not None}


def _names(found: Sequence[Serving]) -> list[str]:
    return list(dict.fromkeys(each.name for each in found))


def _cut_from(change: Change, code: str) -> str:
    """Return the code of the grid that holds most of the new grid's area now (see `grids_predecessor`)."""
    new = to_polygon(change.after.coverage[code])
    former = {key: to_polygon(shape) for key, shape in change.diff.before.items() if shape is not None}
    shared = {key: float(shapely.area(shapely.intersection(new, polygon))) for key, polygon in former.items()}
    return min(shared, key=lambda key: (-shared[key], key), default="")

"""Which buildings a new border cuts: a warning, or a refusal where the rules forbid it."""

from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.diff import Diff
from grids.editing.geometry.shapes import MM_PER_M
from grids.editing.refusals import Code, Refusal

# A border that grazes a wall cuts nothing: surveys of walls are no better than this.
GRAZING_M = 0.05


def new_borders(change: Diff) -> BaseGeometry:
    """Return the borders that were none before as lines (survey CRS, metres), empty if there are none."""
    return shapely.multilinestrings(_lines(change))


def _lines(change: Diff) -> np.ndarray:
    edges = np.array(sorted(change.new_edges()), dtype=np.float64).reshape(-1, 2, 2)
    return np.asarray(shapely.linestrings(edges / MM_PER_M))


def cut_buildings(change: Diff, footprints: Mapping[str, BaseGeometry]) -> list[Refusal]:
    """Return one `CUTS_BUILDING` for each footprint (survey CRS, metres) that a new border runs through.

    Borders that were there before are not looked at. The place is the stretch inside the building.
    """
    lines = _lines(change)
    if not lines.size or not footprints:
        return []
    names = list(footprints)
    tree = shapely.STRtree(list(footprints.values()))
    rows, hits = tree.query(lines, predicate="intersects")
    found = []
    for hit in np.unique(hits).tolist():
        inside = shapely.intersection(shapely.union_all(lines[rows[hits == hit]]), tree.geometries[hit])
        if shapely.length(inside) > GRAZING_M and not _on_wall(inside, tree.geometries[hit]):
            found.append(Refusal(Code.CUTS_BUILDING, inside, {"building": names[hit]}))
    return found


def _on_wall(stretch: BaseGeometry, footprint: BaseGeometry) -> bool:
    return bool(shapely.covers(shapely.buffer(shapely.boundary(footprint), GRAZING_M), stretch))

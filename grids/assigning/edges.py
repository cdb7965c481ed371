"""The edges of a partition, each with the grid on either side of it, in whole millimetres. Pure."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gisserver.common.geo.millimetres import to_millimetres

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Ranks = NDArray[np.int32]

# The side of an edge on which no grid is known to lie.
OUTSIDE: Final = -1
# Two coordinates make one 62-bit key below this span: 2,147 km.
_BITS: Final = 31


@dataclass(frozen=True, slots=True)
class Edges:
    """Each edge once, from ``a`` to ``b`` (float64 of shape (n, 2): whole millimetres from ``origin_mm``).

    ``left`` and ``right`` are the positions of the grids beside it, `OUTSIDE` where no grid has the very same edge.
    """

    origin_mm: Whole
    a: Floats
    b: Floats
    left: Ranks
    right: Ranks


def edges_of(shapes: NDArray[Any]) -> Edges:
    """Return the edges of polygons or multipolygons (survey CRS, metres, whole millimetres).

    Raises ValueError when they span more than 2,000 km.
    """
    start, end, owner = _directed(shapes)
    origin = np.minimum(start.min(axis=0), end.min(axis=0)) if len(start) else np.zeros(2, dtype=np.int64)
    start, end = start - origin, end - origin
    if start.max(initial=0) >= 1 << _BITS:
        raise ValueError("These polygons span more than 2,000 km: are they in the survey CRS?")
    first, second = (points[:, 0] << _BITS | points[:, 1] for points in (start, end))
    forward = first < second
    low, high = np.where(forward, first, second), np.where(forward, second, first)
    order = np.lexsort((high, low))
    low, high, forward, owner = low[order], high[order], forward[order], owner[order]
    begins = np.flatnonzero(np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])])[: len(low)])
    return Edges(
        origin, _unpacked(low[begins]), _unpacked(high[begins]),
        _lowest(owner, forward, begins), _lowest(owner, ~forward, begins),
    )  # fmt: skip


def _directed(shapes: NDArray[Any]) -> tuple[Whole, Whole, Ranks]:
    """Return start, end and position of the grid of every edge; its grid lies on the left."""
    parts, grid = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    points = to_millimetres(xy)
    edge = (ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    return points[:-1][edge], points[1:][edge], grid[part][ring[:-1][edge]].astype(np.int32)


def _unpacked(keys: Whole) -> Floats:
    return np.column_stack([keys >> _BITS, keys & ((1 << _BITS) - 1)]).astype(np.float64)


def _lowest(owner: Ranks, on_this_side: NDArray[np.bool_], begins: NDArray[np.intp]) -> Ranks:
    """Return for each edge the lowest of the owners on one side, `OUTSIDE` without any."""
    nobody = np.iinfo(np.int32).max
    if not len(begins):
        return np.empty(0, dtype=np.int32)
    found = np.minimum.reduceat(np.where(on_this_side, owner, nobody), begins)
    return np.where(found == nobody, OUTSIDE, found).astype(np.int32)

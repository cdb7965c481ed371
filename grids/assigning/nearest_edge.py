"""The edge nearest to each point among those of its cell, and on which side of it the point lies. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grids.assigning.cells import CLEAR_MM
from grids.assigning.edges import OUTSIDE, Edges, Floats

# Millimetres: nearer than half a micrometre to a border is on it, and the lowest code has it; within a
# micrometre the receipt says so. Within a fiftieth of either, and of two equal angles, another way has to decide.
_ON: Final = 5e-4
_SAID: Final = 1e-3
_DOUBT: Final = 2e-5
_NOBODY: Final = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each point its grid, whether it lies on a border, and whether another way has to decide."""

    grid: NDArray[np.int32]
    on_border: NDArray[np.bool_]
    doubtful: NDArray[np.bool_]


def nearest_edges(
    edges: Edges,
    begins: NDArray[np.int32],
    near: NDArray[np.int32],
    cells: NDArray[np.int32],
    points: Floats,
) -> Nearest:
    """Return for each point (whole millimetres from the edges' origin) of a border cell what its nearest edge says.

    ``begins`` and ``near`` are the edges of each cell, as `cells.edges_by_cell` gives them.
    """
    first, many = begins[cells], begins[cells + 1] - begins[cells]
    starts = np.cumsum(many) - many
    point = np.repeat(np.arange(len(cells)), many)
    edge = near[np.arange(len(point)) + np.repeat(first - starts, many)]
    a, along = edges.a[edge], (edges.b - edges.a)[edge]
    to = points[point] - a
    square = along[:, 0] ** 2 + along[:, 1] ** 2
    share = to[:, 0] * along[:, 0] + to[:, 1] * along[:, 1]
    cross = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
    beyond = share > square
    back = np.where(beyond, square - share, share)  # below zero where an end of the edge is nearest
    end = to - along * beyond[:, None]
    at_end = back < 0
    reach = end[:, 0] ** 2 + end[:, 1] ** 2
    away = np.where(at_end, reach, cross * cross / square)
    # Of edges that end in the nearest vertex, the one at the least angle bounds the sector of the point: here the least
    # cosine, as seen from behind.
    with np.errstate(invalid="ignore", divide="ignore"):
        turned = np.where(at_end, -back / np.sqrt(square * reach), 0.0)
    least = np.minimum.reduceat(away, starts)
    is_least = away <= least[point] * (1 + 1e-12)
    angle = np.where(is_least, turned, np.inf)
    best = np.minimum.reduceat(angle, starts)
    side = np.where(cross > 0, edges.left[edge], edges.right[edge])
    chosen = is_least & (angle <= best[point] + 1e-9)
    grid = np.minimum.reduceat(np.where(chosen, side, _NOBODY), starts)
    other = np.maximum.reduceat(np.where(chosen, side, OUTSIDE), starts)

    metres = np.sqrt(away)
    on = metres <= _ON
    low, high = np.minimum(edges.left, edges.right)[edge], np.maximum(edges.left, edges.right)[edge]
    lone = low == OUTSIDE
    shared = np.minimum.reduceat(np.where(on, np.where(lone, high, low), _NOBODY), starts)
    is_on = shared < _NOBODY
    doubt = (np.abs(metres - _ON) < _DOUBT) | (np.abs(metres - _SAID) < _DOUBT) | (lone & (metres < CLEAR_MM))
    doubtful = np.logical_or.reduceat(doubt, starts) | (~is_on & ((grid != other) | (grid == OUTSIDE)))
    return Nearest(np.where(is_on, shared, grid).astype(np.int32), least < _SAID**2, doubtful)

"""Do new edges keep clear of the edges that are there? Exact, and fast enough to ask after every command."""

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.editing.geometry.plane import Edge, Point

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A vertex keeps this distance from every edge that it is not part of. Coordinates are stored as doubles,
# n / 1000, which err by less than a millionth of a millimetre: no sign then differs from the integers'.
CLEARANCE_MM = 0.01
_CELLS_AT_ONCE = 1_000_000


def conflict(new: list[Edge], edges: Ints) -> Point | None:
    """Return a place where one of the ``new`` edges meets one of ``edges`` other than in a common vertex.

    ``edges`` are rows (ax, ay, bx, by); the new edges may be among them, in either direction.
    """
    rows = np.array([(*a, *b) for a, b in new], dtype=np.int64)
    low = np.minimum(rows[:, :2], rows[:, 2:]).min(axis=0) - 1
    high = np.maximum(rows[:, :2], rows[:, 2:]).max(axis=0) + 1
    meets = (np.maximum(edges[:, :2], edges[:, 2:]) >= low).all(axis=1)
    meets &= (np.minimum(edges[:, :2], edges[:, 2:]) <= high).all(axis=1)
    edges = edges[meets]
    row, near = _near(rows, edges)
    bad = row[_meet(rows[row], edges[near])]
    if not bad.size:
        return None
    ax, ay, bx, by = rows[bad.min()].tolist()
    return (ax + bx) // 2, (ay + by) // 2


def _near(rows: Ints, edges: Ints) -> tuple[Ints, Ints]:
    """Return the pairs of a row and an edge whose boxes lie within a millimetre, as indices of both."""
    low, high = np.minimum(rows[:, :2], rows[:, 2:]) - 1, np.maximum(rows[:, :2], rows[:, 2:]) + 1
    tree = shapely.STRtree(shapely.linestrings(edges.reshape(-1, 2, 2)))
    row, edge = tree.query(shapely.box(*low.T, *high.T))
    return row, edge


def crossings(path: Ints, edges: Ints) -> tuple[Bools, Bools, Bools, Bools]:
    """Return four tables (segments × edges): they cross; the segment runs over the edge's start, its end; the
    segment begins on the edge.

    "Over" and "on" mean strictly between the ends of the other.
    """
    step = max(1, _CELLS_AT_ONCE // max(1, len(edges)))
    some = [_crossings(path[begin : begin + step], edges) for begin in range(0, len(path), step)]
    proper, over_start, over_end, begins_on = (np.vstack(tables) for tables in zip(*some, strict=True))
    return proper, over_start, over_end, begins_on


def _crossings(path: Ints, edges: Ints) -> tuple[Bools, Bools, Bools, Bools]:
    p, q, a, b = _ends(path, edges)
    at_p, at_q, at_a, at_b = _turn(a, b, p), _turn(a, b, q), _turn(p, q, a), _turn(p, q, b)
    proper = (np.sign(at_p) * np.sign(at_q) < 0) & (np.sign(at_a) * np.sign(at_b) < 0)
    over_a, over_b = (at_a == 0) & _between(p, q, a), (at_b == 0) & _between(p, q, b)
    return proper, over_a, over_b, (at_p == 0) & _between(a, b, p)


def _ends(path: Ints, edges: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    return path[:, None, :2], path[:, None, 2:], edges[None, :, :2], edges[None, :, 2:]


def _turn(o: Ints, a: Ints, b: Ints) -> Ints:
    return (a[..., 0] - o[..., 0]) * (b[..., 1] - o[..., 1]) - (a[..., 1] - o[..., 1]) * (b[..., 0] - o[..., 0])


def _along(o: Ints, a: Ints, b: Ints) -> Ints:
    return (a[..., 0] - o[..., 0]) * (b[..., 0] - o[..., 0]) + (a[..., 1] - o[..., 1]) * (b[..., 1] - o[..., 1])


def _between(o: Ints, a: Ints, b: Ints) -> Bools:
    along = _along(o, a, b)
    return (along > 0) & (along < _along(o, a, a))


def _meet(new: Ints, edges: Ints) -> Bools:
    """Return whether each new edge meets the edge of the same row, or comes nearer than the clearance."""
    p, q, a, b = new[:, :2], new[:, 2:], edges[:, :2], edges[:, 2:]
    at_p, at_q, at_a, at_b = _turn(a, b, p), _turn(a, b, q), _turn(p, q, a), _turn(p, q, b)
    bad = (np.sign(at_p) * np.sign(at_q) < 0) & (np.sign(at_a) * np.sign(at_b) < 0)
    reach_new = CLEARANCE_MM * np.sqrt(_along(p, q, q).astype(np.float64))
    reach_old = CLEARANCE_MM * np.sqrt(_along(a, b, b).astype(np.float64))
    bad |= (np.abs(at_a) <= reach_new) & _between(p, q, a)
    bad |= (np.abs(at_b) <= reach_new) & _between(p, q, b)
    bad |= (np.abs(at_p) <= reach_old) & _between(a, b, p)
    bad |= (np.abs(at_q) <= reach_old) & _between(a, b, q)
    return bad

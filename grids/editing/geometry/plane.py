"""Exact plane geometry on whole millimetres: nothing here ever rounds, except where its name says so.

A point is a pair of Python integers, east and north, in millimetres of the survey CRS. An edge is a pair of
points and has a direction: what it bounds lies on its left. Python integers have no bounds, so no sign is
ever wrong.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import hypot

Point = tuple[int, int]
Edge = tuple[Point, Point]
Ring = tuple[Point, ...]
"""A closed ring without its last point: counter-clockwise around an area, clockwise around a hole."""


def cross(o: Point, a: Point, b: Point) -> int:
    """Return twice the signed area (mm²) of the triangle o, a, b: positive when b lies left of o → a."""
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def dot(o: Point, a: Point, b: Point) -> int:
    """Return the scalar product (mm²) of o → a and o → b."""
    return (a[0] - o[0]) * (b[0] - o[0]) + (a[1] - o[1]) * (b[1] - o[1])


def distance(a: Point, b: Point) -> float:
    """Return the distance in millimetres."""
    return hypot(b[0] - a[0], b[1] - a[1])


def double_area(ring: Sequence[Point]) -> int:
    """Return twice the signed area (mm²) of a ring: positive when it runs counter-clockwise."""
    total = 0
    x, y = ring[-1]
    for u, v in ring:
        total += x * v - u * y
        x, y = u, v
    return total


def ring_edges(ring: Sequence[Point]) -> Iterable[Edge]:
    """Return the directed edges of a ring, the closing one last."""
    return pairwise((*ring, ring[0]))


def divide(numerator: int, denominator: int) -> int:
    """Return the quotient rounded to the nearest integer, halves towards plus infinity."""
    return (2 * numerator + denominator) // (2 * denominator)


def crossing(p: Point, q: Point, a: Point, b: Point) -> Point:
    """Return the crossing of p → q with a → b, rounded to the millimetre; the caller knows that they cross."""
    before, after = cross(a, b, p), cross(a, b, q)
    along = before - after
    if along < 0:
        before, along = -before, -along
    return (
        divide(p[0] * along + (q[0] - p[0]) * before, along),
        divide(p[1] * along + (q[1] - p[1]) * before, along),
    )


def foot(p: Point, a: Point, b: Point) -> Point:
    """Return the point of the segment a → b nearest to p, rounded to the millimetre."""
    length, along = dot(a, b, b), dot(a, b, p)
    if along <= 0:
        return a
    if along >= length:
        return b
    return a[0] + divide((b[0] - a[0]) * along, length), a[1] + divide((b[1] - a[1]) * along, length)


def distance_to_edge(p: Point, a: Point, b: Point) -> float:
    """Return the distance in millimetres of p from the segment a → b."""
    length, along = dot(a, b, b), dot(a, b, p)
    if along <= 0 or length == 0:
        return distance(p, a)
    if along >= length:
        return distance(p, b)
    return abs(cross(a, b, p)) / distance(a, b)


def side_of_ring(point: Point, ring: Sequence[Point]) -> int:
    """Return 1 for a point inside the ring, 0 on it, -1 outside, whichever way the ring runs."""
    x, y = point
    inside = False
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y):
            turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            if turn == 0:
                return 0
            inside ^= (turn > 0) == (by > ay)
        elif by == y and (bx == x or (ay == y and min(ax, bx) <= x <= max(ax, bx))):
            return 0
        ax, ay = bx, by
    return 1 if inside else -1


def first_clockwise(at: Point, back: Point, ends: Iterable[Point]) -> Point:
    """Return the first of ``ends`` met when turning clockwise at ``at`` from the direction of ``back``.

    Coming from ``back`` with the interior on the left, the edge to that point bounds the same area. The
    direction of ``back`` itself comes last, after a whole turn.
    """
    best: Point | None = None
    best_rank = 4
    for end in ends:
        rank = _quarter(at, back, end)
        if rank < best_rank or (best is not None and rank == best_rank and cross(at, end, best) < 0):
            best, best_rank = end, rank
    if best is None:
        raise ValueError("no way leads on")
    return best


def _quarter(at: Point, back: Point, end: Point) -> int:
    turn = cross(at, back, end)
    if turn:
        return 0 if turn < 0 else 2
    return 1 if dot(at, back, end) < 0 else 3

"""A grid's polygon in whole millimetres, and how directed edges are put together into one.

The boundary of any area is a set of directed edges with the interior on their left. Verbs add, cancel and
replace edges; `assemble` finds the rings again. Rings, holes and parts come out in one canonical order, so
two areas are the same exactly when their values are equal.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.editing.geometry.plane import Edge, Point, Ring, double_area, first_clockwise, ring_edges, side_of_ring

Part = tuple[Ring, ...]
"""One connected polygon: its outer ring, then its holes."""
Ints = NDArray[np.int64]
MM_PER_M = 1000


class Broken(Exception):
    """Directed edges that bound no area; ``place`` is where it shows."""

    def __init__(self, place: Point) -> None:
        super().__init__(f"the edges at {place} bound no area")
        self.place = place


@dataclass(frozen=True)
class Shape:
    """An area as parts in canonical order; `assemble` and `canonical` make it, nothing changes it."""

    parts: tuple[Part, ...]

    @cached_property
    def edges(self) -> frozenset[Edge]:
        """The directed edges, interior on the left."""
        return frozenset(edge for part in self.parts for ring in part for edge in ring_edges(ring))

    @cached_property
    def vertices(self) -> frozenset[Point]:
        """The points of all rings."""
        return frozenset(point for part in self.parts for ring in part for point in ring)

    @cached_property
    def pinches(self) -> frozenset[Point]:
        """The points where the boundary touches itself: rings meet there."""
        points = [point for part in self.parts for ring in part for point in ring]
        if len(points) == len(self.vertices):
            return frozenset()
        return frozenset(point for point, count in Counter(points).items() if count > 1)

    @cached_property
    def array(self) -> Ints:
        """The directed edges as rows (ax, ay, bx, by), in the order of the rings."""
        rows = [(*a, *b) for part in self.parts for ring in part for a, b in ring_edges(ring)]
        return np.array(rows, dtype=np.int64).reshape(-1, 4)

    @cached_property
    def bounds(self) -> tuple[int, int, int, int]:
        """West, south, east, north in millimetres."""
        starts = self.array[:, :2]
        (west, south), (east, north) = starts.min(axis=0).tolist(), starts.max(axis=0).tolist()
        return west, south, east, north

    @cached_property
    def double_area(self) -> int:
        """Twice the area in square millimetres."""
        return sum(double_area(ring) for part in self.parts for ring in part)


def canonical(parts: Iterable[Iterable[Sequence[Point]]]) -> Shape:
    """Return the shape of well-formed parts, with rings begun at their least point, and all in order."""
    ordered = []
    for shell, *holes in ([_from_least(ring) for ring in part] for part in parts):
        ordered.append((shell, *sorted(holes)))
    return Shape(tuple(sorted(ordered)))


def _from_least(ring: Sequence[Point]) -> Ring:
    if not ring:
        return ()
    at = ring.index(min(ring))
    return (*ring[at:], *ring[:at])


@dataclass(frozen=True, slots=True)
class _Loop:
    """A simple ring with what is asked of it again and again."""

    points: Sequence[Point]
    double_area: int
    box: tuple[int, int, int, int]

    @classmethod
    def of(cls, points: Sequence[Point]) -> "_Loop":
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return cls(points, double_area(points), (min(xs), min(ys), max(xs), max(ys)))


def assemble(edges: Iterable[Edge]) -> Shape:
    """Return the area bounded by directed edges; raise `Broken` where they bound none.

    Parts that meet at a point stay two parts, and a hole that touches the outer ring at a point stays a
    hole: at every vertex an edge is continued by the one that bounds the same area.
    """
    parts: list[list[_Loop]] = []
    holes: list[_Loop] = []
    for walk in _walks(frozenset(edges)):
        loops = [_Loop.of(ring) for ring in _simple_rings(walk)]
        shells = [loop for loop in loops if loop.double_area > 0]
        inner = [loop for loop in loops if loop.double_area <= 0]
        if len(shells) > 1 or any(len(loop.points) < 3 for loop in loops):
            raise Broken(walk[0])
        if shells:
            parts.append([shells[0], *inner])
        else:
            holes.extend(inner)
    own = [part[0] for part in parts]
    for hole in holes:
        parts[_owner(hole, own)].append(hole)
    _refuse_nesting(parts)
    return canonical([loop.points for loop in part] for part in parts)


def _walks(edges: frozenset[Edge]) -> Iterable[list[Point]]:
    """Walk all edges, each once, the interior always on the left."""
    ways: dict[Point, list[Point]] = {}
    for start, end in edges:
        ways.setdefault(start, []).append(end)
    left = set(edges)
    while left:
        first = left.pop()
        (a, b), walk = first, [first[0]]
        while True:
            ends = ways.get(b, ())
            if not ends:
                raise Broken(b)
            c = ends[0] if len(ends) == 1 else first_clockwise(b, a, ends)
            if (b, c) == first:
                break
            if (b, c) not in left:
                raise Broken(b)
            left.discard((b, c))
            walk.append(b)
            a, b = b, c
        yield walk


def _simple_rings(walk: list[Point]) -> list[list[Point]]:
    """Cut a closed walk into rings that visit no point twice."""
    if len(set(walk)) == len(walk):
        return [walk]
    rings: list[list[Point]] = []
    stack: list[Point] = []
    place: dict[Point, int] = {}
    for point in walk:
        if point not in place:
            place[point] = len(stack)
            stack.append(point)
            continue
        at = place[point]
        rings.append(stack[at:])
        for gone in stack[at + 1 :]:
            del place[gone]
        del stack[at + 1 :]
    rings.append(stack)
    return rings


def _owner(hole: _Loop, shells: list[_Loop]) -> int:
    """Return the index of the smallest shell around a hole; an area that just fills it is not around it."""
    around = [index for index, shell in enumerate(shells) if _inside(hole, shell, if_same=False)]
    if not around:
        raise Broken(hole.points[0])
    return min(around, key=lambda index: shells[index].double_area)


def _inside(loop: _Loop, other: _Loop, *, if_same: bool) -> bool:
    """Return whether a ring lies inside another that it does not cross; they may share points."""
    (west, south, east, north), box = loop.box, other.box
    if west < box[0] or south < box[1] or east > box[2] or north > box[3]:
        return False
    for point in loop.points:
        side = side_of_ring(point, other.points)
        if side:
            return side > 0
    doubled = [(2 * x, 2 * y) for x, y in other.points]
    for a, b in ring_edges(loop.points):
        side = side_of_ring((a[0] + b[0], a[1] + b[1]), doubled)
        if side:
            return side > 0
    return if_same


def _refuse_nesting(parts: list[list[_Loop]]) -> None:
    """Refuse area that would be counted twice, or a hole in a hole."""
    for shell, *holes in parts:
        for hole in holes:
            if any(other is not hole and _inside(hole, other, if_same=True) for other in holes):
                raise Broken(hole.points[0])
        for other, *_ in parts:
            if other is shell or not _inside(other, shell, if_same=True):
                continue
            if not any(_inside(other, hole, if_same=True) for hole in holes):
                raise Broken(other.points[0])


def refined(shape: Shape, nodes: Mapping[Edge, Sequence[Point]]) -> Shape:
    """Return the shape with further vertices on its edges; an edge is named in either direction."""

    def along(ring: Ring) -> list[Point]:
        points: list[Point] = []
        for a, b in ring_edges(ring):
            points.append(a)
            points.extend(nodes.get((a, b), ()))
            points.extend(reversed(nodes.get((b, a), ())))
        return points

    return canonical([along(ring) for ring in part] for part in shape.parts)


def without(shape: Shape, nodes: Collection[Point]) -> Shape:
    """Return the shape without some of its vertices; its rings must keep three."""
    return canonical([[point for point in ring if point not in nodes] for ring in part] for part in shape.parts)


def cancelled(edges: Iterable[Edge]) -> set[Edge]:
    """Return the edges that are not met by their reverse: the boundary of their union."""
    own = set(edges)
    return {(a, b) for a, b in own if (b, a) not in own}


def mean_width_mm(part: Part) -> float:
    """Return twice the area over the perimeter, in millimetres: the width of a long strip."""
    around = sum(hypot(b[0] - a[0], b[1] - a[1]) for ring in part for a, b in ring_edges(ring))
    return sum(double_area(ring) for ring in part) / around


def contains(shape: Shape, doubled: Point) -> bool:
    """Return whether a point lies inside, exactly; it is given times two, so that midpoints are integers.

    The answer for a point on the boundary is either.
    """
    x, y = doubled
    ax, ay, bx, by = (shape.array * 2).T
    spans = (ay > y) != (by > y)
    turn = (bx - ax)[spans] * (y - ay[spans]) - (by - ay)[spans] * (x - ax[spans])
    return bool(np.count_nonzero((turn > 0) == (by > ay)[spans]) % 2)


def from_polygon(polygon: BaseGeometry) -> Shape:
    """Return the shape of a polygon or multipolygon (survey CRS, metres), rounded to the millimetre."""
    parts = []
    for part in shapely.get_parts(shapely.orient_polygons(polygon)):
        if part.is_empty:
            continue
        rings = (shapely.get_coordinates(ring) for ring in shapely.get_rings(part))
        parts.append([_points(xy) for xy in rings])
    return canonical(parts)


def _points(xy: NDArray[np.float64]) -> list[Point]:
    whole = np.rint(xy * MM_PER_M).astype(np.int64)
    whole = whole[:-1][(whole[1:] != whole[:-1]).any(axis=1)]
    return [(x, y) for x, y in whole.tolist()]


def is_degenerate(shape: Shape) -> bool:
    """Return whether a shape has no area, or a ring that rounding left without three corners."""
    return not shape.parts or any(len(ring) < 3 for part in shape.parts for ring in part)


def to_polygon(shape: Shape, *, multi: bool = False) -> BaseGeometry:
    """Return the shape as a polygon, or multipolygon if it has several parts (survey CRS, metres).

    A coordinate is the double nearest to its decimal value: n / 1000.
    """
    parts = [part_polygon(part) for part in shape.parts]
    return shapely.multipolygons(parts) if multi or len(parts) != 1 else parts[0]


def part_polygon(part: Part) -> BaseGeometry:
    """Return one part as a polygon (survey CRS, metres)."""
    shell, *holes = (np.array((*ring, ring[0]), dtype=np.float64) / MM_PER_M for ring in part)
    return shapely.Polygon(shell, holes)

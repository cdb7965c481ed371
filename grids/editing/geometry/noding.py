"""Noding: where a drawn line meets the grids' edges, both get the same vertex, rounded first.

The line is cut where it crosses the frame. Rounding bends an edge by less than a millimetre; whether that
did any harm is for the proof to say.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from grids.editing.geometry.frame_ends import FrameEnd, frame_ends
from grids.editing.geometry.planarity import crossings
from grids.editing.geometry.plane import Edge, Point, cross, crossing, distance, distance_to_edge, dot

# A vertex put on an edge by rounding stands within 0.71 mm of it, and the edge may have been bent as much by
# another command: within this distance a line's own vertex is the node, and no second one is made.
REACH_MM = 1.5


@dataclass(slots=True)
class Noded:
    """The line's pieces, each ending at the frame or at the line's end, and the new vertices of edges."""

    paths: list[list[Point]]
    nodes: dict[Edge, list[Point]] = field(default_factory=dict)
    hairlines: list[tuple[Point, ...]] = field(default_factory=list)


@dataclass(slots=True)
class _Stop:
    """What happens at a place along a segment: a vertex, or the way out of the frame or into it."""

    along: int
    way: tuple[Point, ...]
    leaves: bool = False
    enters: bool = False


class _Noding:
    """The work of one noding: the vertices that segments and edges get, gathered before any is laid in."""

    def __init__(self, path: list[Point], edges: list[Edge], border: frozenset[Edge], snap_mm: float) -> None:
        self.segments = list(pairwise(path))
        self.border, self.snap_mm = border, snap_mm
        self.stops: list[list[_Stop]] = [[] for _ in self.segments]
        self.nodes: dict[Edge, list[Point]] = {}
        self.hairlines: list[tuple[Point, ...]] = []
        exact_ring = path[0] == path[-1] and not snap_mm
        self.edges = edges if exact_ring else self._bent_to(path, edges)
        self._meet()

    def _bent_to(self, places: list[Point], edges: list[Edge]) -> list[Edge]:
        """Put the line's own vertices into the edges that they lie on."""
        if not edges:
            return edges
        rows = np.array([(*a, *b) for a, b in edges], dtype=np.int64)
        low, high = np.minimum(rows[:, :2], rows[:, 2:]) - 2, np.maximum(rows[:, :2], rows[:, 2:]) + 2
        cut: dict[Edge, list[Edge]] = {}
        for place in places:
            near = np.flatnonzero(((low <= place) & (high >= place)).all(axis=1)).tolist()
            pieces = [piece for row in near for piece in cut.get(edges[row], [edges[row]])]
            if any(place in piece for piece in pieces):
                continue
            on = min(pieces, key=lambda piece: (distance_to_edge(place, *piece), piece), default=None)
            if on is None or distance_to_edge(place, *on) > REACH_MM or not self._may_bend(on, place):
                continue
            whole = next(edges[row] for row in near if on in cut.get(edges[row], [edges[row]]))
            self._insert(whole, place)
            cut[whole] = list(pairwise((whole[0], *self.nodes[whole], whole[1])))
            if on in self.border:
                self.border = self.border - {on} | {(on[0], place), (place, on[1])}
        return [piece for edge in edges for piece in cut.get(edge, [edge])]

    def _may_bend(self, edge: Edge, to: Point) -> bool:
        if edge not in self.border:
            return True
        (ax, ay), (bx, by) = edge
        return cross(*edge, to) == 0 and (ax == bx or ay == by)

    def _insert(self, edge: Edge, node: Point) -> None:
        """Note a vertex for an edge, which may be a piece of one already cut."""
        for whole, points in self.nodes.items():
            if edge != whole and edge[0] in (whole[0], *points) and edge[1] in (whole[1], *points):
                edge = whole
                break
        points = self.nodes.setdefault(edge, [])
        if node not in points:
            points.append(node)
            points.sort(key=lambda point: dot(edge[0], edge[1], point))

    def _meet(self) -> None:
        if not self.edges:
            return
        path = np.array([(*p, *q) for p, q in self.segments], dtype=np.int64)
        edges = np.array([(*a, *b) for a, b in self.edges], dtype=np.int64)
        proper, over_start, over_end, begins_on = crossings(path, edges)
        self._cross_all([(i, self.edges[j]) for i, j in np.argwhere(proper).tolist()])
        for which, over in enumerate((over_start, over_end)):
            for i, j in np.argwhere(over).tolist():
                self._stop(i, self.edges[j][which])
        for i, j in np.argwhere(begins_on).tolist():
            if self._may_bend(self.edges[j], self.segments[i][0]):
                self._insert(self.edges[j], self.segments[i][0])

    def _cross_all(self, meetings: list[tuple[int, Edge]]) -> None:
        at_frame: dict[Edge, list[int]] = {}
        for i, edge in meetings:
            if edge in self.border:
                at_frame.setdefault(edge, []).append(i)
            else:
                self._cross(i, edge)
        for edge, rows in at_frame.items():
            ends = frame_ends(*edge, [self.segments[i] for i in rows], self.snap_mm)
            for i, end in zip(rows, ends, strict=True):
                self._end(i, edge, end)

    def _cross(self, i: int, edge: Edge) -> None:
        """Give the segment and the edge one vertex, one that is there already if it is next to the place."""
        segment = self.segments[i]
        place = crossing(*segment, *edge)
        near = [vertex for vertex in (*edge, *segment) if distance(vertex, place) <= REACH_MM]
        node = near[0] if near else place
        if node not in edge:
            self._insert(edge, node)
        self._stop(i, node)

    def _stop(self, i: int, node: Point) -> None:
        p, q = self.segments[i]
        if node not in (p, q):
            self.stops[i].append(_Stop(dot(p, q, node), (node,)))

    def _end(self, i: int, edge: Edge, end: FrameEnd) -> None:
        p, q = self.segments[i]
        leaves = cross(*edge, q) < 0
        if end.on_edge:
            self._insert(edge, end.way[-1])
        if end.hairline:
            self.hairlines.append(end.way)
        place = crossing(p, q, *edge)
        self.stops[i].append(_Stop(dot(p, q, place), end.way, leaves=leaves, enters=not leaves))

    def paths(self) -> list[list[Point]]:
        """Return the path with its new vertices, cut at the frame."""
        current, done = [self.segments[0][0]], []
        for (_, q), stops in zip(self.segments, self.stops, strict=True):
            for stop in sorted(stops, key=lambda stop: (stop.along, stop.way)):
                if stop.enters:
                    done.append(current)
                    current = list(reversed(stop.way))
                else:
                    current.extend(stop.way)
                if stop.leaves:
                    done.append(current)
                    current = []
            current.append(q)
        return [_without_repeats(path) for path in (*done, current)]


def node_path(path: list[Point], edges: list[Edge], border: frozenset[Edge], snap_mm: float) -> Noded:
    """Return a path (mm) noded against edges; edges of ``border`` have the interior on their left."""
    noding = _Noding(path, edges, border, snap_mm)
    paths = noding.paths()
    if path[0] == path[-1] and len(paths) > 1:
        last = paths.pop()
        paths[0] = _without_repeats([*last, *paths[0]])
    paths = [_without_stick(path) for path in paths]
    return Noded([path for path in paths if len(path) > 1], noding.nodes, noding.hairlines)


def _without_stick(path: list[Point]) -> list[Point]:
    """Drop the way that a path comes and goes: in and out by one hairline, it only needs the ring at its end."""
    while len(path) > 4 and path[0] == path[-1] and path[1] == path[-2]:
        path = path[1:-1]
    return path


def _without_repeats(path: list[Point]) -> list[Point]:
    return [point for index, point in enumerate(path) if index == 0 or path[index - 1] != point]

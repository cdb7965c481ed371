"""Cutting: the pieces of drawn lines that run through a grid's area, and the vertices they set on borders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.noding import REACH_MM, Noded, node_path
from grids.editing.geometry.plane import Edge, Point, cross, distance, distance_to_edge, foot
from grids.editing.geometry.shapes import MM_PER_M, Shape, contains, refined, without

Path = list[Point]
# A line that stops short of a slanting frame edge is drawn out so far beyond it, and is then cut there.
_BEYOND_MM = 10.0


@dataclass(slots=True)
class Cut:
    """What lines do to one grid: chords run inside from border to border, dangles end inside."""

    chords: list[Path] = field(default_factory=list)
    dangles: list[Path] = field(default_factory=list)
    along: list[Path] = field(default_factory=list)
    touches: list[Point] = field(default_factory=list)

    @property
    def edges(self) -> set[Edge]:
        """The edges of the chords, in both directions."""
        one_way = [edge for chord in self.chords for edge in pairwise(chord)]
        return {*one_way, *((b, a) for a, b in one_way)}


def snapped(path: Path, shapes: Iterable[Shape], border: frozenset[Edge], snap_mm: float) -> Path:
    """Return an open path whose ends lie on the vertex, or else the edge, within the tolerance (mm)."""
    if path[0] == path[-1]:
        return path
    shapes = list(shapes)
    path = [_snapped_end(path[0], path[1], shapes, border, snap_mm), *path[1:]]
    return [*path[:-1], _snapped_end(path[-1], path[-2], shapes, border, snap_mm)]


def _snapped_end(end: Point, before: Point, shapes: list[Shape], border: frozenset[Edge], snap_mm: float) -> Point:
    if any(end in shape.vertices for shape in shapes):
        return end
    near = _edges_near(end, shapes, snap_mm)
    vertices = [vertex for edge in near for vertex in edge if vertex != before]
    vertex = min(vertices, key=lambda v: (distance(v, end), v), default=None)
    if vertex is not None and distance(vertex, end) <= snap_mm:
        return vertex
    edge = min(near, key=lambda e: (distance_to_edge(end, *e), e), default=None)
    if edge is None or distance_to_edge(end, *edge) > snap_mm:
        return end
    return _on_edge(end, edge, border)


def _on_edge(end: Point, edge: Edge, border: frozenset[Edge]) -> Point:
    """Return the end moved onto an edge, or beyond it where the edge is a slanting piece of the frame."""
    a, b = edge
    place = foot(end, a, b)
    on_frame = edge in border
    if not on_frame or a[0] == b[0] or a[1] == b[1]:
        return end if distance_to_edge(end, a, b) <= REACH_MM and not on_frame else place
    if cross(a, b, end) <= 0:
        return end
    stretch = _BEYOND_MM / distance(a, b)
    return place[0] + round((b[1] - a[1]) * stretch), place[1] - round((b[0] - a[0]) * stretch)


def _edges_near(place: Point, shapes: list[Shape], reach_mm: float) -> list[Edge]:
    rows = np.vstack([shape.array for shape in shapes])
    low, high = np.array(place) - int(reach_mm) - 1, np.array(place) + int(reach_mm) + 1
    meets = (np.maximum(rows[:, :2], rows[:, 2:]) >= low).all(axis=1)
    meets &= (np.minimum(rows[:, :2], rows[:, 2:]) <= high).all(axis=1)
    return [((ax, ay), (bx, by)) for ax, ay, bx, by in rows[meets].tolist()]


def node_against(
    coverage: Coverage, keys: Iterable[str], paths: Iterable[Path], snap_mm: float
) -> tuple[list[Noded], dict[str, Shape]]:
    """Node paths against the edges of some grids; return them and all grids that get new vertices."""
    done: list[Noded] = []
    border = coverage.border
    changed: dict[str, Shape] = {}
    keys = list(keys)
    for path in paths:
        shapes = [changed.get(key) or coverage[key] for key in keys]
        noded = node_path(path, _edges_along(path, shapes), border, snap_mm)
        done.append(noded)
        if noded.nodes:
            changed |= _with_nodes(coverage, changed, noded.nodes)
            border = _bent_border(border, noded.nodes)
    return done, changed


def _bent_border(border: frozenset[Edge], nodes: Mapping[Edge, list[Point]]) -> frozenset[Edge]:
    cut = {edge: points for edge, points in nodes.items() if edge in border}
    if not cut:
        return border
    pieces = {piece for (a, b), points in cut.items() for piece in pairwise((a, *points, b))}
    return border - set(cut) | pieces


def _edges_along(path: Path, shapes: list[Shape]) -> list[Edge]:
    """Return the edges near a path, each border once."""
    rows = np.vstack([shape.array for shape in shapes])
    points = np.array(path, dtype=np.int64)
    low, high = points.min(axis=0) - 3, points.max(axis=0) + 3
    meets = (np.maximum(rows[:, :2], rows[:, 2:]) >= low).all(axis=1)
    meets &= (np.minimum(rows[:, :2], rows[:, 2:]) <= high).all(axis=1)
    edges: dict[Edge, None] = {}
    for ax, ay, bx, by in rows[meets].tolist():
        if ((bx, by), (ax, ay)) not in edges:
            edges[(ax, ay), (bx, by)] = None
    return list(edges)


def _with_nodes(
    coverage: Coverage, changed: Mapping[str, Shape], nodes: Mapping[Edge, list[Point]]
) -> dict[str, Shape]:
    """Return every grid, on either side, whose edges get new vertices."""
    named = {*nodes, *((b, a) for a, b in nodes)}
    xs, ys = [x for edge in nodes for x, _ in edge], [y for edge in nodes for _, y in edge]
    near = coverage.near((min(xs), min(ys), max(xs), max(ys)))
    shapes = {key: changed.get(key) or coverage[key] for key in near}
    return {key: refined(shape, nodes) for key, shape in shapes.items() if not named.isdisjoint(shape.edges)}


def without_spare(coverage: Coverage, changed: Mapping[str, Shape], cuts: Iterable[Cut]) -> dict[str, Shape]:
    """Return the grids that got vertices, without those where no chord begins or ends."""
    used = {point for cut in cuts for chord in cut.chords for point in (chord[0], chord[-1])}
    kept: dict[str, Shape] = {}
    for key, shape in changed.items():
        spare = shape.vertices - coverage[key].vertices - used
        kept[key] = without(shape, spare) if spare else shape
    return {key: shape for key, shape in kept.items() if shape != coverage[key]}


def cut_of(shape: Shape, paths: Iterable[Path]) -> Cut:
    """Return what noded paths do to a grid that already has their vertices."""
    cut = Cut()
    for path in paths:
        closed = path[0] == path[-1]
        for run in _runs(path, shape.vertices):
            _sort_in(cut, shape, run, closed=closed and len(run) == len(path))
        cut.touches.extend(point for point in path if point in shape.vertices)
    return cut


def _sort_in(cut: Cut, shape: Shape, run: Path, *, closed: bool) -> None:
    a, b = run[0], run[1]
    if len(run) == 2 and ((a, b) in shape.edges or (b, a) in shape.edges):
        cut.along.append(run)
    elif contains(shape, (a[0] + b[0], a[1] + b[1])):
        ends_on_border = run[0] in shape.vertices and run[-1] in shape.vertices
        (cut.chords if closed or ends_on_border else cut.dangles).append(run)


def _runs(path: Path, vertices: frozenset[Point]) -> list[Path]:
    """Cut a path at the vertices of a grid; a ring is begun at one, if it has any."""
    on = [index for index, point in enumerate(path) if point in vertices]
    if path[0] == path[-1] and on and on[0] != 0:
        path = [*path[on[0] : -1], *path[: on[0] + 1]]
        on = [index for index, point in enumerate(path) if point in vertices]
    stops = [0, *(index for index in on if 0 < index < len(path) - 1), len(path) - 1]
    return [path[begin : end + 1] for begin, end in pairwise(stops)]


def drawn(paths: Iterable[Path]) -> BaseGeometry:
    """Return paths (mm) as lines in metres."""
    lines = [shapely.linestrings(np.array(path, dtype=np.float64) / MM_PER_M) for path in paths]
    return lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)

"""Arcs and nodes: the borders between grids, derived from the polygons by exact equality of vertices."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Edge, Point


@dataclass(frozen=True, slots=True)
class Arc:
    """A border from node to node, with the grid on its left and the one on its right (None: the frame)."""

    left: str
    right: str | None
    points: tuple[Point, ...]

    @property
    def edges(self) -> list[Edge]:
        """The edges (mm) in order."""
        return list(pairwise(self.points))


def arcs(coverage: Coverage, keys: Iterable[str] | None = None) -> list[Arc]:
    """Return the borders of some grids, or of all, each once: its left grid has the lower key."""
    chosen = list(coverage if keys is None else keys)
    owners = {edge: key for key in _with_neighbours(coverage, chosen) for edge in coverage[key].edges}
    sides: dict[tuple[str, str | None], list[Edge]] = defaultdict(list)
    for key in chosen:
        for a, b in coverage[key].edges:
            other = owners.get((b, a))
            if other is None or key < other:
                sides[key, other].append((a, b))
            elif other not in chosen:
                sides[other, key].append((b, a))
    found = [Arc(left, right, tuple(line)) for (left, right), edges in sides.items() for line in _lines(edges)]
    return sorted(found, key=lambda arc: (arc.left, arc.right or "", arc.points))


def nodes(coverage: Coverage, keys: Iterable[str] | None = None) -> frozenset[Point]:
    """Return the places (mm) where arcs of some grids, or of all, begin and end."""
    return frozenset(arc.points[end] for arc in arcs(coverage, keys) for end in (0, -1))


def _with_neighbours(coverage: Coverage, keys: Iterable[str]) -> set[str]:
    return {near for key in keys for near in (key, *coverage.neighbours(key))}


def _lines(edges: list[Edge]) -> list[list[Point]]:
    """Join directed edges into lines; one that closes begins at its least point."""
    onward: dict[Point, list[Point]] = defaultdict(list)
    for start, end in sorted(edges, reverse=True):
        onward[start].append(end)
    ends = {end for _, end in edges}
    open_lines = [_follow(start, onward) for start in sorted(onward) if start not in ends]
    closed = []
    while any(onward.values()):
        closed.append(_follow(min(start for start, further in onward.items() if further), onward))
    return open_lines + closed


def _follow(start: Point, onward: dict[Point, list[Point]]) -> list[Point]:
    line = [start]
    while further := onward.get(line[-1]):
        line.append(further.pop())
    return line

"""Borders between basic units: adjacency, length, what they run along, and points where many meet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2

import numpy as np
import shapely

from grids.balancing.dividing import Floats, Ints, Objects

OUTSIDE = -1
MM_PER_M = 1000
# The cost of a metre of new border: low along a road, river or block edge, high through a block.
ALONG = 0.15
THROUGH = 1.0


@dataclass(frozen=True, slots=True)
class Strip:
    """The whole border between two polygons, in millimetres; ``through`` a face, or along a line."""

    left: int
    right: int
    length_mm: float
    through: bool = False


@dataclass(frozen=True, slots=True)
class Borders:
    """The adjacency graph of basic units.

    ``neighbours[a]`` maps each unit beside ``a`` to the price of a border between them (metres, weighted); today's
    borders cost nothing. ``lengths[a]`` maps it to the length (metres). ``corners[a]`` are the points of ``a`` where
    four or more borders meet: there the units around it in order, `OUTSIDE` for what lies beyond the frame.
    """

    neighbours: tuple[dict[int, float], ...]
    corners: tuple[tuple[tuple[int, ...], ...], ...]
    lengths: tuple[dict[int, float], ...] = ()


def strips_of(polygons: Objects) -> list[Strip]:
    """Return the borders between polygons that share their vertices; in order, each pair once."""
    edges, owners = _edges(polygons)
    forward = (edges[:, 0] < edges[:, 2]) | ((edges[:, 0] == edges[:, 2]) & (edges[:, 1] < edges[:, 3]))
    keyed = np.where(forward[:, None], edges, edges[:, [2, 3, 0, 1]])
    order = np.lexsort((forward, *keyed.T[::-1]))
    keyed, owners = keyed[order], owners[order]
    twins = np.flatnonzero((keyed[1:] == keyed[:-1]).all(axis=1))
    length = np.hypot(keyed[twins, 2] - keyed[twins, 0], keyed[twins, 3] - keyed[twins, 1])
    pairs = np.sort(np.column_stack([owners[twins], owners[twins + 1]]), axis=1)
    unique, index = np.unique(pairs, axis=0, return_inverse=True)
    total = np.bincount(index.ravel(), weights=length, minlength=len(unique))
    return [Strip(a, b, float(d)) for (a, b), d in zip(unique.tolist(), total.tolist(), strict=True) if a != b]


def _edges(polygons: Objects) -> tuple[Floats, Ints]:
    """Return all edges as rows (ax, ay, bx, by) with the polygon on the left, and the polygon of each."""
    rings, ring_owner = shapely.get_rings(shapely.orient_polygons(_parts(polygons)[0]), return_index=True)
    owner = _parts(polygons)[1][ring_owner]
    xy, index = shapely.get_coordinates(rings, return_index=True)
    inside = index[1:] == index[:-1]
    return np.hstack([xy[:-1], xy[1:]])[inside], owner[index[:-1][inside]]


def _parts(polygons: Objects) -> tuple[Objects, Ints]:
    parts: Objects
    index: Ints
    parts, index = shapely.get_parts(polygons, return_index=True)
    return parts, index


def borders_of(polygons: Objects, strips: Sequence[Strip], home: Ints) -> Borders:
    """Return the graph of units; several strips of a pair (along, and through) add up."""
    neighbours: list[dict[int, float]] = [{} for _ in polygons]
    lengths: list[dict[int, float]] = [{} for _ in polygons]
    for strip in strips:
        a, b = strip.left, strip.right
        rate = 0.0 if home[a] != home[b] else THROUGH if strip.through else ALONG
        price = neighbours[a].get(b, 0.0) + rate * strip.length_mm / MM_PER_M
        neighbours[a][b] = neighbours[b][a] = price
        lengths[a][b] = lengths[b][a] = lengths[a].get(b, 0.0) + strip.length_mm / MM_PER_M
    return Borders(tuple(neighbours), _corners(polygons), tuple(lengths))


def _corners(polygons: Objects) -> tuple[tuple[tuple[int, ...], ...], ...]:
    edges, owners = _edges(polygons)
    points, index = np.unique(np.vstack([edges[:, :2], edges[:, 2:]]), axis=0, return_inverse=True)
    starts, stops = index.ravel()[: len(edges)], index.ravel()[len(edges) :]
    ways = np.unique(np.sort(np.column_stack([starts, stops]), axis=1), axis=0)
    busy = np.bincount(ways.ravel(), minlength=len(points)) > 3
    leaving: dict[int, dict[float, int]] = defaultdict(dict)
    arriving: dict[int, set[float]] = defaultdict(set)
    for at, to, own in zip(*(each[busy[starts]].tolist() for each in (starts, stops, owners)), strict=True):
        leaving[at][_angle(points, at, to)] = own
    for at, to in zip(*(each[busy[stops]].tolist() for each in (stops, starts)), strict=True):
        arriving[at].add(_angle(points, at, to))
    corners: list[list[tuple[int, ...]]] = [[] for _ in polygons]
    for point in sorted(leaving):
        ring = _ring(leaving[point], arriving[point])
        for unit in sorted({each for each in ring if each != OUTSIDE}) if len(ring) > 3 else ():
            corners[unit].append(ring)
    return tuple(tuple(own) for own in corners)


def _angle(points: Floats, at: int, to: int) -> float:
    (ax, ay), (bx, by) = points[at].tolist(), points[to].tolist()
    return atan2(by - ay, bx - ax)


def _ring(leaving: Mapping[float, int], arriving: set[float]) -> tuple[int, ...]:
    """Return the polygons around a point, anticlockwise; a leaving edge has its polygon on the left, so next to it.

    Where an edge arrives and none leaves in its direction, what follows is outside.
    """
    ring = [leaving.get(angle, OUTSIDE) for angle in sorted({*leaving, *arriving})]
    return tuple(b for a, b in pairwise([ring[-1], *ring]) if a != b) or (ring[0],)

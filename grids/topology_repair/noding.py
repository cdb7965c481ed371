"""Noding: borders that are the same line get the same vertices, on both sides.

A vertex of one polygon that lies on a border of its neighbour, where the neighbour has none, stands up to a
millimetre off that border once coordinates have been projected and rounded. It is put into the neighbour too;
two vertices that rounding set a millimetre apart become one. That loses no land and mends no defect: a gap or
an overlap wider than a millimetre stays for `grids.topology_repair.defects` to find.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.millimetres import round_to_millimetres, to_millimetres
from grids.topology_repair.segments import Segments, segments_of

Polygons = NDArray[np.object_]
# Rounding moves a point by at most 0.71 mm, so a vertex on a line stays within a millimetre and a half of it.
TOLERANCE_MM = 1.5
_MAX_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Noded:
    """Polygons in whole millimetres whose borders share their vertices; how many were inserted, merged."""

    polygons: Polygons
    inserted: int
    merged: int


def node(polygons: Polygons) -> Noded:
    """Return the polygons (survey CRS, metres) rounded to millimetres and noded against each other."""
    current: Polygons = round_to_millimetres(polygons)
    current, merged = _merge_twins(current)
    inserted = 0
    for _ in range(_MAX_ROUNDS):
        current, count = _insert_missing(current)
        inserted += count
        if not count:
            break
    return Noded(current, inserted, merged)


def with_vertices_of(frame: BaseGeometry, polygons: Polygons) -> BaseGeometry:
    """Return the frame with the vertices that polygons have exactly on its edges: the same line, noded.

    A cut that ends on a straight stretch of a community's border sets one. All are in whole millimetres (survey CRS,
    metres), and nothing is rounded or bent.
    """
    points = np.unique(to_millimetres(shapely.get_coordinates(polygons)), axis=0)
    tree = shapely.STRtree(shapely.points(points.astype(float)))
    parts = [
        [_with_points(ring, points, tree) for ring in shapely.get_rings(part)] for part in shapely.get_parts(frame)
    ]
    return shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, *holes in parts])


def _with_points(ring: BaseGeometry, points: NDArray[np.int64], tree: shapely.STRtree) -> NDArray[np.float64]:
    """Return the corners of a ring, and between them, in order, the points that lie exactly on its edges."""
    corners = to_millimetres(shapely.get_coordinates(ring))
    start, end = corners[:-1], corners[1:]
    lines = shapely.linestrings(np.stack([start, end], axis=1).astype(float))
    edge, point = tree.query(lines, predicate="dwithin", distance=0.5)
    way, offset = (end - start)[edge], points[point] - start[edge]
    along = (way * offset).sum(axis=1)
    on = (way[:, 0] * offset[:, 1] == way[:, 1] * offset[:, 0]) & (along > 0) & (along < (way * way).sum(axis=1))
    numbers = np.concatenate([np.arange(len(start)), edge[on]])
    order = np.lexsort((np.concatenate([np.zeros(len(start), dtype=np.int64), along[on]]), numbers))
    noded: NDArray[np.float64] = np.vstack([start, points[point[on]]])[order] / 1000.0
    return noded


def _merge_twins(polygons: Polygons) -> tuple[Polygons, int]:
    """Let vertices of different polygons that stand within the tolerance of each other become one."""
    xy, owner = shapely.get_coordinates(polygons, return_index=True)
    points, which = np.unique(to_millimetres(xy), axis=0, return_inverse=True)
    which = which.reshape(-1)
    tree = shapely.STRtree(shapely.points(points))
    left, right = tree.query(tree.geometries, predicate="dwithin", distance=TOLERANCE_MM)
    pairs = [(a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True) if a < b]
    if not pairs:
        return polygons, 0
    owners = _owners(which, owner, {index for pair in pairs for index in pair})
    target = np.arange(len(points))
    # Pairs come in order of a, so a chain of twins ends at its first vertex.
    for a, b in sorted(pairs):
        if owners[a] != owners[b] and target[b] == b:
            target[b] = target[a]
    moved = target != np.arange(len(points))
    if not moved.any():
        return polygons, 0
    snapped = points[target][which] / 1000.0
    return shapely.remove_repeated_points(shapely.set_coordinates(polygons.copy(), snapped)), int(moved.sum())


def _owners(which: NDArray[np.int64], owner: NDArray[np.int64], wanted: set[int]) -> dict[int, frozenset[int]]:
    chosen = np.isin(which, list(wanted))
    owners: dict[int, set[int]] = {}
    for vertex, polygon in zip(which[chosen].tolist(), owner[chosen].tolist(), strict=True):
        owners.setdefault(vertex, set()).add(polygon)
    return {vertex: frozenset(polygons) for vertex, polygons in owners.items()}


def _insert_missing(polygons: Polygons) -> tuple[Polygons, int]:
    """Put every vertex that stands on another polygon's segment into that segment, once around."""
    segments = segments_of(polygons)
    missing = _missing(segments)
    if not missing:
        return polygons, 0
    changed = polygons.copy()
    for polygon in {key[0] for key in missing}:
        changed[polygon] = _with_vertices(polygons[polygon], polygon, missing)
    return changed, sum(len(points) for points in missing.values())


# (polygon, start, end) of a segment in the polygon's own direction → the points to put into it.
_Key = tuple[int, int, int, int, int]


def _missing(segments: Segments) -> dict[_Key, list[tuple[int, int]]]:
    points = np.unique(segments.start, axis=0)
    lines = shapely.linestrings(np.stack([segments.start, segments.end], axis=1).astype(float))
    tree = shapely.STRtree(shapely.points(points))
    line, point = tree.query(lines, predicate="dwithin", distance=TOLERANCE_MM)
    along = segments.end[line] - segments.start[line]
    offset = points[point] - segments.start[line]
    share = (along * offset).sum(axis=1)
    between = (share > 0) & (share < (along * along).sum(axis=1))
    own = {(owner, x, y) for owner, (x, y) in zip(segments.owner.tolist(), segments.start.tolist(), strict=True)}
    missing: dict[_Key, list[tuple[int, int]]] = {}
    for index in np.flatnonzero(between).tolist():
        segment = int(line[index])
        x, y = points[point[index]].tolist()
        owner = int(segments.owner[segment])
        if (owner, x, y) not in own:
            key = (owner, *segments.start[segment].tolist(), *segments.end[segment].tolist())
            missing.setdefault(key, []).append((x, y))
    return missing


def _with_vertices(polygon: BaseGeometry, owner: int, missing: dict[_Key, list[tuple[int, int]]]) -> BaseGeometry:
    parts = [
        shapely.Polygon(
            _ring_with(shapely.get_exterior_ring(part), owner, missing),
            [_ring_with(hole, owner, missing) for hole in shapely.get_rings(part)[1:]],
        )
        for part in shapely.get_parts(shapely.orient_polygons(polygon))
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring_with(ring: BaseGeometry, owner: int, missing: dict[_Key, list[tuple[int, int]]]) -> NDArray[np.float64]:
    vertices = to_millimetres(shapely.get_coordinates(ring)).tolist()
    result = [vertices[0]]
    for (x0, y0), (x1, y1) in pairwise(vertices):
        found = missing.get((owner, x0, y0, x1, y1), [])
        result.extend(sorted(found, key=lambda p: (p[0] - x0) * (x1 - x0) + (p[1] - y0) * (y1 - y0)))
        result.append([x1, y1])
    return np.array(result, dtype=np.float64) / 1000.0

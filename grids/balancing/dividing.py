"""Dividing an area into faces between lines, and each face among its buildings.

Coordinates are in local millimetres: whole numbers, counted from the south-west corner of the frame, so that
the snap rounding of GEOS (grid size 1) gives borders that are the same, vertex for vertex, on both sides.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay
from shapely.geometry.base import BaseGeometry

Objects = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

GRID_MM = 1.0
# Footprints nearer to each other than this are one site: no border fits between them.
TOUCHING_MM = 400.0
# Samples along a wall stand closer than 2 × the gap in front of it: then no bisector reaches the wall.
SPACING_OF_GAP = 1.8
SPACING_MM = (600.0, 10_000.0)
# A border between two houses is straightened: it leaves the middle by a part of what is free beside it, not more than
# this, so it never reaches a wall.
SMOOTH_OF_CLEARANCE = 0.8
SMOOTH_MM = 6000.0
# Centres of triangles on one circle are one point: they are rounded to this, which no rounding of theirs straddles.
CENTRE_MM = 2.0**-10


def faces_of(lines: Sequence[BaseGeometry] | Objects) -> Objects:
    """Return the polygons that lines bound, noded on whole millimetres; dead ends bound nothing."""
    noded = shapely.union_all(np.asarray(lines, dtype=object), grid_size=GRID_MM)
    faces: Objects = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    middles = shapely.get_coordinates(shapely.point_on_surface(faces))
    return faces[np.lexsort((middles[:, 1], middles[:, 0]))]


def sites_of(shapes: Objects) -> Ints:
    """Return for each footprint or point the number of its site: those that touch are one."""
    parent = np.arange(len(shapes))
    if len(shapes) > 1:
        rows, hits = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCHING_MM)
        for a, b in zip(rows.tolist(), hits.tolist(), strict=True):
            if a < b:
                join(parent, a, b)
    return np.array([root(parent, each) for each in range(len(shapes))], dtype=np.intp)


def root(parent: NDArray[Any], each: int) -> int:
    """Return the least member of the set of ``each``."""
    while parent[each] != each:
        parent[each] = parent[parent[each]]
        each = int(parent[each])
    return each


def join(parent: NDArray[Any], a: int, b: int) -> None:
    """Make the sets of two members one."""
    a, b = sorted((root(parent, a), root(parent, b)))
    parent[b] = a


def lines_between(face: BaseGeometry, shapes: Objects, sites: Ints) -> BaseGeometry:
    """Return the lines that divide a face so that no piece holds parts of two sites and no site is cut.

    ``shapes`` are the footprints and points in the face (clipped to it), ``sites`` their numbers. The pieces
    are the Voronoi cells of the walls: lines run midway between houses.
    """
    points, owners = _samples(shapes, sites, _gaps(shapes, sites))
    lines = shapely.get_parts(shapely.line_merge(_bisectors(points, owners, face)))
    _nearest, clearance = shapely.STRtree(shapes).query_nearest(lines, return_distance=True, all_matches=False)
    smooth = shapely.simplify(lines, np.minimum(SMOOTH_OF_CLEARANCE * clearance, SMOOTH_MM))
    return shapely.intersection(shapely.multilinestrings(smooth), face)


def _gaps(shapes: Objects, sites: Ints) -> Floats:
    """Return for each shape how far the nearest one of another site is (mm)."""
    reach = 2 * SPACING_MM[1]
    gaps = np.full(len(shapes), reach)
    rows, hits = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach)
    other = sites[rows] != sites[hits]
    rows, hits = rows[other], hits[other]
    np.minimum.at(gaps, rows, shapely.distance(shapes[rows], shapes[hits]))
    wide: Floats = np.maximum(gaps, 1.0)
    return wide


def _samples(shapes: Objects, sites: Ints, gaps: Floats) -> tuple[Floats, Ints]:
    """Return points along the walls, closer together where another building is near, and the site of each."""
    spacing = np.clip(SPACING_OF_GAP * gaps, *SPACING_MM)
    walls = np.where(shapely.get_dimensions(shapes) == 2, shapely.segmentize(shapes, spacing), shapes)
    points, index = shapely.get_coordinates(walls, return_index=True)
    return points, sites[index]


def _bisectors(points: Floats, owners: Ints, face: BaseGeometry) -> BaseGeometry:
    """Return the lines on which two sites are equally near."""
    west, south, east, north = face.bounds
    away = 20 * max(east - west, north - south, 1.0)
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    far = away * np.column_stack([np.cos(turns), np.sin(turns)])
    triangles = Delaunay(np.vstack([points - middle, far]))
    labels = np.concatenate([owners, np.full(len(far), -1)])[triangles.simplices]
    centres = _centres(triangles.points[triangles.simplices]) + middle
    ends = []
    for corner in range(3):
        a, b, beyond = labels[:, corner - 2], labels[:, corner - 1], triangles.neighbors[:, corner]
        own = np.flatnonzero((a != b) & (a >= 0) & (b >= 0) & (beyond > np.arange(len(labels))))
        ends.append(np.stack([centres[own], centres[beyond[own]]], axis=1))
    lines = np.concatenate(ends)
    return shapely.multilinestrings(shapely.linestrings(lines[(lines[:, 0] != lines[:, 1]).any(axis=1)]))


def _centres(corners: Floats) -> Floats:
    """Return the centres of the circles through the corners of triangles (n × 3 × 2)."""
    a, b, c = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    bb, cc = (b**2).sum(axis=1), (c**2).sum(axis=1)
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    off = np.column_stack([c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb]) / twice[:, None]
    centres: Floats = np.rint((a + off) / CENTRE_MM) * CENTRE_MM
    return centres

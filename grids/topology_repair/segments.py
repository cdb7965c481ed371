"""The directed segments of polygons in whole millimetres: what noding and the proof are made of.

Rings are oriented with the polygon on the left (exterior counter-clockwise), so that a border shared by two
polygons is the same segment in opposite directions.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.millimetres import to_millimetres

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segments:
    """``start`` and ``end`` of shape (n, 2) in millimetres; ``owner`` is the index of the polygon."""

    start: Ints
    end: Ints
    owner: Ints


def segments_of(polygons: NDArray[np.object_]) -> Segments:
    """Return the directed segments of polygons or multipolygons; segments of no length are left out."""
    oriented = shapely.orient_polygons(polygons)
    parts, part_owner = shapely.get_parts(oriented, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    points = to_millimetres(xy)
    together = ring[:-1] == ring[1:]
    start, end = points[:-1][together], points[1:][together]
    owner = part_owner[ring_part[ring[:-1][together]]].astype(np.int64)
    moves = (start != end).any(axis=1)
    return Segments(start[moves], end[moves], owner[moves])


def segments_of_one(polygon: BaseGeometry) -> Segments:
    """Return the directed segments of one polygon or multipolygon."""
    return segments_of(np.array([polygon], dtype=object))


def unmatched(segments: Segments, frame: Segments) -> NDArray[np.int64]:
    """Return the indexes of ``segments`` (then of ``frame``, counted on) that break the sum.

    The polygons tile the frame exactly when every segment is met once by its reverse, or else lies in the
    frame, and every segment of the frame is used: then the boundaries of the polygons add up to the boundary
    of the frame, so their indicator functions do.
    """
    forward = np.vstack([_rows(segments.start, segments.end), _rows(frame.end, frame.start)])
    backward = np.vstack([_rows(segments.end, segments.start), _rows(frame.start, frame.end)])
    _, codes = np.unique(np.vstack([forward, backward]), axis=0, return_inverse=True)
    codes = codes.reshape(-1)
    size = int(codes.max(initial=-1)) + 1
    ahead = np.bincount(codes[: len(forward)], minlength=size)
    behind = np.bincount(codes[len(forward) :], minlength=size)
    wrong = (ahead != 1) | (behind != 1)
    return np.flatnonzero(wrong[codes[: len(forward)]])


def _rows(start: Ints, end: Ints) -> Ints:
    return np.hstack([start, end])

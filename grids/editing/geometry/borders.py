"""One border of many: the edge nearest to a place, who lies on its two sides, and how far it runs between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from grids.editing.geometry.plane import Edge, Point
from grids.editing.geometry.shapes import MM_PER_M, Shape

Place = tuple[float, float]
# Computed borders run this near to the stored ones: a vertex set on an edge bends it by less than a millimetre.
NEAR_M = 0.002


@dataclass(frozen=True, slots=True)
class Nearest:
    """The edge (mm) nearest to a place, the key on its left, the place on it (m) that is nearest, and how far (m)."""

    key: str
    edge: Edge
    place: Place
    distance_m: float


def nearest_edge(shapes: Mapping[str, Shape], place: Place) -> Nearest | None:
    """Return the edge of some shapes nearest to a place (m); of several, that of the lowest key. None without any."""
    found = [_nearest(key, shape, place) for key, shape in shapes.items()]
    return min(found, key=lambda each: (round(each.distance_m, 6), each.key, each.edge), default=None)


def _nearest(key: str, shape: Shape, place: Place) -> Nearest:
    rows = shape.array
    starts, ways = rows[:, :2] / MM_PER_M, (rows[:, 2:] - rows[:, :2]) / MM_PER_M
    offsets = np.asarray(place) - starts
    along = np.clip((offsets * ways).sum(axis=1) / (ways * ways).sum(axis=1), 0.0, 1.0)
    feet = starts + ways * along[:, None]
    apart = np.hypot(*(np.asarray(place) - feet).T)
    least = int(np.argmin(apart))
    ax, ay, bx, by = rows[least].tolist()
    x, y = feet[least].tolist()
    return Nearest(key, ((ax, ay), (bx, by)), (x, y), float(apart[least]))


def other_side(shapes: Mapping[str, Shape], edge: Edge) -> str | None:
    """Return the key on the right of an edge, None where there is none: the frame."""
    start, end = edge
    return next((key for key in sorted(shapes) if (end, start) in shapes[key].edges), None)


def run_of(shape: Shape, other: Shape | None, others: Iterable[Shape], edge: Edge) -> BaseGeometry:
    """Return the line (m) along which ``shape`` keeps bordering on ``other``, or on the frame, through an edge.

    ``others`` are all shapes that may lie beyond: where ``other`` is None, the frame is where none of them does.
    """
    if other is not None:
        shared = {(a, b) for a, b in shape.edges if (b, a) in other.edges}
    else:
        beyond = {(b, a) for each in others for a, b in each.edges}
        shared = {pair for pair in shape.edges if pair not in beyond}
    onward, back = dict(shared), {end: start for start, end in shared}
    points = [*edge]
    _follow(points, onward, edge[0])
    if points[-1] != edge[0]:
        points.reverse()
        _follow(points, back, points[0])
        points.reverse()
    return shapely.LineString([(x / MM_PER_M, y / MM_PER_M) for x, y in points])


def _follow(points: list[Point], onward: Mapping[Point, Point], stop: Point) -> None:
    while points[-1] in onward and points[-1] != stop:
        points.append(onward[points[-1]])


def stretch(nearest: Nearest, length_m: float) -> BaseGeometry:
    """Return the part of an edge around its nearest place, ``length_m`` long or as long as the edge is (m)."""
    line = shapely.LineString([(x / MM_PER_M, y / MM_PER_M) for x, y in nearest.edge])
    foot = shapely.line_locate_point(line, shapely.Point(nearest.place))
    return shapely.ops.substring(line, max(0.0, foot - length_m / 2), min(line.length, foot + length_m / 2))


def runs_along(shape: BaseGeometry, line: BaseGeometry) -> bool:
    """Return whether the boundary of a polygon runs along a line, to the millimetre or two."""
    near = shapely.clip_by_rect(shapely.boundary(shape), *shapely.buffer(line, 1.0).bounds)
    return bool(shapely.covers(shapely.buffer(near, NEAR_M), line))

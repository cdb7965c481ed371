"""Reading what a person drew: lines, areas and places in metres, turned into whole millimetres or refused."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grids.editing.coverage.coverage import Coverage
from grids.editing.geometry.plane import Point
from grids.editing.geometry.shapes import MM_PER_M, Shape, from_polygon, is_degenerate, to_polygon
from grids.editing.refusals import Code, EditRefused
from grids.editing.rules import Rules

# A drawing so far off is in another CRS, and its differences from the grids would not fit the arithmetic.
_FARTHEST_M = 50_000.0
# A line that follows the frame, rounded to the millimetre, stands outside it here and there.
_BESIDE_M = 0.002


def read_place(coverage: Coverage, place: Any) -> Point:
    """Return a place given as two numbers (metres) in whole millimetres."""
    ((x, y),) = _millimetres(coverage, np.asarray([place], dtype=np.float64)).tolist()
    return x, y


def read_line(coverage: Coverage, line: Any, rules: Rules) -> list[Point]:
    """Return a drawn line, a sequence of (east, north) in metres, in whole millimetres.

    Refused: numbers that are not finite, too many vertices, less than two places, a line that meets itself
    (but for a ring that ends where it began).
    """
    try:
        xy = np.asarray(line, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise EditRefused(Code.MALFORMED) from error
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise EditRefused(Code.MALFORMED)
    _refuse_too_many(xy, rules)
    whole = _millimetres(coverage, xy)
    points: list[Point] = []
    for x, y in whole.tolist():
        if not points or points[-1] != (x, y):
            points.append((x, y))
    if len(points) < 2:
        raise EditRefused(Code.LINE_CLOSED, _drawn(points))
    drawn = shapely.linestrings(np.array(points, dtype=np.float64))
    if not shapely.is_simple(drawn):
        raise EditRefused(Code.SELF_CROSSING, _self_crossings(drawn))
    return points


def read_area(coverage: Coverage, area: BaseGeometry, rules: Rules) -> Shape:
    """Return a drawn polygon or multipolygon (metres) as a shape in whole millimetres."""
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise EditRefused(Code.MALFORMED)
    xy = shapely.get_coordinates(area)
    _refuse_too_many(xy, rules)
    _millimetres(coverage, xy)
    if not shapely.is_valid(area):
        raise EditRefused(Code.SELF_CROSSING, area.boundary)
    shape = from_polygon(area)
    if is_degenerate(shape) or not shapely.is_valid(to_polygon(shape)):
        raise EditRefused(Code.TOO_FINE, area.boundary)
    return shape


def refuse_leaving(coverage: Coverage, points: list[Point]) -> None:
    """Refuse a line that is nowhere in the frame, or that leaves it and comes back.

    What reaches out of it at the line's ends does no harm: it is cut off, as what reaches into a neighbour is.
    """
    line = shapely.linestrings(np.array(points, dtype=np.float64) / MM_PER_M)
    frame = coverage.frame.polygon
    if shapely.covers(frame, line):
        return
    if not shapely.intersects(frame, line):
        raise EditRefused(Code.OUTSIDE_FRAME, line)
    outside = shapely.get_parts(shapely.difference(line, frame))
    ends = shapely.points(np.array([points[0], points[-1]], dtype=np.float64) / MM_PER_M)
    loose = (shapely.distance(outside[:, None], ends[None, :]) < 1e-6).any(axis=1)
    between = outside[~loose & (shapely.length(outside) > _BESIDE_M)]
    if between.size:
        raise EditRefused(Code.CROSSES_FRAME, shapely.union_all(between))


def _refuse_too_many(xy: NDArray[np.float64], rules: Rules) -> None:
    if rules.max_vertices is not None and len(xy) > rules.max_vertices:
        raise EditRefused(Code.TOO_MANY_VERTICES, count=len(xy), limit=rules.max_vertices)


def _millimetres(coverage: Coverage, xy: NDArray[np.float64]) -> NDArray[np.int64]:
    if not np.isfinite(xy).all():
        raise EditRefused(Code.NOT_A_NUMBER)
    west, south, east, north = coverage.frame.polygon.bounds
    low, high = np.array([west, south]) - _FARTHEST_M, np.array([east, north]) + _FARTHEST_M
    if not ((xy >= low) & (xy <= high)).all():
        raise EditRefused(Code.OUTSIDE_FRAME)
    return np.rint(xy * MM_PER_M).astype(np.int64)


def _drawn(points: list[Point]) -> BaseGeometry:
    return shapely.multipoints(np.array(points, dtype=np.float64).reshape(-1, 2) / MM_PER_M)


def _self_crossings(line: BaseGeometry) -> BaseGeometry:
    """Return the places where a line meets itself, in metres."""
    noded = shapely.get_parts(shapely.node(line))
    ends = shapely.get_coordinates([shapely.get_point(noded, 0), shapely.get_point(noded, -1)])
    own = shapely.get_coordinates(line)
    places, count = np.unique(ends, axis=0, return_counts=True)
    again = places[(count > 2) | ~(places[:, None] == own[None]).all(axis=2).any(axis=1)]
    return shapely.multipoints((again if len(again) else own) / MM_PER_M)

"""Exact arithmetic on boundaries: coordinates are whole millimetres of the survey CRS (law 2). Pure."""

from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

# Within this span (mm) the cross product of two edges still fits in 64 bits.
_SAFE_SPAN_MM = 2_000_000_000
_MAX_COORDINATE_M = 1e9


def polygons_of(geometry: BaseGeometry) -> NDArray[np.object_]:
    """Return the polygons a Polygon, MultiPolygon or collection holds; other parts are left out."""
    parts = shapely.get_parts(shapely.get_parts([geometry]))
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    return cast(NDArray[np.object_], parts[keep])


def to_millimetres(xy: ArrayLike) -> NDArray[np.int64]:
    """Return coordinates in metres as whole millimetres, int64 of the same shape; ties go to even.

    Raises ValueError for values that are not finite or beyond a million kilometres.
    """
    metres = np.asarray(xy, dtype=np.float64)
    if metres.size and not (np.abs(metres) <= _MAX_COORDINATE_M).all():
        raise ValueError("A coordinate is not finite, or beyond a million kilometres.")
    return np.rint(metres * 1000.0).astype(np.int64)


def round_to_millimetres(geometry: Any) -> Any:
    """Return Shapely geometries (one or an array) in whole millimetres, repeated points dropped.

    The result may be invalid, where millimetres are too coarse for it: the caller asks. One that has shrunk to less
    than a ring keeps its repeated points.
    """
    rounded = shapely.transform(geometry, lambda xy: to_millimetres(xy) / 1000.0)
    try:
        return shapely.remove_repeated_points(rounded, 0.0)
    except shapely.GEOSException:
        if isinstance(rounded, BaseGeometry):
            return rounded
        return np.array([round_to_millimetres(one) for one in rounded], dtype=object)


def is_whole_millimetres(geometry: Any) -> bool:
    """Return whether every coordinate of the geometries is a whole millimetre, to the last bit."""
    xy = shapely.get_coordinates(geometry)
    return bool((to_millimetres(xy) / 1000.0 == xy).all())


def twice_area_mm2(geometry: BaseGeometry) -> int:
    """Return twice the area of a Polygon or MultiPolygon, in mm²: exact, as a Python integer."""
    total = 0
    for polygon in polygons_of(geometry):
        total += _twice_ring_area_mm2(shapely.get_exterior_ring(polygon))
        holes = shapely.get_rings(polygon)[1:]
        total -= sum(_twice_ring_area_mm2(hole) for hole in holes)
    return total


def _twice_ring_area_mm2(ring: BaseGeometry) -> int:
    points = to_millimetres(shapely.get_coordinates(ring))
    spans = points - points[0]
    if np.abs(spans).max(initial=0) > _SAFE_SPAN_MM:
        spans = spans.astype(object)
    x, y = spans[:, 0], spans[:, 1]
    crosses = x[:-1] * y[1:] - x[1:] * y[:-1]
    # Each cross product fits in 64 bits, their sum need not.
    total: int = sum(crosses.tolist())
    return abs(total)

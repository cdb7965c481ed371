"""A second opinion on law 1 that shares no code with the engine: GEOS for the topology, integers for areas.

It reads polygons as they would be stored, and uses neither shapes nor edges nor steps.
"""

from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


def violations(polygons: Mapping[str, BaseGeometry], frame: BaseGeometry) -> list[str]:
    """Return what breaks law 1 in words, nothing if the grids tile the frame exactly (survey CRS, metres)."""
    keys = np.array(list(polygons), dtype=object)
    grids = np.array(list(polygons.values()), dtype=object)
    found = [f"{key} is not a valid polygon" for key in keys[~shapely.is_valid(grids) | shapely.is_empty(grids)]]
    xy = shapely.get_coordinates([*grids, frame])
    if not (np.rint(xy * 1000) / 1000 == xy).all():
        found.append("a coordinate is not a whole millimetre")
    if not shapely.coverage_is_valid(grids):
        bad = ~shapely.is_empty(shapely.coverage_invalid_edges(grids))
        found.append(f"borders do not match: {sorted(keys[bad])}")
    if found:
        return found
    return _against_frame(grids, frame)


def _against_frame(grids: np.ndarray, frame: BaseGeometry) -> list[str]:
    found = []
    union = shapely.coverage_union_all(grids)
    if not shapely.equals(union, frame):
        found.append("the union of the grids is not the frame")
    if _rings(union) != _rings(frame):
        found.append("the union of the grids has other rings than the frame")
    filled, whole = sum(_double_area(grid) for grid in grids), _double_area(frame)
    if filled != whole:
        found.append(f"the areas differ by {(filled - whole) / 2} square millimetres")
    return found


def _rings(geometry: BaseGeometry) -> int:
    return sum(1 + len(part.interiors) for part in shapely.get_parts(geometry))


def _double_area(geometry: BaseGeometry) -> int:
    total = 0
    for part in shapely.get_parts(geometry):
        exterior, *interiors = (_double_ring_area(ring) for ring in (part.exterior, *part.interiors))
        total += exterior - sum(interiors)
    return total


def _double_ring_area(ring: BaseGeometry) -> int:
    xy = np.rint(shapely.get_coordinates(ring) * 1000).astype(np.int64).astype(object)
    x, y = xy[:, 0], xy[:, 1]
    return abs(int((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()))

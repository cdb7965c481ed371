"""The frame that polygons make together, and what no drawing means to leave out of it: slits and crumbs of land."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gisserver.common.geo.millimetres import polygons_of, round_to_millimetres

Polygons = NDArray[np.object_]
# A gap between neighbours that is narrower than this is a slip of the pen, also where it reaches the edge.
SLIT_WIDTH_M = 5.0
# A slit is long for its width, and the borders of two polygons run along it; a notch in the outline is neither.
_SLIT_RATIO = 10.0
_SIDE_RATIO = 5.0
_NARROWEST_SLIT_M = 0.001
_SMALLEST_ENCLAVE_M2 = 1.0
_REACH_M = 0.002


def dissolve(polygons: Polygons, *, keep_holes: bool = False) -> BaseGeometry:
    """Return the frame that noded ``polygons`` make together: the union's outer rings, every vertex kept.

    A hole in the union is land that nobody covers, so it belongs to the frame, where it is found as a gap; with
    ``keep_holes`` it is an enclave that does not, unless it is a slit or a crumb. A slit that reaches the edge,
    between two polygons, belongs to the frame as well.
    """
    union = shapely.union_all(_made_valid(polygons))
    parts = polygons_of(union)
    frame = shapely.union_all([_filled(part, keep_holes=keep_holes) for part in parts])
    found = _slits(frame, polygons)
    return shapely.union_all([frame, *found]) if found else frame


def is_narrow(land: BaseGeometry, width_m: float) -> bool:
    """Return whether ``land`` is nowhere wider than ``width_m``."""
    return bool(shapely.is_empty(shapely.buffer(land, -width_m / 2)))


def _filled(part: BaseGeometry, *, keep_holes: bool) -> BaseGeometry:
    holes = [shapely.Polygon(ring) for ring in shapely.get_rings(part)[1:]]
    kept = [hole.exterior for hole in holes if keep_holes and not _is_slip(hole)]
    return shapely.Polygon(shapely.get_exterior_ring(part), kept)


def _slits(frame: BaseGeometry, polygons: Polygons) -> list[BaseGeometry]:
    """Return the slits that reach the edge of ``frame``, in whole millimetres.

    Widening the frame by half a slit and narrowing it again closes them. Mitres leave corners as they are.
    """
    half = SLIT_WIDTH_M / 2
    wider = shapely.buffer(frame, half, join_style="mitre", mitre_limit=5)
    closed = shapely.buffer(wider, -half, join_style="mitre", mitre_limit=5)
    tree = shapely.STRtree(polygons)
    found = []
    for land in polygons_of(shapely.difference(closed, frame)):
        if _is_slit(land, polygons[tree.query(land, predicate="dwithin", distance=_REACH_M)]):
            found += list(polygons_of(round_to_millimetres(land)))
    return found


def _is_slip(hole: BaseGeometry) -> bool:
    length, width = _measures(hole)
    return shapely.area(hole) < _SMALLEST_ENCLAVE_M2 or (width < SLIT_WIDTH_M and length >= _SLIT_RATIO * width)


def _measures(land: BaseGeometry) -> tuple[float, float]:
    """Return how long and how wide a long piece of land is, in metres."""
    length = float(shapely.length(land)) / 2
    return length, float(shapely.area(land)) / length if length else 0.0


def _is_slit(land: BaseGeometry, beside: Polygons) -> bool:
    length, width = _measures(land)
    if len(beside) < 2 or width < _NARROWEST_SLIT_M or length < _SLIT_RATIO * width:
        return False
    near = shapely.buffer(land, _REACH_M)
    sides = np.sort(shapely.length(shapely.intersection(shapely.boundary(beside), near)))
    return bool(sides[-2] >= _SIDE_RATIO * width)


def _made_valid(polygons: Polygons) -> Polygons:
    made: Polygons = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    return made

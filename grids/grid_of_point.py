"""Law 3 for many places and given areas: the one that each place is in, as `db/grid_of_point.sql` says it. Pure.

Inside one area: that one. On a shared border, to the micrometre: the first, which is the lowest code when areas come in
the order of their codes. Outside all: the nearest within a tolerance, of equally near ones the first.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

# Distances count to a micrometre: less than half of one is none.
EXACT_M: Final = 5e-7
_DIGITS: Final = 6
# What a box is asked for beyond the tolerance, so that rounding loses nothing.
_MARGIN_M: Final = 0.001


class AreaIndex:
    """Areas in the order of their codes, ready to be asked for many places.

    ``per_metre`` says how many units of the coordinates are a metre: 1 in the survey CRS, 1000 in millimetres.
    """

    def __init__(self, shapes: Sequence[Any] | NDArray[Any], *, per_metre: float = 1.0) -> None:
        self._shapes = np.array(shapes, dtype=object)
        self._per_metre = per_metre
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def at(self, points: NDArray[Any], tolerance_m: float = 0.0) -> NDArray[np.intp]:
        """Return for each point (a shapely geometry) the position of its area; -1 outside all, and beyond tolerance."""
        found = self._first(len(points), *self._near(points, EXACT_M))
        outside = np.flatnonzero(found < 0)
        if tolerance_m and len(outside):
            found[outside] = self._nearest(points[outside], tolerance_m)
        return found

    def covering(self, points: NDArray[Any]) -> NDArray[np.intp]:
        """Return for each point the position of the first area that covers it exactly, -1 for none."""
        asked, near = self._tree.query(points)
        inside = shapely.intersects(self._shapes[near], points[asked])  # of which the shapes are prepared
        return self._first(len(points), asked[inside], near[inside])

    def _nearest(self, points: NDArray[Any], tolerance_m: float) -> NDArray[np.intp]:
        asked, near = self._near(points, tolerance_m + _MARGIN_M)
        metres = np.round(shapely.distance(points[asked], self._shapes[near]) / self._per_metre, _DIGITS)
        order = np.lexsort((near, metres, asked))
        order = order[metres[order] <= tolerance_m]
        found = np.full(len(points), -1, dtype=np.intp)
        found[asked[order][::-1]] = near[order][::-1]  # the last one written is the nearest
        return found

    def _near(self, points: NDArray[Any], distance_m: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        asked, near = self._tree.query(points, predicate="dwithin", distance=distance_m * self._per_metre)
        return asked, near

    @staticmethod
    def _first(count: int, asked: NDArray[np.intp], found: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return for each of ``count`` the lowest position found, -1 for none."""
        lowest = np.full(count, np.iinfo(np.intp).max, dtype=np.intp)
        np.minimum.at(lowest, asked, found)
        lowest[lowest == np.iinfo(np.intp).max] = -1
        return lowest

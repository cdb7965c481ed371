"""An index of a partition that says the grid of millions of points, exactly as `db/grid_of_point.sql` does. Pure.

A point is looked up in a raster. Most cells lie in one grid, or beyond the tolerance of all: their answer is the
cell's. In a cell with a border the nearest edge decides: the point lies on the side of it where it lies, because the
way there meets no other edge. Coordinates are whole millimetres, so cross products are exact in float64. What this
can't decide without a doubt (beside all grids, at an edge that has one owner, within rounding of a limit) is asked of
`grids.grid_of_point.AreaIndex`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import scipy.ndimage
import shapely
from numpy.typing import NDArray

from gisserver.common.geo.millimetres import to_millimetres
from grids.assigning.cells import CLEAR_MM, border_cells, edges_by_cell, raster_over
from grids.assigning.edges import OUTSIDE, Edges, Floats, edges_of
from grids.assigning.nearest_edge import nearest_edges
from grids.grid_of_point import AreaIndex

Positions = NDArray[np.int32]
Rules = NDArray[np.uint8]

# So many points are answered together: what they need stays in the processor's cache.
_BLOCK: Final = 1 << 16
_CELLS_PER_GRID: Final = 1000
_LEAST_CELLS: Final = 1 << 16
_MOST_CELLS: Final = 1 << 23
# What a cell says that does not lie in one grid: nothing within the tolerance, or: ask. From -3 on: border cells.
_NOWHERE: Final = -1
_ASK: Final = -2
_FIRST_BORDER: Final = -3


class Rule(IntEnum):
    """How a grid was found; the names are those of the receipts, in lower case."""

    NONE = 0
    INSIDE = 1
    BORDER = 2
    NEAREST = 3


@dataclass(frozen=True, slots=True)
class Assigned:
    """For each point the position of its grid (-1: none) and the `Rule`; with margins, ``margin_m`` (NaN: none)."""

    positions: Positions
    rules: Rules
    margin_m: Floats | None = None


class PartitionIndex:
    """Polygons in the order of their codes (survey CRS, metres, whole millimetres), ready for very many points."""

    def __init__(self, shapes: Sequence[Any] | NDArray[Any], *, tolerance_m: float = 0.0) -> None:
        self._shapes = np.array(shapes, dtype=object)
        self._tolerance_m = tolerance_m
        self._areas = AreaIndex(self._shapes)
        self._edges = edges_of(self._shapes)
        cells = min(max(_CELLS_PER_GRID * len(self._shapes), _LEAST_CELLS), _MOST_CELLS)
        self._raster = raster_over(self._edges, cells=cells, around_mm=1000 * tolerance_m + 1000)
        is_border = border_cells(self._raster, self._edges)
        number = np.where(is_border, np.cumsum(is_border, dtype=np.int32) - 1, -1).astype(np.int32)
        self._begins, self._near = edges_by_cell(self._raster, self._edges, number)
        self._cells = np.where(is_border, _FIRST_BORDER - number, self._of_clear_cells(is_border)).astype(np.int32)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays of the index take, without the polygons themselves."""
        edges = (self._edges.a, self._edges.b, self._edges.left, self._edges.right)
        return sum(each.nbytes for each in (self._cells, self._begins, self._near, *edges))

    @property
    def edges(self) -> Edges:
        """The edges of the partition, with the grids beside them."""
        return self._edges

    @property
    def shapes(self) -> NDArray[Any]:
        """The polygons, as they were given."""
        return self._shapes

    @property
    def adjacent(self) -> NDArray[np.intp]:
        """The pairs of positions of grids that share an edge, each once, the lower one first."""
        sides = np.column_stack([self._edges.left, self._edges.right])
        shared = np.sort(sides[(sides != OUTSIDE).all(axis=1)], axis=1)
        return np.unique(shared, axis=0).astype(np.intp)

    def _of_clear_cells(self, is_border: NDArray[np.bool_]) -> Positions:
        """Return what each cell says that no border meets; cells that hang together lie in one grid."""
        shape = (self._raster.rows, self._raster.columns)
        group, count = scipy.ndimage.label(~is_border.reshape(shape))
        one_of = np.zeros(count + 1, dtype=np.intp)
        one_of[group.ravel()] = np.arange(self._raster.count)
        centres = (self._raster.centres(one_of[1:]) + self._edges.origin_mm) / 1000
        grid = np.concatenate([[_NOWHERE], self._areas.covering(shapely.points(centres))]).astype(np.int32)
        found: Positions = grid[group].ravel()
        if self._tolerance_m and is_border.any():
            away = scipy.ndimage.distance_transform_cdt(~is_border.reshape(shape), metric="chessboard").ravel()
            is_near = (away - 1) * self._raster.size <= 1000 * self._tolerance_m + CLEAR_MM
            found[(found == _NOWHERE) & is_near] = _ASK
        return found

    def assign(self, xy: Floats, *, margins: bool = False) -> Assigned:
        """Return the grid and rule of each point: ``xy`` is float64 of shape (n, 2), survey CRS, metres.

        Points are rounded to the millimetre first, as everywhere. With ``margins`` also how far each is from the border
        of its grid, which costs more than all the rest. Raises ValueError for coordinates that are not finite.
        """
        positions = np.empty(len(xy), dtype=np.int32)
        rules = np.empty(len(xy), dtype=np.uint8)
        margin = np.full(len(xy), np.nan) if margins else None
        for begin in range(0, len(xy), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            points = to_millimetres(xy[block])
            positions[block], rules[block] = self._block(points)
            if margin is not None:
                margin[block] = self._margins(points, positions[block], rules[block])
        return Assigned(positions, rules, margin)

    def _block(self, points: NDArray[np.int64]) -> tuple[Positions, Rules]:
        local = (points - self._edges.origin_mm).astype(np.float64)
        found = self._look(local)
        at_border = np.flatnonzero(found <= _FIRST_BORDER)
        rules = np.where(found >= 0, Rule.INSIDE, Rule.NONE).astype(np.uint8)
        doubtful = np.flatnonzero(found == _ASK)
        if len(at_border):
            cells = _FIRST_BORDER - found[at_border]
            near = nearest_edges(self._edges, self._begins, self._near, cells, local[at_border])
            found[at_border] = near.grid
            rules[at_border] = np.where(near.on_border, Rule.BORDER, Rule.INSIDE)
            doubtful = np.concatenate([doubtful, at_border[near.doubtful]])
        if len(doubtful):
            found[doubtful], rules[doubtful] = self._asked(points[doubtful] / 1000.0)
        return found, rules

    def _look(self, local: Floats) -> Positions:
        raster = self._raster
        column = np.floor((local[:, 0] - raster.west) * (1 / raster.size))
        row = np.floor((local[:, 1] - raster.south) * (1 / raster.size))
        there = (column >= 0) & (column < raster.columns) & (row >= 0) & (row < raster.rows)
        cell = (row * raster.columns + column).astype(np.intp)
        if there.all():
            return self._cells[cell]
        return np.where(there, self._cells[np.where(there, cell, 0)], _NOWHERE).astype(np.int32)

    def _asked(self, xy: Floats) -> tuple[Positions, Rules]:
        """Return the grid and rule of points by the polygons themselves."""
        points = shapely.points(xy)
        found = self._areas.at(points, self._tolerance_m).astype(np.int32)
        some = np.flatnonzero(found >= 0)
        own = self._shapes[found[some]]
        outside = np.round(shapely.distance(own, points[some]), 6) > 0
        on_border = shapely.distance(shapely.boundary(own), points[some]) < 1e-6
        rules = np.full(len(xy), Rule.NONE, dtype=np.uint8)
        rules[some] = np.where(outside, Rule.NEAREST, np.where(on_border, Rule.BORDER, Rule.INSIDE))
        return found, rules

    def _margins(self, points: NDArray[np.int64], positions: Positions, rules: Rules) -> Floats:
        margin = np.full(len(points), np.nan)
        some = np.flatnonzero(positions >= 0)
        own, there = self._shapes[positions[some]], shapely.points(points[some] / 1000.0)
        is_outside = rules[some] == Rule.NEAREST
        margin[some] = shapely.distance(np.where(is_outside, own, self._boundaries()[positions[some]]), there)
        margin[some[is_outside]] = np.round(margin[some[is_outside]], 6)
        return margin

    def _boundaries(self) -> NDArray[Any]:
        if not hasattr(self, "_drawn"):
            self._drawn = np.array(shapely.boundary(self._shapes), dtype=object)
            shapely.prepare(self._drawn)
        return self._drawn

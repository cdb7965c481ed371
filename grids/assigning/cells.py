"""Square cells over a partition: those that a border runs through, and the edges that may be nearest in them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from grids.assigning.edges import Edges, Floats

# A cell within this many millimetres of a border is a border cell: what lies in the others is clear of every edge.
CLEAR_MM: Final = 2.0
# So many pairs of an edge and a cell are looked at together.
_TOGETHER: Final = 1_000_000
# Edges are rasterised in pieces of at most so many cells, so that a long diagonal does not meet all cells of its box.
_PIECE_CELLS: Final = 12


@dataclass(frozen=True, slots=True)
class Raster:
    """Rows and columns of square cells, ``size`` millimetres wide, from ``west`` and ``south`` (from edges' origin)."""

    west: float
    south: float
    size: float
    rows: int
    columns: int

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.rows * self.columns

    def centres(self, cells: NDArray[np.intp]) -> Floats:
        """Return the centres of cells, shape (n, 2)."""
        row, column = np.divmod(cells, self.columns)
        return np.column_stack([self.west + (column + 0.5) * self.size, self.south + (row + 0.5) * self.size])


def raster_over(edges: Edges, *, cells: int, around_mm: float) -> Raster:
    """Return a raster of about so many ``cells`` over the edges and ``around_mm`` around them."""
    low = np.minimum(edges.a, edges.b).min(axis=0) - around_mm
    width, height = np.maximum(edges.a, edges.b).max(axis=0) + around_mm - low
    size = max(float(np.ceil(np.sqrt(width * height / cells))), 100.0)
    return Raster(float(low[0]), float(low[1]), size, int(height // size) + 1, int(width // size) + 1)


def border_cells(raster: Raster, edges: Edges) -> NDArray[np.bool_]:
    """Return for each cell (flat, by rows) whether an edge comes within `CLEAR_MM` of it."""
    found = np.zeros(raster.count, dtype=np.bool_)
    for _, cell in _pairs(raster, edges, CLEAR_MM):
        found[cell] = True
    return found


def edges_by_cell(
    raster: Raster, edges: Edges, number: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for the cells with a ``number`` (0 … n - 1; -1 for the rest) the edges that are nearest somewhere in them.

    As compressed rows: where the edges of each begin (n + 1 values), and the edges. A cell that an edge meets has an
    edge within its diagonal of each of its places, so farther ones are left out.
    """
    own, near = [], []
    for edge, cell in _pairs(raster, edges, raster.size * np.sqrt(2)):
        numbered = number[cell]
        keep = numbered >= 0
        key = np.unique(numbered[keep].astype(np.int64) << 32 | edge[keep])  # pieces of one edge meet one cell
        own.append((key >> 32).astype(np.int32))
        near.append((key & 0xFFFFFFFF).astype(np.int32))
    cells, found = np.concatenate(own), np.concatenate(near)
    order = np.argsort(cells, kind="stable")
    begins = np.zeros(int(number.max(initial=-1)) + 2, dtype=np.int32)
    np.cumsum(np.bincount(cells, minlength=len(begins) - 1), out=begins[1:])
    return begins, found[order]


def _pairs(raster: Raster, edges: Edges, reach_mm: float) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield edges and cells, widened by ``reach_mm`` on each side, that meet (separating axes)."""
    a, b, edge = _pieces(edges, raster.size * _PIECE_CELLS)
    corner = np.array([raster.west, raster.south])
    low = np.floor((np.minimum(a, b) - corner - reach_mm) / raster.size).astype(np.intp)
    high = np.floor((np.maximum(a, b) - corner + reach_mm) / raster.size).astype(np.intp)
    most = np.array([raster.columns - 1, raster.rows - 1])
    low, high = np.clip(low, 0, most), np.clip(high, 0, most)
    wide = high - low + 1
    many = wide[:, 0] * wide[:, 1]
    half = raster.size / 2 + reach_mm
    ends = np.cumsum(many)
    cuts = np.searchsorted(ends, np.arange(_TOGETHER, ends[-1] + _TOGETHER, _TOGETHER))
    for first, last in zip(np.concatenate([[0], cuts[:-1]]), cuts, strict=True):
        last = min(int(last) + 1, len(many)) if last == cuts[-1] else int(last)
        chunk = slice(int(first), last)
        each = np.repeat(np.arange(chunk.start, chunk.stop), many[chunk])
        within = np.arange(len(each)) - np.repeat(np.cumsum(many[chunk]) - many[chunk], many[chunk])
        row, column = np.divmod(within, wide[each, 0])
        row, column = row + low[each, 1], column + low[each, 0]
        x = raster.west + (column + 0.5) * raster.size - a[each, 0]
        y = raster.south + (row + 0.5) * raster.size - a[each, 1]
        dx, dy = (b - a)[each].T
        meets = np.abs(dx * y - dy * x) <= half * (np.abs(dx) + np.abs(dy))
        yield edge[each[meets]], row[meets] * raster.columns + column[meets]


def _pieces(edges: Edges, longest_mm: float) -> tuple[Floats, Floats, NDArray[np.intp]]:
    length = np.hypot(*(edges.b - edges.a).T)
    many = np.maximum(np.ceil(length / longest_mm).astype(np.intp), 1)
    edge = np.repeat(np.arange(len(many)), many)
    part = np.arange(len(edge)) - np.repeat(np.cumsum(many) - many, many)
    step = ((edges.b - edges.a) / many[:, None])[edge]
    begin = edges.a[edge] + step * part[:, None]
    return begin, begin + step, edge

"""Grids that a file draws in several rows, one row a part."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.importers.rows import GridRow
from grids.importing.noding import node

Polygons = NDArray[np.object_]


def merged_parts(rows: Sequence[GridRow], polygons: Polygons) -> tuple[tuple[GridRow, ...], Polygons]:
    """Return one row and one boundary a code: rows of the same code become one, their polygons joined."""
    parts: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        parts.setdefault(row.code, []).append(index)
    if len(parts) == len(rows):
        return tuple(rows), polygons
    joined = [
        polygons[indexes[0]] if len(indexes) == 1 else shapely.union_all(node(polygons[indexes]).polygons)
        for indexes in parts.values()
    ]
    return tuple(rows[indexes[0]] for indexes in parts.values()), np.array(joined, dtype=object)

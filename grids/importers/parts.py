"""Grids that a file draws in several rows, one row a part."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.importers.refusal import PartitionRefused
from grids.importers.rows import GridRow
from grids.topology_repair.defects import Defect, overlaps
from grids.topology_repair.noding import node

Polygons = NDArray[np.object_]


def merged_parts(rows: Sequence[GridRow], polygons: Polygons, *, mend: bool) -> tuple[tuple[GridRow, ...], Polygons]:
    """Return one row and one boundary a code: rows of the same code become one, their polygons joined.

    Parts of one grid don't overlap: raises PartitionRefused with every place, unless they may be mended.
    """
    parts: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        parts.setdefault(row.code, []).append(index)
    if len(parts) == len(rows):
        return tuple(rows), polygons
    noded = {code: node(polygons[indexes]).polygons for code, indexes in parts.items() if len(indexes) > 1}
    found = [] if mend else [defect for code, lands in noded.items() for defect in _doubled(code, lands)]
    if found:
        raise PartitionRefused(found, ["Rows of one code overlap: leave the doubled ones out, or --repair joins them."])
    joined = [
        shapely.union_all(noded[code]) if code in noded else polygons[indexes[0]] for code, indexes in parts.items()
    ]
    return tuple(rows[indexes[0]] for indexes in parts.values()), np.array(joined, dtype=object)


def _doubled(code: str, lands: Polygons) -> list[Defect]:
    valid = shapely.make_valid(lands, method="structure", keep_collapsed=False)
    return overlaps([code] * len(lands), valid, "")

"""The borders between pairs of grids, each as one line. Pure."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.assigning.edges import OUTSIDE, Edges


def shared_borders(edges: Edges) -> tuple[NDArray[np.intp], list[Any]]:
    """Return the positions of the grids on both sides (n, 2), the lower one first, and the lines between them (metres).

    Two grids that meet along several runs have a row for each.
    """
    sides = np.sort(np.column_stack([edges.left, edges.right]), axis=1)
    shared = np.flatnonzero(sides[:, 0] != OUTSIDE)
    ends = (np.stack([edges.a[shared], edges.b[shared]], axis=1) + edges.origin_mm) / 1000
    pairs, pair = np.unique(sides[shared], axis=0, return_inverse=True)
    order = np.argsort(pair.ravel(), kind="stable")
    runs = shapely.multilinestrings(shapely.linestrings(ends[order]), indices=pair.ravel()[order])
    lines, owner = shapely.get_parts(shapely.line_merge(runs), return_index=True)
    return pairs[owner].astype(np.intp), list(lines)

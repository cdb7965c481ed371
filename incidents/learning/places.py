"""Places where incidents happen again and again. Pure."""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, QhullError, cKDTree

from incidents.learning.rates import Floats


def same_place(xy: Floats, within_m: float) -> NDArray[np.int32]:
    """Return for each point (survey CRS, metres) the number of its place: points in one are chained within so far.

    Equal coordinates are counted once in the search, so that a thousand reports of one lamp cost what one does.
    """
    spots, spot = np.unique(xy, axis=0, return_inverse=True)
    pairs = _near(spots, within_m)
    joined = scipy.sparse.coo_array((np.ones(len(pairs)), pairs.T), shape=(len(spots), len(spots)))
    place: NDArray[np.int32] = connected_components(joined, directed=False)[1][spot.ravel()]
    return place


def _near(spots: Floats, within_m: float) -> NDArray[np.intp]:
    """Return pairs of spots within so far of each other that chain all that are: edges of the Delaunay triangulation.

    It holds a shortest spanning tree, and at most three edges a spot; all pairs of a city would fill the memory.
    """
    try:
        net = Delaunay(spots - spots.mean(axis=0))
    except (QhullError, ValueError):  # fewer than three, or all on a line
        return np.asarray(cKDTree(spots).query_pairs(within_m, output_type="ndarray"), dtype=np.intp)
    corners = net.simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]], net.coplanar[:, [0, 2]]])
    one, other = sides.T
    return np.asarray(sides[np.hypot(*(spots[one] - spots[other]).T) <= within_m], dtype=np.intp)

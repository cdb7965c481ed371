"""Places where incidents happen again and again. Pure."""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from incidents.learning.rates import Floats


def same_place(xy: Floats, within_m: float) -> NDArray[np.int32]:
    """Return for each point (survey CRS, metres) the number of its place: points in one are chained within so far.

    Equal coordinates are counted once in the search, so that a thousand reports of one lamp cost what one does.
    """
    spots, spot = np.unique(xy, axis=0, return_inverse=True)
    pairs = cKDTree(spots).query_pairs(within_m, output_type="ndarray")
    joined = scipy.sparse.coo_array((np.ones(len(pairs)), pairs.T), shape=(len(spots), len(spots)))
    place: NDArray[np.int32] = connected_components(joined, directed=False)[1][spot.ravel()]
    return place

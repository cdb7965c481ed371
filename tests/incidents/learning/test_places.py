"""Reports near each other are one place, however many there are."""

import numpy as np
import pytest
import scipy.sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

from incidents.learning import places
from incidents.learning.places import same_place


@pytest.mark.parametrize(
    "xy",
    [
        np.random.default_rng(1).uniform(0, 1000, (400, 2)).round(3) + 2.5e6,
        np.random.default_rng(2).integers(0, 40, (300, 2)) * 15.0,  # a lattice, with reports of one lamp
        np.column_stack([np.arange(50) * 14.0, np.zeros(50)]),
        np.array([[0.0, 0.0], [15.0, 0.0]]),
        np.array([[7.0, 7.0]]),
    ],
    ids=["anywhere", "lattice", "line", "two", "one"],
)
@pytest.mark.parametrize("within_m", [0.0, 15.0, 60.0])
def test_a_place_is_what_is_chained_within_so_far(xy: np.ndarray, within_m: float):
    near = scipy.sparse.csr_array(cdist(xy, xy) <= within_m)
    wanted = connected_components(near, directed=False)[1]

    found = same_place(xy, within_m)

    assert len(set(zip(found, wanted, strict=True))) == len(set(found)) == len(set(wanted))


def test_a_crowd_is_chained_by_few_pairs():
    """Of 2,000 reports on a square all two million pairs are near."""
    spots = np.random.default_rng(3).uniform(0, 100, (2000, 2))

    assert len(places._near(spots, 200.0)) < 10 * len(spots)

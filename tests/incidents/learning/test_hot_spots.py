"""Hot spots planted in noise are found, and noise alone is called hot no more often than is said."""

import numpy as np
import pytest

from incidents.learning.hot_spots import FALSE_RATE, density, hot_spots, neighbours
from incidents.learning.rates import change_p, false_discovery, rates

SIDE = 20


def lattice() -> np.ndarray:
    """Pairs of the cells of a square that share a side"""
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    above, beside = (cell[:-1], cell[1:]), (cell[:, :-1], cell[:, 1:])
    return np.concatenate([np.stack([one.ravel(), other.ravel()], axis=1) for one, other in (above, beside)])


@pytest.mark.parametrize("mean", [1.0, 20.0])
def test_noise_alone_is_called_hot_no_more_often_than_is_said(mean: float):
    random, near, trials = np.random.default_rng(1), neighbours(lattice(), SIDE * SIDE), 60

    wrong = sum(hot_spots(random.poisson(mean, SIDE * SIDE), near).found.any() for _ in range(trials))

    assert wrong / trials <= FALSE_RATE + 2 * np.sqrt(FALSE_RATE / trials)


def test_planted_hot_spots_are_found():
    """Four cells and those beside them with three times as much; what is found elsewhere is within the stated rate."""
    random, near = np.random.default_rng(2), neighbours(lattice(), SIDE * SIDE)
    centres = [x * SIDE + y for x in (4, 14) for y in (4, 14)]
    planted = near[centres].sum(axis=0) > 0
    found = np.zeros(SIDE * SIDE)
    for _ in range(20):
        found += hot_spots(random.poisson(np.where(planted, 24, 8)), near).found == 1

    touched = near[planted].sum(axis=0) > 0  # a cell beside a hot one sums over it
    assert found[centres].mean() / 20 > 0.95
    assert found[~touched].sum() / found.sum() <= FALSE_RATE


def test_areas_without_a_value_are_nobodys_neighbours():
    values = np.ones(SIDE * SIDE)
    values[5] = np.nan

    found = hot_spots(values, neighbours(lattice(), SIDE * SIDE))

    assert np.isnan(found.z[5]) and not found.found.any()


def test_density_is_highest_where_the_points_are_and_holds_all_of_them():
    xy = np.array([[105.0, 105.0]] * 9 + [[905.0, 905.0]])

    centres, per_km2 = density(xy, cell_m=10, bandwidth_m=100)

    assert centres[0].tolist() == [105, 105]
    assert per_km2.sum() * 1e-4 == pytest.approx(10, rel=0.01)


def test_false_discovery_as_in_benjamini_and_hochberg():
    assert false_discovery([0.01, 0.04, np.nan, 0.03]).tolist() == pytest.approx(
        [0.03, 0.04, np.nan, 0.04], nan_ok=True
    )


def test_a_rate_with_its_interval():
    """10 of 500 households: 20 per 1,000; Garwood's interval of ten is 4.795 to 18.39"""
    rate, low, high = rates([10], [500])

    assert [rate[0], low[0], high[0]] == pytest.approx([20, 9.591, 36.78], rel=1e-3)


def test_a_change_by_chance():
    """Of 20, 15 in the second half: 2 · P(at least 15 of 20) = 0.0414"""
    assert change_p([5], [15]).tolist() == pytest.approx([0.0414], abs=1e-4)

"""A town of houses 40 m apart, and files of positions that fall on them, or would if they were read otherwise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gisserver.common.geo.crs import XY, from_survey, from_wgs84, parse_crs
from gisserver.common.geo.crs_doubt import Verdict, verdict

SRID = 4547
CENTRE = (535_900.0, 2_511_300.0)
NOISE_M = 3.0

#   ·  ·  ·  ·      a house every 40 m, 9 m in radius: one place in six stands on one by chance
#   ·  ·  ·  ·


def on_a_house(xy: XY, _rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    off = (xy - CENTRE + 20) % 40 - 20
    return np.hypot(off[:, 0], off[:, 1]) <= 9


def houses(count: int, seed: int) -> XY:
    rng = np.random.default_rng(seed)
    return CENTRE + rng.integers(-30, 30, (count, 2)) * 40 + rng.normal(0, NOISE_M, (count, 2))


def verdict_on(positions: XY, *, truth: str, declared: str) -> Verdict | None:
    return verdict(from_survey(positions, parse_crs(truth), SRID), parse_crs(declared), SRID, on_a_house)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["gcj02", "bd09"]), st.integers(50, 700), st.integers(0, 2**32 - 1))
def test_shifted_positions_declared_as_wgs84_are_found_out(truth: str, count: int, seed: int) -> None:
    found = verdict_on(houses(count, seed), truth=truth, declared="wgs84")
    assert found is not None and found.better == truth


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(["wgs84", "gcj02", "bd09", "EPSG:4547"]), st.integers(50, 700), st.integers(0, 2**32 - 1))
def test_what_is_declared_truly_is_not_doubted(truth: str, count: int, seed: int) -> None:
    found = verdict_on(houses(count, seed), truth=truth, declared=truth)
    assert found is not None and found.better is None


def test_true_positions_declared_as_shifted_are_found_out() -> None:
    found = verdict_on(houses(80, 1), truth="wgs84", declared="gcj02")
    assert found is not None and found.better == "wgs84"


def test_shifted_positions_that_were_projected_are_found_out() -> None:
    shifted = from_survey(houses(80, 1), parse_crs("gcj02"), SRID)
    found = verdict(from_wgs84(shifted, parse_crs("EPSG:32650")), parse_crs("EPSG:32650"), SRID, on_a_house)
    assert found is not None and found.better == "gcj02"


def test_positions_on_empty_land_say_nothing() -> None:
    found = verdict(
        from_survey(houses(80, 1), parse_crs("wgs84"), SRID),
        parse_crs("wgs84"),
        SRID,
        lambda xy, _rows: np.zeros(len(xy), dtype=bool),
    )
    assert found is not None and found.better is None


def test_a_few_positions_are_no_reason_to_shift_a_file() -> None:
    shifted = houses(27, 1)
    unknown = CENTRE + np.column_stack([np.arange(158) * 40 + 20, np.full(158, 20)])  # between the houses
    places = from_survey(np.vstack([shifted, unknown]), parse_crs("gcj02"), SRID)
    only_those = {tuple(place) for place in np.round(shifted, 1)}
    found = verdict(
        places,
        parse_crs("wgs84"),
        SRID,
        lambda xy, _rows: np.array([tuple(place) in only_those for place in np.round(xy, 1)]),
    )
    assert found is not None and (found.asked, found.fitting["gcj02"], found.better) == (185, 27, None)


def test_of_fewer_than_fifty_positions_nothing_is_said() -> None:
    assert verdict_on(houses(49, 1), truth="gcj02", declared="wgs84") is None


@pytest.mark.parametrize("place", [(np.nan, np.nan), (0.0, 0.0)])
def test_positions_that_cannot_be_used_are_not_asked(place: tuple[float, float]) -> None:
    lonlat = np.vstack([from_survey(houses(60, 1), parse_crs("wgs84"), SRID), [place] * 5])
    found = verdict(lonlat, parse_crs("wgs84"), SRID, on_a_house)
    assert found is not None and found.asked == 60

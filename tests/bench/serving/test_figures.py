"""What a load comes to, and whether it reaches what the issue asks."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.serving.figures import Load, Target, better, gaps, load_of, percentile, ratio, zipf_draws

TIMES = st.lists(st.floats(0, 10), min_size=1, max_size=50)


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.95, 95), (0.951, 96), (1, 100), (0, 1)])
def test_a_percentile_is_the_value_of_the_nearest_rank(part: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), part) == value


def test_there_is_no_percentile_of_nothing() -> None:
    assert math.isnan(percentile([], 0.95))


@given(TIMES, st.floats(0, 1))
def test_at_least_that_part_of_all_is_not_above_its_percentile(values: list[float], part: float) -> None:
    found = percentile(values, part)
    assert sum(value <= found for value in values) >= part * len(values) - 1e-9


def test_a_load_counts_answers_a_second_and_those_that_were_errors() -> None:
    load = load_of([0.1, 0.3], 0.5, statuses=Counter({"200": 1, "503": 1}), sizes=(300, 200))
    assert (load.rate, load.p50_ms, load.max_ms, load.wrong, load.bytes, load.largest) == (4, 100, 300, 1, 150, 200)


def test_a_rate_is_reached_without_a_peer() -> None:
    assert Target(rate=100).reached(Load(rate=100), None)


def test_a_rate_with_errors_in_it_is_not_reached() -> None:
    assert Target(rate=100).reached(Load(rate=500, wrong=1), None) is False


def test_without_any_answer_nothing_is_reached() -> None:
    assert Target(p95_ms=10).reached(Load(rate=0, p95_ms=0), None) is False


def test_a_ratio_cannot_be_said_without_the_peer() -> None:
    assert Target(ratio=2).reached(Load(rate=500), None) is None


@pytest.mark.parametrize(("rate", "reached"), [(200, True), (199, False)])
def test_a_ratio_is_of_the_peer_in_the_same_run(rate: float, reached: bool) -> None:  # noqa: FBT001
    assert Target(ratio=2).reached(Load(rate=rate), Load(rate=100)) is reached


def test_more_bytes_than_the_peer_miss_a_target_of_bytes() -> None:
    target = Target(ratio=1, bytes=1)
    assert target.reached(Load(rate=200, bytes=11), Load(rate=100, bytes=10)) is False


def test_a_slow_answer_misses_although_the_rate_is_reached() -> None:
    assert Target(rate=10, p95_ms=5).reached(Load(rate=20, p95_ms=6), None) is False


def test_without_a_target_nothing_is_said() -> None:
    assert Target().reached(Load(rate=1), Load(rate=2)) is None


def test_there_is_no_ratio_to_a_peer_that_is_not_there() -> None:
    assert ratio(Load(rate=1), None) is None


def test_of_two_rounds_the_faster_counts() -> None:
    assert better(Load(rate=1), Load(rate=2)).rate == 2


def test_in_a_zipf_mix_the_first_comes_twice_as_often_as_the_second() -> None:
    counted = Counter(zipf_draws("abc", 30_000, seed=1))
    assert counted["a"] / counted["b"] == pytest.approx(2, rel=0.05)
    assert counted["a"] / counted["c"] == pytest.approx(3, rel=0.05)


def test_the_same_seed_draws_the_same_mix() -> None:
    assert zipf_draws(range(600), 100, seed=3) == zipf_draws(range(600), 100, seed=3)


#   begin         good        good           end
#     |   2         |     1     |      4      |
def test_gaps_reach_from_one_good_answer_to_the_next_and_to_both_ends() -> None:
    assert gaps([3.0, 2.0, 99.0, -1.0], 0.0, 7.0) == [2, 1, 4]


@given(TIMES)
def test_gaps_add_up_to_the_whole_time(good: list[float]) -> None:
    assert sum(gaps(good, 0, 10)) == pytest.approx(10)

"""What is found wrong after faults: honest clients that felt them, reports that were lost, what has grown."""

from collections import Counter

import pytest

from bench.serving.faults.clients import judged
from bench.serving.faults.kills import faults_of
from bench.serving.faults.soak import Look, grown
from bench.serving.figures import Load

QUIET = {"/healthz": Load(rate=40, p95_ms=1, max_ms=5), "tiles": Load(rate=40, p95_ms=4, max_ms=9)}
LOOK = Look({"front": 100.0, "worker": 200.0}, {"front": 50, "worker": 60}, 20)


def test_who_gets_no_answer_at_all_is_not_forgotten() -> None:
    found = judged(QUIET, QUIET | {"tiles": Load(rate=35, p95_ms=4)}, away=True)
    assert found == ["tiles 35.0 answers a second to those who got 40.0"]


def test_twice_the_quiet_time_may_be_felt() -> None:
    assert judged(QUIET, QUIET | {"tiles": Load(rate=40, p95_ms=8)}, away=False) == []


def test_more_than_twice_the_quiet_time_may_not() -> None:
    assert len(judged(QUIET, QUIET | {"tiles": Load(rate=40, p95_ms=8.1)}, away=False)) == 1


def test_an_error_may_not_be_seen_while_the_database_is_there() -> None:
    assert len(judged(QUIET, QUIET | {"tiles": Load(rate=40, p95_ms=4, wrong=1)}, away=False)) == 1


@pytest.mark.parametrize(("p95_ms", "wrong"), [(900.0, 0), (1100.0, 1)])
def test_without_a_database_a_refusal_within_a_second_is_well(p95_ms: float, wrong: int) -> None:
    seen = QUIET | {"tiles": Load(rate=40, p95_ms=p95_ms, wrong=400)}
    assert len(judged(QUIET, seen, away=True)) == wrong


def test_without_a_database_another_error_is_not() -> None:
    seen = QUIET | {"tiles": Load(rate=40, p95_ms=5, wrong=4, statuses=Counter({"503": 3, "500": 1}))}
    assert judged(QUIET, seen, away=True) == ["tiles p95 5 ms (at most 1000); 1 errors other than 503"]


@pytest.mark.parametrize("away", [True, False])
def test_health_is_never_later_than_50_ms(away: bool) -> None:  # noqa: FBT001
    assert len(judged(QUIET, QUIET | {"/healthz": Load(rate=40, p95_ms=1, max_ms=51)}, away=away)) == 1


def test_reports_that_are_there_once_are_right() -> None:
    assert faults_of({"a": 1}, {"a": (1, 1), "not acknowledged": (1, 2)}) == []


@pytest.mark.parametrize(
    ("stored", "what"), [({}, "lost"), ({"a": (2, 1)}, "2 times"), ({"a": (1, 9)}, "acknowledged as 1, stored as 9")]
)
def test_a_report_lost_doubled_or_mistaken_is_found(stored: dict[str, tuple[int, int]], what: str) -> None:
    (found,) = faults_of({"a": 1}, stored)
    assert found.startswith(what)


def test_what_stays_has_not_grown() -> None:
    assert grown(LOOK, LOOK) == []


def test_growth_of_memory_files_and_connections_is_found() -> None:
    assert len(grown(LOOK, Look({"front": 400.0}, {"front": 400}, 60))) == 3

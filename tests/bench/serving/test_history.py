"""The figures of former runs, and which doors have become slower since."""

from dataclasses import replace
from pathlib import Path

from bench.serving import history
from bench.serving.history import Run

RUN = Run("abc", "2026-11-29T12:00:00+00:00", "here, 2 × x86_64", "full", {"tiles": 100.0, "items": 50.0})


def test_what_was_noted_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "new" / "history.jsonl"
    history.append(file, RUN)
    history.append(file, replace(RUN, commit="def"))
    assert history.read(file) == [RUN, replace(RUN, commit="def")]


def test_without_a_file_there_are_no_runs(tmp_path: Path) -> None:
    assert history.read(tmp_path / "none") == []


def test_a_run_is_compared_with_the_last_of_its_machine_and_demo() -> None:
    runs = [RUN, replace(RUN, commit="def"), replace(RUN, machine="there"), replace(RUN, demo="small")]
    assert history.last_before(runs, RUN) == replace(RUN, commit="def")


def test_the_first_run_of_a_machine_is_compared_with_nothing() -> None:
    assert history.last_before([RUN], replace(RUN, machine="there")) is None


def test_slower_than_four_fifths_is_said() -> None:
    now = replace(RUN, figures={"tiles": 79.0, "items": 40.0})
    assert history.slower(now, RUN) == {"tiles": 0.79}


def test_a_door_that_was_not_there_before_is_not_slower() -> None:
    assert history.slower(replace(RUN, figures={"new": 1.0}), RUN) == {}


def test_a_run_of_now_names_its_commit_and_machine(tmp_path: Path) -> None:
    run = history.this_run({"tiles": 1.0}, demo="small", tree=Path(__file__).parent)
    assert (run.machine, run.demo, run.commit != "") == (history.machine(), "small", True)

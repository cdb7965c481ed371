"""The figures of several processes add up, and what an ended one has counted stays counted."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from prometheus_client import REGISTRY, Counter
from prometheus_client.parser import text_string_to_metric_families

from gisserver.common import figures

# A process that counts as told on its standard input, and says when it has.
COUNTING = """
from prometheus_client import Counter, Gauge, Histogram
requests = Counter("requests_total", "", ["door"])
seconds = Histogram("seconds", "", ["door"], buckets=(0.1, 1))
idle = Gauge("idle", "", multiprocess_mode="livesum")
for line in iter(input, ""):
    requests.labels("/a").inc(int(line))
    seconds.labels("/a").observe(0.5)
    idle.set(3)
    print("counted", flush=True)
"""


class Counting:
    """Such a process."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", COUNTING], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def count(self, number: int) -> None:
        _open(self.process.stdin).write(f"{number}\n")
        _open(self.process.stdin).flush()
        assert _open(self.process.stdout).readline() == "counted\n"

    def kill(self) -> int:
        """End it as nothing can be ended more rudely; return its process id."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        return self.process.pid


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Counting]]:
    started: list[Counting] = []

    def another() -> Counting:
        started.append(Counting(folder))
        return started[-1]

    yield another
    for each in started:
        each.kill()


def value(name: str, **labels: str) -> float:
    """Return a sample of the exposition."""
    families = text_string_to_metric_families(figures.exposition().decode())
    [found] = [s for family in families for s in family.samples if (s.name, s.labels) == (name, labels)]
    return found.value


def test_what_two_processes_count_is_one_figure(start: Callable[[], Counting]) -> None:
    start().count(2)
    start().count(3)
    assert value("requests_total", door="/a") == 5
    assert value("seconds_count", door="/a") == 2
    assert value("seconds_bucket", door="/a", le="1.0") == 2
    assert value("seconds_bucket", door="/a", le="0.1") == 0
    assert value("idle") == 6


def test_a_killed_process_stays_counted_without_its_gauges(start: Callable[[], Counting]) -> None:
    killed, other = start(), start()
    killed.count(2)
    other.count(3)
    figures.process_ended(killed.kill())
    assert value("requests_total", door="/a") == 5
    assert value("seconds_count", door="/a") == 2
    assert value("seconds_sum", door="/a") == 1.0
    assert value("idle") == 3


def test_processes_that_ended_leave_one_file_of_a_kind(start: Callable[[], Counting], folder: Path) -> None:
    for number in (1, 2, 3):
        process = start()
        process.count(number)
        figures.process_ended(process.kill())
    assert value("requests_total", door="/a") == 6
    assert sorted(path.name for path in folder.glob("*.db")) == ["counter_ended.db", "histogram_ended.db"]


def test_an_end_that_is_told_twice_counts_once(start: Callable[[], Counting]) -> None:
    process = start()
    process.count(2)
    pid = process.kill()
    figures.process_ended(pid)
    figures.process_ended(pid)
    assert value("requests_total", door="/a") == 2


def test_a_process_alone_knows_its_own_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    counter = Counter("alone_total", "")
    counter.inc(4)
    figures.process_ended(1)
    assert b"alone_total 4.0" in figures.exposition()
    REGISTRY.unregister(counter)

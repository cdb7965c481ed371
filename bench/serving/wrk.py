"""The load: `wrk`, led by `lua/load.lua`; it takes a fraction of a processor for what the fastest doors answer."""

import json
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import Broken
from bench.serving.figures import Load, load_of

SCRIPT = Path(__file__).parent / "lua" / "load.lua"
# Later than this an answer counts as wrong.
PATIENCE_S = 10
LONGEST_S = 3600
# Before it is measured, a load has run so long: what a process loads once is no cost of an answer.
WARM_S = 2


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``{n}`` in it is another text each time it is sent."""

    path: str
    method: str = "GET"
    body: str = ""

    def __str__(self) -> str:
        return f"{self.method}\t{self.path}\t{self.body}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of whom: the server's address, the requests, the headers of all."""

    server: str
    requests: Sequence[Request]
    headers: Mapping[str, str] = field(default_factory=dict)


def is_there() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def loop(plan: Plan, *, clients: int, seconds: float, rate: float = 0) -> Load:
    """Ask the requests again and again, ``rate`` a second or as fast as answers come.

    At a rate, statuses are counted; else those from 400 on as wrong.
    """
    with begun(plan, clients=clients, seconds=WARM_S, rate=rate) as running:
        running.load()
    with begun(plan, clients=clients, seconds=seconds, rate=rate) as running:
        return running.load()


@dataclass(slots=True)
class Running:
    """A load that is under way."""

    process: "subprocess.Popen[str]"

    def load(self) -> Load:
        """Wait for its end and return what it came to. Raises Broken when wrk fails."""
        told, errors = self.process.communicate()
        found = [line for line in told.splitlines() if line.startswith("RESULT ")]
        if self.process.returncode or not found:
            raise Broken(f"wrk failed: {told} {errors}")
        return _looped(json.loads(found[-1].removeprefix("RESULT ")))


@contextmanager
def begun(plan: Plan, *, clients: int, seconds: float, rate: float = 0) -> Iterator[Running]:
    """Begin what `loop` does; it goes on while the block does something else."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*_written(plan, Path(folder)), "loop", f"{rate:g}", "-"]
        command = [*_wrk(plan, threads=1, clients=clients, seconds=seconds), "--", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603
        try:
            yield Running(process)
        finally:
            process.kill()
            process.wait()


def once(plan: Plan, *, clients: int) -> Load:
    """Ask each request once, ``clients`` at a time, and time each. Raises Broken when wrk fails."""
    clients = min(clients, len(plan.requests))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        arguments = [*_written(plan, Path(folder)), "once", "0", str(out), str(clients)]
        command = [*_wrk(plan, threads=clients, clients=clients, seconds=LONGEST_S), "--", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603
        parts = [Path(f"{out}.{number}") for number in range(clients)]
        try:
            while not all(part.exists() for part in parts) and process.poll() is None:
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
        if not all(part.exists() for part in parts):
            raise Broken(f"wrk failed: {errors.decode()}")
        return _joined([json.loads(part.read_text()) for part in parts])


def _wrk(plan: Plan, *, threads: int, clients: int, seconds: float) -> list[str]:
    headers = [word for name, value in plan.headers.items() for word in ("-H", f"{name}: {value}")]
    return [
        *("wrk", "--latency", f"-t{threads}", f"-c{clients}", f"-d{max(1, round(seconds))}s"),
        *(f"--timeout={PATIENCE_S}s", "-s", str(SCRIPT), *headers, plan.server),
    ]


def _written(plan: Plan, folder: Path) -> list[str]:
    path = folder / "requests"
    path.write_text("".join(f"{request}\n" for request in plan.requests))
    return [str(path)]


def _looped(told: Mapping[str, Any]) -> Load:
    return Load(
        rate=told["requests"] / told["seconds"],
        p50_ms=told["p50"],
        p95_ms=told["p95"],
        max_ms=told["max"],
        wrong=told["refused"] + told["broken"] + told["late"],
        bytes=told["bytes"] / max(1, told["requests"]),
        statuses=Counter(told["statuses"]),
    )


def _joined(parts: Sequence[Mapping[str, Any]]) -> Load:
    statuses: Counter[str] = Counter()
    for part in parts:
        statuses.update(part["statuses"])
    return load_of(
        [seconds for part in parts for seconds in part["taken"]],
        max(part["ended"] for part in parts) - min(part["began"] for part in parts),
        statuses=statuses,
        sizes=(sum(part["bytes"] for part in parts), max(part["largest"] for part in parts)),
    )

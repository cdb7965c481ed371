"""The whole stack of `make run` on a fresh demo, watched from outside: its processes, their memory and files."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import Broken
from bench.serving.doors.cold import tiles_of
from bench.serving.doors.reports import reports
from bench.serving.ground import fresh_database, kept_home
from bench.serving.people import tokens_of
from bench.serving.running import HOST, ROOT, answers, free_port
from bench.serving.site import django_on
from bench.serving.stage import Stage, make_views
from gisserver.runtime import processes, supervisor
from gisserver.runtime.home import Home

READY_S, STOPPED_S = 120.0, 60.0
# So few that all of them have been asked for before the quiet time is taken: what is then kept would make it look slow.
SAMPLES = 400
# Who attacks has users of his own; the honest are one and the same, as an office behind one address is.
USERS = ("bench", "bench-slow", "bench-long-1", "bench-long-2", "bench-long-3", "bench-long-4")


@dataclass(frozen=True, slots=True)
class Samples:
    """What is asked for; gathered before the stack starts."""

    tiles: list[tuple[int, int, int]]
    places: list[tuple[float, float]]
    addresses: list[str]
    reports: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: its port, home and supervisor, the tokens of USERS, samples to ask for."""

    port: int
    home: Home
    process: "subprocess.Popen[bytes]"
    tokens: dict[str, str]
    samples: Samples

    @property
    def address(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """The database's URL, which is another after each start of the stack."""
        return self.home.database_url.read_text().strip()

    def ready(self) -> bool:
        """Whether it says that it is."""
        return answers(f"{self.address}/readyz")

    def wait(self) -> None:
        """Wait until it is ready. Raises Broken when it does not come to it."""
        if not processes.wait_until(lambda: self.process.poll() is not None or self.ready(), timeout_s=READY_S):
            raise Broken(f"the stack was not ready within {READY_S:.0f} s")
        if self.process.poll() is not None:
            raise Broken("the stack has ended; its log says why")

    def by_kind(self) -> dict[str, list[int]]:
        """Return its processes by what they are."""
        found: dict[str, list[int]] = {}
        # The database's processes write their titles over the environment, and the mark of the home in it.
        for pid in {*processes.marked(self.home.root), *self.database()}:
            if (kind := kind_of(pid)) is not None:
                found.setdefault(kind, []).append(pid)
        return found

    def database(self) -> list[int]:
        """Return the processes of its database."""
        return processes.working_in(self.home.data)


@contextlib.contextmanager
def whole_stack(size: str) -> Iterator[Stack]:
    """Yield a stack as `make run` starts it; it has ended when the block is left."""
    with fresh_database(size) as url:
        django_on(url)
        make_views(url)
        tokens = dict(zip(USERS, tokens_of(USERS), strict=True))
        stage = Stage(url, tokens["bench"], 0)
        samples = Samples(
            tiles_of(stage, "buildings", range(14, 18), 100),
            stage.places(SAMPLES),
            stage.addresses(SAMPLES),
            reports(stage, 500),
        )
        from django.db import connections

        connections.close_all()
    home, port = kept_home(size), free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GISSERVER_HOME": str(home.root), "HOST": HOST, "PORT": str(port), "DEMO": "none"}
    log = home.log / "stack.log"
    print(f"what the stack says goes to {log}", flush=True)
    with log.open("wb") as file:
        command = [sys.executable, "-m", "gisserver.runtime", "up"]
        process = supervisor.launch(command, env=environment, cwd=ROOT, stdout=file, stderr=file)
    try:
        stack = Stack(port, home, process, tokens, samples)
        stack.wait()
        yield stack
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOPPED_S)
        supervisor.stop_family(process)


def kind_of(pid: int) -> str | None:
    """Return what a process of the stack is; None for the supervisor and for what passes by."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        leads = os.getsid(pid) == pid
    except OSError:
        return None
    if "postgres" in command.split(" ", 1)[0]:
        return _of_postgres(command)
    if "gisserver.serving.workers.master" in command:
        return {"master": "application master", "deputy": "deputy of the application", "worker": "worker"}.get(name)
    kinds = {
        "gisserver.serving.front": ("granian's main process", "front"),
        "procrastinate": ("job worker", "job worker"),
    }
    return next((main if leads else other for word, (main, other) in kinds.items() if word in command), None)


def _of_postgres(command: str) -> str:
    if not command.startswith("postgres:"):
        return "postmaster"
    return "postgres backend" if "[local]" in command else "postgres, its own processes"


def memory_mb(pids: list[int]) -> float:
    """Return the proportional set size of processes: what they share is counted once."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def open_files(pids: list[int]) -> int:
    """Return how many files, sockets among them, processes have open."""
    return sum(_count(Path(f"/proc/{pid}/fd")) for pid in pids)


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _count(folder: Path) -> int:
    try:
        return len(list(folder.iterdir()))
    except OSError:
        return 0

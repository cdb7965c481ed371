"""The web server of a trial, as `make run` starts it; it can be killed, and started again on its port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.family import family
from bench.trials.client import Client
from bench.trials.town import Database
from gisserver.runtime import processes, supervisor
from gisserver.runtime.web_command import web_command

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
WORKERS = "1"


@dataclass(slots=True)
class Server:
    """A running web server: its port, its process, its log."""

    database: Database
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start its process; it answers after a while."""
        environment = os.environ | {
            "DATABASE_URL": self.database.url,
            "GISSERVER_HOME": str(self.database.home.root),
            "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev",
            "PYTHONUNBUFFERED": "1",
            "WEB_WORKERS": WORKERS,
        }
        command = web_command(sys.executable, host="127.0.0.1", port=self.port)
        with self.log.open("ab") as log:
            self.process = supervisor.launch(command, env=environment, cwd=ROOT, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it answers, its database too; raises RuntimeError with the end of its log."""
        if not processes.wait_until(self.answers, timeout_s=READY_S):
            raise RuntimeError(f"The server did not start: {self.log.read_text()[-2000:]}")

    def answers(self) -> bool:
        """Whether it answers, its database too."""
        try:
            return Client(self.port).get("/readyz").status == 200
        except OSError:
            return False

    def cpu_seconds(self) -> float:
        """Return what the server and its database have worked since they began, on all processors."""
        own = family(self.process.pid) if self.process is not None else ()
        ticks = sum(int(value) for pid in {*own, *self.database.processes} for value in _stat(pid)[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it and its workers at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def defects(self) -> list[str]:
        """Return what it has logged of its own errors."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if " failed" in line]


@dataclass(slots=True)
class Relay:
    """Two servers of one database: one that serves, and one that stands ready to take its place when it falls."""

    serving: Server
    standing_by: Server

    @property
    def port(self) -> int:
        """The port of the one that serves now."""
        return self.serving.port

    def answers(self) -> bool:
        """Whether the one that serves answers, its database too."""
        return self.serving.answers()

    def kill(self) -> None:
        """End the one that serves, and its workers, at once."""
        self.serving.kill()

    def start(self) -> None:
        """Let the other one serve, as soon as it answers; the fallen one starts anew meanwhile, to stand by."""
        self.serving, self.standing_by = self.standing_by, self.serving
        self.serving.wait()
        self.standing_by.launch()


@contextlib.contextmanager
def served(database: Database, *, name: str = "web") -> Iterator[Server]:
    """Yield a server on this database, which writes the log ``name``; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(database, port, database.home.log / f"{name}.log")
    server.start()
    try:
        yield server
    finally:
        if server.process is not None:
            supervisor.stop_family(server.process)


@contextlib.contextmanager
def relayed(database: Database) -> Iterator[Relay]:
    """Yield two servers on this database, of which one serves."""
    with served(database, name="web-1") as first, served(database, name="web-2") as second:
        yield Relay(first, second)


def _stat(pid: int) -> list[str]:
    """Return the fields of a process from its state on: its own and its children's ticks from 11 to 14."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []

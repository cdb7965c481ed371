"""A private cluster as `make run` starts it, durable, with the tables in it; gone when the trial ends."""

import contextlib
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from gisserver.runtime import cluster as clusters
from gisserver.runtime import prepare, processes, tuning
from gisserver.runtime.account import database_account
from gisserver.runtime.home import Home, embedded_url, make_socket_directory, remove_socket_directory
from gisserver.runtime.up import programs_for
from gisserver.settings.database import database_from_url

MEMORY = Path("/dev/shm")  # noqa: S108 -- a private directory is made in it


@dataclass(slots=True)
class Database:
    """The cluster of a trial: its home, its URL, the process that serves it."""

    home: Home
    url: str
    cluster: clusters.Cluster
    sockets: Path
    process: subprocess.Popen[bytes]

    @property
    def processes(self) -> list[int]:
        """The process of the cluster, and those that serve in it."""
        return [self.process.pid, *processes.working_in(self.cluster.data)]

    def kill(self) -> None:
        """End every process of the cluster at once, as when the power of its container fails."""
        disconnect()
        processes.end(self.processes, signals=((signal.SIGKILL, 10.0),))
        self.process.wait()

    def start(self) -> None:
        """Start it again on what the kill left."""
        self.process = self.cluster.start(sockets=self.sockets, parameters=_parameters(self.sockets))


@contextlib.contextmanager
def town(*, in_memory: bool = False) -> Iterator[Database]:
    """Yield a new, migrated database that forces every commit to the disk; Django of this process is led there.

    ``in_memory`` keeps its files in the kernel's memory, if there is such a place. A killed process loses nothing that
    the kernel has, and a recovery, which forces the whole data directory to the disk, waits for no disk that is busy.
    """
    place = MEMORY if in_memory and MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="gisserver-trial-", dir=place) as directory:
        home = Home(Path(directory))
        home.create()
        account = database_account(home.data)
        log = home.log / "postgres.log"
        cluster = clusters.Cluster(data=home.data, programs=programs_for(home.data), account=account, log=log)
        cluster.create()
        sockets = make_socket_directory(home, uid=account.uid, gid=account.gid)
        process = cluster.start(sockets=sockets, parameters=_parameters(sockets))
        database = Database(home, embedded_url(sockets), cluster, sockets, process)
        try:
            lead_to(database.url)
            prepare.check_server(embedded=True)
            call_command("migrate", interactive=False, verbosity=0)
            yield database
        finally:
            disconnect()
            clusters.stop(database.process)
            remove_socket_directory(home)


def lead_to(url: str) -> None:
    """Let Django of this process use another database from now on, without a pool."""
    disconnect()
    entry = database_from_url(url, home=Path())
    entry["OPTIONS"].pop("pool", None)
    # Every thread's connection is made from the one, and reads its settings from the other.
    for settings in (connections.databases["default"], connection.settings_dict):
        settings.update(entry)


def disconnect() -> None:
    """Close this thread's connection."""
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _parameters(sockets: Path) -> dict[str, str]:
    memory_bytes, processors = tuning.machine()
    return tuning.settings(sockets=sockets, memory_bytes=memory_bytes, processors=processors)


class Clock:
    """Prints what has been done and how long it took."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def lap(self, what: str) -> None:
        """Print it with the seconds since the last one."""
        now = time.monotonic()
        print(f"  {what} ({now - self._last:.1f} s)", flush=True)
        self._last = now

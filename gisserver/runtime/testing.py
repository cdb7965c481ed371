"""`make test`: a throw-away cluster around pytest, gone again whatever happens."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import cluster as clusters
from . import supervisor, tuning
from .account import database_account
from .home import Home, embedded_url, make_socket_directory, remove_socket_directory
from .packages import browser
from .up import programs_for


def run_pytest(tree: Path, python: Path, arguments: Sequence[str]) -> int:
    """Run pytest with ``arguments`` on DATABASE_URL or a cluster of its own; return its exit code."""
    supervisor.on_signals_stop()
    try:
        with contextlib.ExitStack() as stack:
            home = stack.enter_context(_directory())
            log = home / "log" / "postgres.log"  # where a real home has it
            log.parent.mkdir()
            url = os.environ.get("DATABASE_URL") or stack.enter_context(throw_away_database(log))
            environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            environment.update(DATABASE_URL=url, CHROMIUM=browser() or "", GISSERVER_HOME=str(home))
            child = subprocess.Popen([python, "-m", "pytest", *arguments], cwd=tree, env=environment)
            try:
                return child.wait()
            except supervisor.Stop:
                child.terminate()
                child.wait()
                return 130
    except supervisor.Stop:
        return 130


@contextlib.contextmanager
def throw_away_database(log: Path | None = None) -> Iterator[str]:
    """Yield the URL of a new cluster that forces nothing to the disk; afterwards it is gone. It writes to ``log``."""
    with _directory() as directory:
        home = Home(directory)
        home.create()
        account = database_account(home.data)
        log = log or home.log / "postgres.log"
        cluster = clusters.Cluster(data=home.data, programs=programs_for(home.data), account=account, log=log)
        cluster.create(durable=False)
        sockets = make_socket_directory(home, uid=account.uid, gid=account.gid)
        memory_bytes, processors = tuning.machine()
        durable = tuning.settings(sockets=sockets, memory_bytes=memory_bytes, processors=processors)
        server = cluster.start(sockets=sockets, parameters=tuning.throw_away(durable))
        try:
            yield embedded_url(sockets)
        finally:
            clusters.stop(server)
            remove_socket_directory(home)


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="gisserver-test-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)

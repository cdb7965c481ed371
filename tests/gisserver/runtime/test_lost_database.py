"""A lost database is a 503 that says when to ask again, and the server comes back by itself."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gisserver.runtime.cluster import stop
from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server(private, tmp_path: Path) -> Iterator[str]:
    """A real server on the private cluster, whose database is not even migrated."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgres://gisserver@/postgres?host={private.sockets}&port=5432"
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    environment = {**os.environ, "DATABASE_URL": url, "GISSERVER_HOME": str(tmp_path)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **quiet) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def answers(address: str, status: int) -> bool:
    """Whether the server answers now, and with this status."""
    try:
        return requests.get(f"{address}/readyz", timeout=15).status_code == status
    except requests.ConnectionError:
        return False


def test_while_the_database_is_away_and_after(private, server: str):
    database = private.start()
    assert wait_until(lambda: answers(server, 200), timeout_s=60)

    database.send_signal(signal.SIGKILL)
    database.wait()
    # What the database had forked ends a moment after it.
    assert wait_until(lambda: answers(server, 503), timeout_s=60)
    lost = requests.get(f"{server}/readyz", timeout=15)
    assert (lost.status_code, lost.json()["code"]) == (503, "database_unavailable")
    assert lost.headers["Retry-After"]
    assert requests.get(f"{server}/healthz", timeout=15).status_code == 200

    database = private.start()
    assert wait_until(lambda: answers(server, 200), timeout_s=60)
    stop(database)

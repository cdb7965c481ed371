"""The web server's main process has loaded everything, so that a worker can die and be replaced at once."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command

ROOT = Path(__file__).resolve().parents[3]
# Where nothing listens: whoever connects while loading fails.
NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the server is told: a home of its own, and a database that is away."""
    return {**os.environ, "DATABASE_URL": NOWHERE, "GISSERVER_HOME": str(tmp_path)}


@pytest.fixture
def main_process(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A web server that answers, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/healthz"
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        assert wait_until(lambda: answers(address), timeout_s=60)
        yield process, address
        process.terminate()


def answers(address: str) -> bool:
    """Whether the server answers now."""
    try:
        return requests.get(address, timeout=15).ok
    except requests.RequestException:
        return False


def worker_of(process: subprocess.Popen[bytes]) -> int | None:
    """Return the process id of the one worker, None while there is none."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0]) if children else None


def test_what_a_fork_cannot_share_does_not_begin_while_loading(environment: dict[str, str]) -> None:
    asked = (
        "import sys, threading, gisserver.runtime.web_main\n"
        "print('gisserver.urls' in sys.modules, threading.active_count())"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "True 1\n"


def test_a_killed_worker_is_replaced_by_the_process_that_has_loaded_everything(main_process) -> None:
    process, address = main_process
    first = worker_of(process)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: worker_of(process) not in {None, first}, timeout_s=60)
    assert wait_until(lambda: answers(address), timeout_s=60)
    assert process.poll() is None

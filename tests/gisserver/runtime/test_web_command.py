"""The front as it is started: who only holds a connection keeps nobody out for long."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisserver.runtime import web_command
from gisserver.runtime.processes import MOST_FILES, wait_until
from gisserver.runtime.web_command import front_command, most_connections

ROOT = Path(__file__).resolve().parents[3]
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
PLACES = 3


def said(port: int) -> bytes:
    """Return the beginning of what the front says of its health; empty when it says nothing within a second."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.sendall(HEALTH)
            return link.recv(12)
    except OSError:
        return b""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A front with places for few, which lets go who has been silent for a short time."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_command, "SILENCE_MS", 200)
        patch.setattr(web_command, "most_connections", lambda: PLACES)
        command = front_command(sys.executable, host="127.0.0.1", port=number)
    told = {**os.environ, "GISSERVER_HOME": str(home), "FRONT_SOCKET": str(home / "front.socket")}
    with subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.DEVNULL) as process:
        assert wait_until(lambda: said(number) == b"HTTP/1.1 200", timeout_s=30)
        yield number
        process.terminate()


@pytest.mark.parametrize("word", [b"", b"GET /healthz HTTP/1.1\r\nHost:", HEALTH])
def test_who_holds_a_connection_and_is_silent_is_let_go(port: int, word: bytes) -> None:
    links = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(PLACES + 1)]
    for link in links:
        link.sendall(word)
    assert wait_until(lambda: said(port) == b"HTTP/1.1 200", timeout_s=20)
    for link in links:
        link.close()


def test_only_the_version_of_http_is_spoken_for_which_there_are_limits(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert link.recv(12) == b""


def test_headers_that_are_too_long_are_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\nX-Long: " + b"a" * (web_command.HEADER_BYTES + 1))
        assert link.recv(12) == b"HTTP/1.1 431"


LIMITS = (
    "import resource\n"
    "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 1000))\n"
    "from gisserver.runtime.processes import allow_files\n"
    "from gisserver.runtime.web_command import most_connections\n"
    "allow_files()\n"
    "print(resource.getrlimit(resource.RLIMIT_NOFILE), most_connections())\n"
)


def test_as_many_files_may_be_open_as_the_system_lets_and_not_all_of_them_are_clients() -> None:
    found = subprocess.run([sys.executable, "-c", LIMITS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "(1000, 1000) 750\n"
    assert most_connections() < MOST_FILES

"""Over real sockets: who hangs up ends his statement, and who sends or reads nothing keeps nobody waiting."""

import gzip
import math
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from gisserver.common.access.credentials import tokens
from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command
from layers.versions import looked_up
from tests import factories
from tests.families import workers_of
from tests.gisserver.common.test_logs import Log
from tests.waiting import until
from tiles import tile_version

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.usefixtures("transactional_db")


@dataclass(frozen=True, slots=True)
class Server:
    """A real server on the test's database, and the token of an administrator."""

    port: int
    token: str
    pid: int

    def begin(self, head: str, body: bytes = b"", *, buffer: int | None = None) -> socket.socket:
        """Send a request, or the beginning of one, and return the open connection."""
        link = socket.socket()
        if buffer:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        link.connect(("127.0.0.1", self.port))
        link.sendall(f"{head}\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode() + body)
        return link

    def get(self, path: str) -> int:
        """Return the status of an answer."""
        return self.fetch(path)[0]

    def fetch(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=30)
        link.request("GET", path, headers={"Authorization": f"Bearer {self.token}", **headers})
        answer = link.getresponse()
        told = answer.status, answer.read()
        link.close()
        return told


def database() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {name: known[name] for name in ("dbname", "user", "host", "port", "password") if known.get(name)}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    told = database()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"postgres://{told['user']}@/{told['dbname']}?host={told['host']}&port={told['port']}"
    environment = {**os.environ, "DATABASE_URL": url, "GISSERVER_HOME": str(tmp_path), "WEB_WORKERS": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "gisserver.settings.dev"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(
        web_command(sys.executable, host="127.0.0.1", port=port), cwd=ROOT, env=environment, **quiet
    ) as process:
        made = Server(port, tokens.issue(user=factories.administrator())[0], process.pid)
        try:
            assert wait_until(lambda: _answers(made), timeout_s=60)
            yield made
        finally:
            process.terminate()


def _answers(server: Server) -> bool:
    try:
        return server.get("/readyz") == 200
    except OSError:
        return False


def test_the_statement_of_somebody_who_hangs_up_is_cancelled(server: Server) -> None:
    log = Log(Path(settings.GISSERVER_HOME) / "log" / "postgres.log")
    with psycopg.connect(**database()) as other, psycopg.connect(**database(), autocommit=True) as observer:
        other.execute("LOCK TABLE buildings_building IN ACCESS EXCLUSIVE MODE")
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        link = server.begin("GET /api/buildings/ HTTP/1.1")
        until(lambda: observer.execute(waiting).fetchone(), lambda row: row == (1,))
        link.close()
        until(lambda: observer.execute(waiting).fetchone(), lambda row: row == (0,))
    # Else it was ended by its own limit.
    until(log.text, lambda words: "canceling statement due to user request" in words)
    assert "lock timeout" not in log.text()


def test_who_sends_no_body_keeps_nobody_waiting(server: Server) -> None:
    begun = "POST /api/incidents/ HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100"
    links = [server.begin(begun, b"{") for _ in range(20)]
    assert server.get("/api/incident-types/") == 200
    for link in links:
        link.close()


def test_who_reads_nothing_keeps_nobody_waiting(server: Server) -> None:
    script = "GET /static/npm/maplibre-gl/maplibre-gl.js HTTP/1.1"
    links = [server.begin(script, buffer=1024) for _ in range(20)]
    assert server.get("/api/incident-types/") == 200
    assert server.get("/static/npm/maplibre-gl/maplibre-gl.css") == 200
    for link in links:
        link.close()


def tile_at(column: float) -> str:
    """Return the address of a tile that holds a place of the drawing below."""
    lon, lat = factories.lonlat(factories.at(column, 0.5))
    x, y = lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return f"/tiles/grids/17/{int(x * 2**17)}/{int(y * 2**17)}.mvt"


# Each kind of tile is a plan of its own.
QUERIES = ("", "?properties=code,name", "?filter=code%20IS%20NOT%20NULL")


def test_the_front_makes_tiles_by_itself_and_as_django_does(server: Server) -> None:
    with transaction.atomic():
        factories.community_of("ABCDEF")
        tile_version.touch(looked_up("grids"))
    pairs, gzipped = [(tile_at(0.5) + query, tile_at(5.5) + query) for query in QUERIES], {"Accept-Encoding": "gzip"}
    assert [server.fetch(first, **gzipped)[0] for first, _ in pairs] == [200, 200, 200]
    workers = workers_of(server.pid)
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    ours = [[server.fetch(path, **gzipped) for path in pair] for pair in pairs]
    for pid in workers:
        os.kill(pid, signal.SIGCONT)
    assert workers
    theirs = [[server.fetch(path) for path in pair] for pair in pairs]
    assert [[(status, gzip.decompress(body)) for status, body in pair] for pair in ours] == theirs
    assert all(first != second for first, second in ours)


NO_HTTP = (
    b"\x16\x03\x01" + bytes(100),
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab",
)


def test_what_is_no_http_is_refused_and_the_server_goes_on(server: Server) -> None:
    for data in NO_HTTP:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as link:
            link.sendall(data)
            assert link.recv(12) in {b"HTTP/1.1 400", b"HTTP/1.0 400"}
    assert server.get("/healthz") == 200

"""Stand-ins for what granian hands to the front, and a front with real workers whose threads are the test's own."""

import asyncio
import io
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from gisserver.serving.front.app import Front
from gisserver.serving.front.database import Database
from gisserver.serving.front.hub import Hub
from gisserver.serving.front.lanes.workers import Connection, Workers
from gisserver.serving.front.log import RequestLog
from gisserver.serving.limits import LANES
from gisserver.serving.spool import Spool
from gisserver.serving.workers.worker import Worker

TEXT = [("Content-Type", "text/plain")]
PATIENCE_S = 30.0


@dataclass
class Scope:
    """A request as RSGI describes it."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.7:5001"
    authority: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Lines:
    """Headers as granian has them: one name may come with several values, of which `get` returns the first."""

    def __init__(self, *lines: tuple[str, str]) -> None:
        self._lines = lines

    def __contains__(self, name: str) -> bool:
        return any(known == name for known, _ in self._lines)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the first value."""
        return next((value for known, value in self._lines if known == name), default)

    def items(self) -> list[tuple[str, str]]:
        """Return all lines."""
        return list(self._lines)


class Transport:
    """An answer that is sent in pieces."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    async def send_bytes(self, piece: bytes) -> None:
        """Keep the piece."""
        self.sent.append(piece)


class Protocol:
    """The connection of one request: its body, its answer, and the client that may go."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.answer, self.transport = pieces, None, Transport()  # type: ignore[var-annotated]
        self.gone = asyncio.Event()
        self.file: Path | None = None
        self.ids: list[str] = []

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        yield b""  # as granian ends a body

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        """Read a file as granian does."""
        self.file = Path(file)
        self.answer = (status, self._apart(headers), self.file.read_bytes())

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep a whole answer."""
        self.answer = (status, self._apart(headers), body)

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Transport:
        """Begin an answer in pieces."""
        self.answer = (status, self._apart(headers), None)
        return self.transport

    def _apart(self, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Keep the ids of an answer, which are never the same twice, apart from its other headers."""
        self.ids = [value for name, value in headers if name.lower() == "x-request-id"]
        return [(name, value) for name, value in headers if name.lower() != "x-request-id"]

    async def client_disconnect(self) -> Any:
        """Wait until the client has gone."""
        await self.gone.wait()


def saying(body: Iterable[bytes], *headers: tuple[str, str]) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that answers so."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT, *headers])
        return body

    return application


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the body of the request."""
    start_response("200 OK", TEXT)
    return [environ["wsgi.input"].read()]


class Stuck:
    """An application that notes what it is asked, and does not answer what begins with `/ogc/long` until let go."""

    def __init__(self) -> None:
        self.entered, self.let_go = threading.Event(), threading.Event()
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer with the path (WSGI)."""
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path.startswith("/ogc/long"):
            self.entered.set()
            self.let_go.wait(PATIENCE_S)
        start_response("200 OK", TEXT)
        return [path.encode()]


def silent() -> Hub:
    """Return a hub that hears nothing from a database."""
    return Hub(connect=lambda: asyncio.sleep(3600))  # type: ignore[arg-type, return-value]


async def come_true(condition: Callable[[], Any]) -> None:
    """Wait until something holds; fail when that takes too long."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


@dataclass
class Site:
    """A front that answers, and what stands behind it."""

    front: Front
    workers: Workers
    database: Database
    folder: Path
    path: Path

    async def ask(self, protocol: Protocol | None = None, **scope: Any) -> Protocol:
        """Return the connection over which a request has been answered."""
        protocol = protocol or Protocol()
        async with asyncio.timeout(PATIENCE_S):
            await self.front.answer(Scope(**scope), protocol)
        return protocol

    @asynccontextmanager
    async def worker(self, application: Any, *, generation: int = 1) -> AsyncIterator[Worker]:
        """Lend a worker that is there, with all its threads; it has ended afterwards."""
        worker = Worker(application, self.path, generation, {"told": generation}, frozenset({os.getppid()}))
        running = threading.Thread(target=worker.run)
        running.start()
        try:
            threads = sum(limits.threads for limits in LANES.values())
            await come_true(lambda: len(self.connections(generation)) == threads + 1)  # one is for cancelling
            await come_true(lambda: worker._control_link is not None)
            yield worker
        finally:
            worker.ended.set()
            for connection in self.connections(generation):
                connection.close()
            await asyncio.to_thread(running.join, PATIENCE_S)
            assert not running.is_alive()

    def connections(self, generation: int) -> list[Connection]:
        """Return the connections of the workers of a generation."""
        return [each for each in self.workers._connections if each.generation == generation]


@asynccontextmanager
async def front(*, threads: int = 1, hub: Hub | None = None, database: Database | None = None) -> AsyncIterator[Site]:
    """Lend a front without workers; those that come have so many ``threads`` for each kind of requests."""
    with tempfile.TemporaryDirectory(prefix="gis-") as name, pytest.MonkeyPatch.context() as patch:
        for lane, limits in LANES.items():
            patch.setitem(LANES, lane, replace(limits, threads=threads, patience_s=PATIENCE_S))
        folder = Path(name) / "passing"
        folder.mkdir()
        path, database = Path(name) / "front.socket", database or Database()
        workers = Workers(path, folder, settings=asyncio.get_running_loop().create_future())
        database.when_lost.append(workers.refuse)
        await workers.start()
        log = RequestLog(io.StringIO())
        made = Front(workers, hub or silent(), database, Spool(folder), log)
        try:
            yield Site(made, workers, database, folder, path)
        finally:
            workers.stop()
            log.close()
            await asyncio.sleep(0)


@asynccontextmanager
async def serving(application: Any, **given: Any) -> AsyncIterator[Site]:
    """Lend a front with one worker that runs ``application``."""
    async with front(**given) as site, site.worker(application):
        yield site


def asked(application: Any, protocol: Protocol | None = None, *, threads: int = 1, **scope: Any) -> Protocol:
    """Return the connection over which one request has been answered."""

    async def ask() -> Protocol:
        async with serving(application, threads=threads) as site:
            return await site.ask(protocol, **scope)

    return asyncio.run(ask())

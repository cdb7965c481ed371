"""The application that granian runs (RSGI): Django in a few threads, and open connections that hold none of them.

Django is asked about everything, as a WSGI application in a pool of threads. An answer with the header
`Grip-Hold: stream` (the word of the GRIP protocol) is only the beginning: its connection stays open on the event loop,
and what is told on its `Grip-Channel` is written to it as it comes. So Django alone decides who may listen to what, and
a connection that waits costs a task of the loop, not a thread.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from gisserver.serving.body import RequestBody
from gisserver.serving.environ import environ_of
from gisserver.serving.hub import Hub, HubIsFull
from gisserver.serving.lanes import Lanes
from gisserver.serving.running import RunningRequest

logger = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
HOLD, CHANNEL = "grip-hold", "grip-channel"
# Of an answer that is held open, these say nothing to the client.
OWN = {HOLD, CHANNEL, "content-length"}
TEXT = [("content-type", "text/plain")]
HEALTH, HEALTHY = "/healthz", b'{"status": "ok"}'
JSON = [("content-type", "application/json"), ("cache-control", "no-store")]
SAFE = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Held:
    """The beginning of an answer that stays open, and the channels that go on with it."""

    headers: Headers
    beginning: bytes
    channels: frozenset[str]


class Gateway:
    """Django behind granian: ``threads`` requests at a time, and beside them the listeners of ``hub``."""

    def __init__(self, application: Application, hub: Hub, *, threads: int) -> None:
        self._application, self._hub = application, hub
        self._lanes = Lanes(threads)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen, now that granian's worker has its loop."""
        self._hub.start(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the open connections, which would keep the worker from ending."""
        self._hub.stop()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request. Health needs neither Django nor a thread: it answers whatever else stands still."""
        if scope.path == HEALTH and scope.method in SAFE:
            protocol.response_bytes(200, JSON, HEALTHY if scope.method == "GET" else b"")
            return
        loop = asyncio.get_running_loop()
        body: RequestBody | BytesIO = RequestBody(protocol, loop) if _has_body(scope.headers) else BytesIO()
        running = RunningRequest()
        work = partial(self._ask, environ_of(scope, body), protocol, loop, running)
        lane = self._lanes.lane_of(scope.method, scope.path, scope.headers)
        with _cancelled_when_gone(protocol, running, loop) if scope.method in SAFE else nullcontext():
            held = await lane.run(work)
        if held is not None:
            await self._hold(held, protocol)

    def _ask(
        self, environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop, running: RunningRequest
    ) -> Held | None:
        """Have Django answer, in a thread of a lane; return what is to be held open."""
        with running:
            return None if running.gone else self._answer(environ, protocol, loop)

    def _answer(self, environ: dict[str, Any], protocol: Any, loop: asyncio.AbstractEventLoop) -> Held | None:
        started: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
            started[:] = [(int(status[:3]), headers)]

        try:
            result = self._application(environ, start_response)
        except Exception:
            logger.exception("The application failed")
            protocol.response_bytes(500, TEXT, b"The server could not answer.\n")
            return None
        try:
            status, headers = started[0]
            told = {name.lower(): value for name, value in headers}
            if told.get(HOLD) == "stream":
                rest = [(name, value) for name, value in headers if name.lower() not in OWN]
                return Held(rest, b"".join(result), frozenset(told[CHANNEL].split(",")))
            if isinstance(result, list) or getattr(result, "streaming", True) is False:
                protocol.response_bytes(status, headers, b"".join(result))
            else:
                _stream(protocol.response_stream(status, headers), result, loop)
        finally:
            getattr(result, "close", lambda: None)()
        return None

    async def _hold(self, held: Held, protocol: Any) -> None:
        try:
            with self._hub.listening(held.channels) as listener:
                await listener.tell(protocol.response_stream(200, held.headers), held.beginning, protocol)
        except HubIsFull:
            protocol.response_bytes(503, [*TEXT, ("retry-after", "5")], b"Too many open connections.\n")


@contextmanager
def _cancelled_when_gone(protocol: Any, running: RunningRequest, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Within the block, end the request's statement as soon as the client has gone. Only for what changes nothing."""

    def cancel(gone: asyncio.Future[Any]) -> None:
        if not gone.cancelled():
            loop.run_in_executor(None, running.cancel)

    gone = asyncio.ensure_future(protocol.client_disconnect())
    gone.add_done_callback(cancel)
    try:
        yield
    finally:
        gone.cancel()


def _has_body(headers: Any) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _stream(transport: Any, pieces: Iterable[bytes], loop: asyncio.AbstractEventLoop) -> None:
    """Send ``pieces`` as they come, waiting for the client between them; from a thread."""

    async def send(piece: bytes) -> None:
        await transport.send_bytes(piece)

    for piece in pieces:
        if piece:
            asyncio.run_coroutine_threadsafe(send(piece), loop).result()

"""The application that granian runs (RSGI): Django in a few threads, and open connections that hold none of them.

Django is asked about everything, as a WSGI application in a pool of threads. A thread gets a request when its body has
come whole (`body.py`), and is free again when Django has answered, however fast the client reads (`answer.py`).

An answer with the header `Grip-Hold: stream` (the word of the GRIP protocol) is only the beginning: its connection
stays open on the event loop, and what is told on its `Grip-Channel` is written to it as it comes. So Django alone
decides who may listen to what, and a connection that waits costs a task of the loop, not a thread.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from gisserver.serving.answer import Answer, Application, Gone, ask, refusal, send
from gisserver.serving.body import has_body, received
from gisserver.serving.environ import environ_of
from gisserver.serving.hub import Hub, HubIsFull
from gisserver.serving.lanes import Clients, Lanes
from gisserver.serving.running import RunningRequest
from gisserver.serving.spool import Room, Spool

HOLD, CHANNEL = "grip-hold", "grip-channel"
# Of an answer that is held open, these say nothing to the client.
OWN = {HOLD, CHANNEL, "content-length"}
TEXT = [("content-type", "text/plain")]
HEALTH, HEALTHY = "/healthz", b'{"status": "ok"}'
JSON = [("content-type", "application/json"), ("cache-control", "no-store")]
SAFE = {"GET", "HEAD"}
DISK_BYTES = 4 * 1024**3


class Gateway:
    """Django behind granian: ``threads`` requests at a time, and beside them the listeners of ``hub``.

    What is on its way lies in a folder below ``folder``, or in the system's temporary folder.
    """

    def __init__(self, application: Application, hub: Hub, *, threads: int, folder: Path | None = None) -> None:
        self._application, self._hub = application, hub
        self._lanes, self._clients = Lanes(threads), Clients()
        self._room = Room(DISK_BYTES)
        self._spool = Spool(self._room, folder)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen, now that granian's worker has its loop."""
        self._hub.start(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the open connections, which would keep the worker from ending."""
        self._hub.stop()
        self._spool.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request. Health needs neither Django nor a thread: it answers whatever else stands still."""
        if scope.path == HEALTH and scope.method in SAFE:
            protocol.response_bytes(200, JSON, HEALTHY if scope.method == "GET" else b"")
            return
        try:
            answer = await self._answered(scope, protocol)
        except Gone:
            return
        except Exception as error:
            answer = refusal(error, environ_of(scope, BytesIO()))
        self._clients.learn(scope.headers, answer.status)
        if answer.header(HOLD) == "stream" and isinstance(answer.body, bytes):
            await self._hold(answer, answer.body, protocol)
        else:
            send(answer, protocol, self._spool)

    async def _answered(self, scope: Any, protocol: Any) -> Answer:
        if not has_body(scope.headers):
            return await self._run(scope, protocol, BytesIO(), 0)
        async with received(protocol, scope.path, scope.headers, self._room) as (body, size):
            return await self._run(scope, protocol, body, size)

    async def _run(self, scope: Any, protocol: Any, body: IO[bytes], size: int) -> Answer:
        """Have a thread ask Django, and end its work early when the client has gone and nothing is changed."""
        running = RunningRequest()
        work = partial(self._ask, environ_of(scope, body, size), running)
        lane, client = self._lanes.lane_of(scope.method, scope.path), self._clients.client_of(scope)
        with _cancelled_when_gone(protocol, running) if _only_reads(scope) else nullcontext():
            answer: Answer = await lane.run(work, client)
        return answer

    def _ask(self, environ: dict[str, Any], running: RunningRequest) -> Answer:
        with running:
            if running.gone:
                raise Gone
            return ask(self._application, environ, running, self._spool)

    async def _hold(self, answer: Answer, beginning: bytes, protocol: Any) -> None:
        headers = [(name, value) for name, value in answer.headers if name.lower() not in OWN]
        channels = frozenset((answer.header(CHANNEL) or "").split(","))
        try:
            with self._hub.listening(channels) as listener:
                await listener.tell(protocol.response_stream(200, headers), beginning, protocol)
        except HubIsFull:
            protocol.response_bytes(503, [*TEXT, ("retry-after", "5")], b"Too many open connections.\n")


def _only_reads(scope: Any) -> bool:
    """Whether a request changes nothing; files are sent to be geocoded, and come back."""
    return scope.method in SAFE or (scope.path.startswith("/geocode/") and "/jobs/" not in scope.path)


@contextmanager
def _cancelled_when_gone(protocol: Any, running: RunningRequest) -> Iterator[None]:
    """Within the block, end the request's statement as soon as the client has gone. Only for what changes nothing."""
    loop = asyncio.get_running_loop()

    def cancel(gone: asyncio.Future[Any]) -> None:
        if not gone.cancelled():
            loop.run_in_executor(None, running.cancel)

    gone = asyncio.ensure_future(protocol.client_disconnect())
    gone.add_done_callback(cancel)
    try:
        yield
    finally:
        gone.cancel()

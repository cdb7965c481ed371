"""The application that granian runs (RSGI): whole requests to the workers, whole answers to the clients.

A worker's thread gets a request when its body has come whole (`http/body.py`), and is free again when Django has
answered, however fast the client reads (`http/sending.py`).

An answer with the header `Grip-Hold: stream` (the word of the GRIP protocol) is only the beginning: its connection
stays open on the event loop, and what is told on its `Grip-Channel` is written to it as it comes. So Django alone
decides who may listen to what, and a connection that waits costs a task of the loop, not a thread.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from gisserver.common.errors import Unavailable
from gisserver.common.observation import ID_HEADER, request_id
from gisserver.common.sentences import Sentence
from gisserver.serving.answers import CHANGES, CHANNEL, HOLD, LOG, Answer, answer_of
from gisserver.serving.front.batching.doors import BatchedDoors
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.cache.responses import ResponseCache
from gisserver.serving.front.cache.revalidation import Revalidator, own_of
from gisserver.serving.front.cache.tiles import Tiles
from gisserver.serving.front.change_stream import ChangeStream, Reader, Revalidations
from gisserver.serving.front.database import Database
from gisserver.serving.front.http.body import has_body, received
from gisserver.serving.front.http.cors import Cors
from gisserver.serving.front.http.credentials import Credentials
from gisserver.serving.front.http.forwarded import Network, as_forwarded, located
from gisserver.serving.front.http.refusals import refusal
from gisserver.serving.front.http.request import cgi_variables
from gisserver.serving.front.http.sending import Sending, size_of
from gisserver.serving.front.hub import Hub, HubIsFull
from gisserver.serving.front.lanes import choice
from gisserver.serving.front.lanes.clients import Clients
from gisserver.serving.front.lanes.lane import Job
from gisserver.serving.front.lanes.workers import Workers
from gisserver.serving.front.log import RequestLine, RequestLog
from gisserver.serving.limits import DOORS_WITHOUT_DATABASE
from gisserver.serving.spool import Spool

TEXT = [("content-type", "text/plain")]
HEALTH, HEALTHY = "/healthz", b'{"status": "ok"}'
READY = "/readyz"
JSON = [("content-type", "application/json"), ("cache-control", "no-store")]
SAFE = {"GET", "HEAD"}
# The status of an answer for which nobody waits: nginx's number for a client that has gone.
GONE = 499


class Gone(Exception):
    """The client has gone."""


class Front:
    """Clients on one side, ``workers`` on the other; beside them those who listen to ``hub``."""

    def __init__(self, workers: Workers, hub: Hub, database: Database, spool: Spool, log: RequestLog) -> None:
        self._workers, self._hub, self._database, self._spool, self._log = workers, hub, database, spool, log
        self._trusts_ids = False
        self._proxies: list[Network] = []
        self._cors = Cors()
        self._credentials = Credentials()
        self._clients, self._sending = Clients(self._credentials), Sending()
        self._numbers = itertools.count(1)
        self._revalidations: Revalidations | None = None
        self._tiles: Tiles | None = None
        self._responses: ResponseCache | None = None
        self._batched: BatchedDoors | None = None
        self._changes: ChangeStream | None = None

    def start(self, settings: Mapping[str, Any]) -> None:
        """Begin to answer by itself what it can, now that a worker has told the settings."""
        self._database.start(settings["database"])
        self._hub.start(asyncio.get_running_loop(), upcoming=settings["upcoming"])
        self.renew(settings)
        self._database.when_lost.append(self._lose)
        self._workers.when_renewed.append(self.renew)

    def renew(self, settings: Mapping[str, Any]) -> None:
        """Take what Django tells now that it has been loaded; what is kept from before is forgotten."""
        self._credentials.session_cookie = settings["session_cookie"]
        self._trusts_ids = self._clients.behind_proxy = settings["behind_proxy"]
        self._proxies = [ip_network(each) for each in settings["trusted_proxies"]]
        self._cors = Cors(frozenset(settings["cors_origins"]))
        revalidations = MicroBatches(Revalidator(self._database, settings["revalidation"]).revalidate)
        self._revalidations = revalidations
        self._tiles = Tiles(self._database, revalidations, self._credentials)
        self._responses = ResponseCache(revalidations, self._credentials)
        self._tiles.start(settings["tile_cache_bytes"], settings["holders"])
        self._batched = BatchedDoors(settings["batch"], self._workers.lanes["batch"], self._numbers)
        if self._changes is None:
            self._changes = ChangeStream(self._database, self._asked_for_readers)
        self._changes.renew(revalidations, settings["look_for_changes"])

    def _lose(self, error: Exception) -> None:
        """Tell whoever waits for the database that it is away."""
        if self._revalidations is not None and self._tiles is not None:
            self._revalidations.refuse(error)
            self._tiles.let_go(error)

    def stop(self) -> None:
        """End what is open."""
        if self._changes is not None:
            self._changes.stop()

    async def answer(self, scope: Any, protocol: Any) -> None:
        """Answer one request. Health needs no worker: it is answered whatever else stands still."""
        if scope.path == HEALTH and scope.method in SAFE:
            protocol.response_bytes(200, JSON, HEALTHY if scope.method == "GET" else b"")
            return
        began = time.perf_counter()
        known = request_id(scope.headers.get("x-request-id"), trusted=self._trusts_ids)
        try:
            scope = as_forwarded(scope, self._proxies)
            answer = self._cors.preflight(scope) or await self._answered(scope, protocol, known)
            size = size_of(answer)
        except Gone:
            self._note(scope, known, Answer(GONE, [], b""), 0, began)
            return
        except Exception as error:
            answer = refusal(error, scope.headers)
            size = size_of(answer)
        answer = located(answer, scope)
        self._note(scope, known, answer, size, began)
        if answer.own.get(HOLD) in {"stream", CHANGES} and isinstance(answer.body, bytes):
            await self._hold(scope, answer, answer.body, protocol, (ID_HEADER, known))
        else:
            self._sending.send(answer, size, protocol, (ID_HEADER, known), *self._cors.headers(scope))

    def _note(self, scope: Any, known: str, answer: Answer, size: int, began: float) -> None:
        """Write the line of a request."""
        seconds = time.perf_counter() - began
        self._log.write(RequestLine(known, scope.method, answer.status, seconds, size, answer.own.get(LOG)))

    async def _answered(self, scope: Any, protocol: Any, known: str) -> Answer:
        if scope.path == READY and scope.method in SAFE:
            return await self._readiness(scope.method)
        memory: Tiles | ResponseCache | None = self._tiles
        if not scope.path.startswith("/tiles/"):
            memory = None if self._database.is_away else self._responses  # nobody says whether what it has still holds
        if memory is not None and (again := await memory.answer(scope)) is not None:
            return again
        answer = await self._by_django(scope, protocol, known)
        self._clients.learn(scope, answer)
        if memory is not None and not answer.is_outdated:
            memory.learn(scope, answer)
        return answer

    async def _by_django(self, scope: Any, protocol: Any, known: str) -> Answer:
        number = next(self._numbers)
        if not has_body(scope.headers):
            return await self._run(scope, protocol, number, b"", cgi_variables(scope, known))
        async with received(protocol, scope.path, scope.headers, self._spool, f"body-{number}") as (body, size):
            return await self._run(scope, protocol, number, body, cgi_variables(scope, known, size))

    async def _readiness(self, method: str) -> Answer:
        if not self._workers.are_there or not self._database.is_known:
            raise Unavailable("not_ready", Sentence("The server is starting; try again in a few seconds."))
        await self._database.check()
        body = b'{"status": "ready"}' if method == "GET" else b""
        return Answer(200, list(JSON), body, own=own_of(READY, None))

    async def _run(
        self, scope: Any, protocol: Any, number: int, body: bytes | Path, request: Mapping[str, str]
    ) -> Answer:
        """Have a worker ask Django, and end its work early when the client has gone and nothing is changed."""
        self._database.refuse_if_away(scope.path)
        if self._batched is not None and self._batched.takes(scope) and isinstance(body, bytes):
            answer = await self._batched.answer(request, body)
            if answer is not None:
                return answer
        lane = self._workers.lanes[choice.lane_of(scope.method, scope.path, scope.query_string)]
        on_disk = isinstance(body, Path)
        job = Job(
            number,
            {"request": request, "file": str(body) if on_disk else None},
            b"" if isinstance(body, Path) else body,
            self._clients.client_of(scope),
            repeatable=scope.method in SAFE,
            needs_database=not scope.path.startswith(DOORS_WITHOUT_DATABASE),
        )
        with _given_up_when_gone(protocol, job, ends=choice.only_reads(scope)):
            header, content = await lane.ask(job)
        path = header.get("path")
        body = Path(path) if path else content
        answer = answer_of(header["status"], header["headers"], body, passing=header["passing"])
        return replace(answer, is_outdated="outdated" in header)

    async def _asked_for_readers(self, request: Mapping[str, str]) -> Answer:
        """Have Django answer a request on behalf of those who listen to the feed."""
        self._database.refuse_if_away(request["PATH_INFO"])
        header = {"request": request, "file": None}
        job = Job(next(self._numbers), header, b"", request["PATH_INFO"], repeatable=True)
        told, content = await self._workers.lanes["short"].ask(job)
        body = Path(told["path"]) if told.get("path") else content
        return answer_of(told["status"], told["headers"], body, passing=told["passing"])

    async def _hold(self, scope: Any, answer: Answer, beginning: bytes, protocol: Any, known: tuple[str, str]) -> None:
        headers = [(name, value) for name, value in (*answer.headers, known) if name.lower() != "content-length"]
        try:
            if answer.own[HOLD] == CHANGES and self._changes is not None:
                reader = Reader(cgi_variables(scope, known[1]), self._credentials.shown(scope.headers), answer)
                await self._changes.hold(reader, headers, beginning, protocol)
                return
            with self._hub.listening(frozenset(answer.own.get(CHANNEL, "").split(","))) as listener:
                await listener.tell(protocol.response_stream(200, headers), beginning, protocol)
        except HubIsFull:
            protocol.response_bytes(503, [*TEXT, ("retry-after", "5")], b"Too many open connections.\n")


@contextmanager
def _given_up_when_gone(protocol: Any, job: Job, *, ends: bool) -> Iterator[None]:
    """Within the block, give a job up as soon as the client has gone, if it has not begun.

    One that has begun too, and its statement, when it ``ends`` without harm.
    """

    def give_up(gone: "asyncio.Future[Any]") -> None:
        if gone.cancelled() or job.future.done() or (job.on is not None and not ends):
            return
        if job.on is not None:
            job.on.cancel(job)
        job.future.set_exception(Gone())

    gone = asyncio.ensure_future(protocol.client_disconnect())
    gone.add_done_callback(give_up)
    try:
        yield
    finally:
        gone.cancel()

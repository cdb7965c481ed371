"""One worker: threads that take whole requests from the front and have Django answer them."""

import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.utils.translation import get_language, get_language_from_request, override

from gisserver.common.problem_documents import CONTENT_TYPE, INTERNAL_ERROR, RETRY_AFTER_S
from gisserver.common.web.problems import problem_body, problem_of
from gisserver.serving.answers import Answer
from gisserver.serving.limits import LANES
from gisserver.serving.spool import Spool, answer_file
from gisserver.serving.wire import Frame
from gisserver.serving.workers import batching
from gisserver.serving.workers.asking import Application, Gone, ask
from gisserver.serving.workers.environ import environ_of
from gisserver.serving.workers.link import Link, connected
from gisserver.serving.workers.running import RunningRequest

logger = logging.getLogger(__name__)

WATCH_S = 0.5
# The status of an answer for which nobody waits: nginx's number for a client that has gone.
NOBODY = 499


@dataclass
class Worker:
    """What the threads of one process share.

    ``parents`` are the processes of which one must be alive; ``settings`` is what the front is told.
    """

    application: Application
    front: Path
    generation: int
    settings: Mapping[str, Any]
    parents: frozenset[int]
    ended: threading.Event = field(default_factory=threading.Event)
    running: dict[int, RunningRequest] = field(default_factory=dict)
    _control_link: Link | None = None

    def run(self) -> None:
        """Work until the front lets every thread go, or everybody that this process belongs to has ended."""
        threads = [
            threading.Thread(target=self._serve, args=(name,), name=f"{name}-{number}", daemon=True)
            for name, limits in LANES.items()
            for number in range(limits.threads)
        ]
        for thread in (*threads, threading.Thread(target=self._watch, daemon=True)):
            thread.start()
        threading.Thread(target=self._control, daemon=True).start()
        for thread in threads:
            thread.join()

    def leave(self) -> None:
        """Ask the front for no more work; `run` returns when the threads have answered what they are at."""
        self.ended.set()
        if self._control_link is None or not _sent(self._control_link, ({"leaving": True}, b"")):
            os._exit(0)

    def _serve(self, lane: str) -> None:
        """Answer one request after another."""
        while (link := connected(self.front, self.ended)) is not None:
            with closing(link):
                spool = self._introduced(link, lane)
                while spool is not None and (got := link.receive()) is not None:
                    if "retire" in got[0]:
                        return
                    if not _sent(link, self._answered(got, spool)):
                        break

    def _introduced(self, link: Link, lane: str | None) -> Spool | None:
        """Say what a connection is for; return where long answers go. None when the front has gone meanwhile."""
        hello = {"pid": os.getpid(), "generation": self.generation, "lane": lane}
        if not _sent(link, ({**hello, "settings": self.settings} if lane is None else hello, b"")):
            return None
        welcome = link.receive()
        return None if welcome is None else Spool(Path(welcome[0]["spool"]))

    def _answered(self, got: Frame, spool: Spool) -> Frame:
        header, body = got
        running = self.running[header["number"]] = RunningRequest()
        try:
            if door := header.get("batch"):
                return self._batched(tuple(door), got)
            with _body(header["file"], body) as file:
                answer = self._asked(
                    environ_of(header["request"], file),
                    running,
                    spool,
                    answer_file(spool.folder, header["number"]).name,
                )
        finally:
            del self.running[header["number"]]
        told = {"status": answer.status, "headers": answer.headers, "passing": answer.passing}
        if isinstance(answer.body, Path):
            return {**told, "path": str(answer.body)}, b""
        return told, answer.body

    def _batched(self, door: tuple[str, str], got: Frame) -> Frame:
        environs = batching.environs_of(got)
        close_old_connections()  # as Django does before a request: one that has been lost is of no use to any other
        try:
            return batching.framed(batching.DOORS[door](environs, lambda environ: batching.UNBATCHED))
        except Exception as error:  # what becomes of the others is not known: all are refused, none is asked again
            refused = [refusal(error, environ) for environ in environs]
            return batching.framed([(each.status, each.headers, bytes(each.body)) for each in refused])

    def _asked(self, environ: dict[str, Any], running: RunningRequest, spool: Spool, name: str) -> Answer:
        try:
            with running:
                return ask(self.application, environ, running, spool, name)
        except Gone:
            return Answer(NOBODY, [], b"")
        except Exception as error:
            return refusal(error, environ)

    def _control(self) -> None:
        """End statements when the front says that nobody waits for them."""
        while (link := connected(self.front, self.ended)) is not None:
            if self._introduced(link, None) is not None:
                self._control_link = link
                self._obey(link)
            link.close()

    def _obey(self, link: Link) -> None:
        while (got := link.receive()) is not None:
            running = self.running.get(got[0].get("cancel", 0))
            if running is not None:
                running.cancel()

    def _watch(self) -> None:
        while not self.ended.wait(WATCH_S):
            if os.getppid() not in self.parents:
                os._exit(0)


def refusal(error: Exception, environ: dict[str, Any]) -> Answer:
    """Return the problem document of an error that Django did not answer for, or that was met while an answer was made.

    It is in the language that the request of ``environ`` asks for.
    """
    with override(get_language_from_request(WSGIRequest(environ))):
        body = problem_of(error)
        if body is None:
            logger.error("The application failed", exc_info=error)
            body = problem_body(500, "internal_error", INTERNAL_ERROR)
        headers = [
            ("content-type", CONTENT_TYPE),
            ("content-language", get_language()),
            ("vary", "Accept-Language"),
            ("cache-control", "no-store"),
        ]
    if body["status"] == 503:
        headers.append(("retry-after", RETRY_AFTER_S))
    return Answer(body["status"], headers, json.dumps(body, ensure_ascii=False).encode())


@contextmanager
def _body(path: str | None, body: bytes) -> Iterator[IO[bytes]]:
    if path is None:
        yield BytesIO(body)
        return
    with Path(path).open("rb") as file:
        yield file


def _sent(link: Link, answer: Frame) -> bool:
    try:
        link.send(*answer)
    except OSError:
        return False
    return True

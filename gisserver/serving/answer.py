"""What an application has answered, gathered by a thread and sent from the event loop: no thread waits for a client."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.translation import get_language, get_language_from_request, override

from gisserver.common.web.problems import CONTENT_TYPE, RETRY_AFTER_S, problem_body, problem_of
from gisserver.serving.environ import FileBlocks
from gisserver.serving.running import RunningRequest
from gisserver.serving.spool import Spool

logger = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
# A file that was made for one answer is opened by granian at once; its name may go then.
NAMED_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body; a body on disk is ``passing`` when it was made for this answer only."""

    status: int
    headers: Headers
    body: bytes | Path
    passing: bool = False

    def header(self, name: str) -> str | None:
        """Return the value of a header, its name in lower case."""
        return next((value for known, value in self.headers if known.lower() == name), None)


def ask(application: Application, environ: dict[str, Any], running: RunningRequest, spool: Spool) -> Answer:
    """Return what a WSGI application answers, whole.

    Raises what it raises, Unavailable ``server_busy``, and `Gone` when nobody waits for it any more.
    """
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
        started[:] = [(int(status[:3]), headers)]

    result = application(environ, start_response)
    try:
        status, headers = started[0]
        if isinstance(result, FileBlocks) and (path := result.path()):
            return Answer(status, headers, path)
        if isinstance(result, list) or getattr(result, "streaming", True) is False:
            return Answer(status, headers, b"".join(result))
        return Answer(status, headers, spool.whole(_while_wanted(result, running)), passing=True)
    finally:
        getattr(result, "close", lambda: None)()


class Gone(Exception):
    """Nobody waits for the answer."""


def _while_wanted(pieces: Iterable[bytes], running: RunningRequest) -> Iterator[bytes]:
    for piece in pieces:
        if running.gone:
            raise Gone
        yield piece


def send(answer: Answer, protocol: Any, spool: Spool) -> None:
    """Hand an answer to granian, which sends a file as fast as its client reads and holds nothing of it in memory."""
    if isinstance(answer.body, bytes):
        protocol.response_bytes(answer.status, answer.headers, answer.body)
        return
    headers = answer.headers
    if answer.header("content-length") is None:
        headers = [*headers, ("content-length", str(answer.body.stat().st_size))]
    protocol.response_file(answer.status, headers, str(answer.body))
    if answer.passing:
        asyncio.get_running_loop().call_later(NAMED_S, spool.remove, answer.body)


def refusal(error: Exception, environ: dict[str, Any]) -> Answer:
    """Return the problem document of an error that was met before Django, or while its answer was being made.

    It is in the language that the request of ``environ`` asks for.
    """
    with override(get_language_from_request(WSGIRequest(environ))):
        body = problem_of(error)
        if body is None:
            logger.error("The application failed", exc_info=error)
            body = problem_body(500, "internal_error", "The server met an error of its own; it has been logged.")
        headers = [
            ("content-type", CONTENT_TYPE),
            ("content-language", get_language()),
            ("vary", "Accept-Language"),
            ("cache-control", "no-store"),
        ]
    if body["status"] == 503:
        headers.append(("retry-after", RETRY_AFTER_S))
    return Answer(body["status"], headers, json.dumps(body, ensure_ascii=False).encode())

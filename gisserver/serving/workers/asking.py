"""Django asked for one answer, whole: what is long goes to the disk, so that no thread waits for a client."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gisserver.serving.answers import Answer, Headers
from gisserver.serving.spool import Spool
from gisserver.serving.workers.environ import FileBlocks
from gisserver.serving.workers.running import RunningRequest

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Gone(Exception):
    """Nobody waits for the answer."""


def ask(application: Application, environ: dict[str, Any], running: RunningRequest, spool: Spool, name: str) -> Answer:
    """Return what a WSGI application answers, whole; a long body lies in the spool's file ``name``.

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
        body = spool.whole(name, _while_wanted(result, running))
        return Answer(status, headers, body, passing=not isinstance(body, bytes))
    finally:
        getattr(result, "close", lambda: None)()


def _while_wanted(pieces: Iterable[bytes], running: RunningRequest) -> Iterator[bytes]:
    for piece in pieces:
        if running.gone:
            raise Gone
        yield piece

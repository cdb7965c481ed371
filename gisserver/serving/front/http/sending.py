"""Answers handed to granian, which sends them as fast as their clients read."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

from gisserver.serving import limits
from gisserver.serving.answers import Answer
from gisserver.serving.spool import refusing_when_full

OPEN_FILES = Path("/proc/self/fd")


def size_of(answer: Answer) -> int:
    """Return how long a body is. Raises FileNotFoundError, and Unavailable ``server_busy`` when it cannot be opened."""
    if isinstance(answer.body, bytes):
        return len(answer.body)
    with refusing_when_full(), answer.body.open("rb") as file:  # granian would say 404
        return os.fstat(file.fileno()).st_size


class Sending:
    """Sends answers; files that were made for one answer are removed when it has been read."""

    def __init__(self) -> None:
        self._passing: dict[Path, float] = {}  # until when each may be read
        self._task: asyncio.Task[None] | None = None

    def send(self, answer: Answer, size: int, protocol: Any, *more: tuple[str, str]) -> None:
        """Send an answer of ``size`` with ``more`` headers; nothing of a file is held in memory."""
        body, headers = answer.body, [*answer.headers, *more]
        if isinstance(body, bytes):
            protocol.response_bytes(answer.status, headers, body)
            return
        if answer.header("content-length") is None:
            headers.append(("content-length", str(size)))
        protocol.response_file(answer.status, headers, str(body))
        if answer.passing:
            patience = limits.ANSWER_SILENCE_S + size / limits.ANSWER_BYTES_PER_S
            self._passing[body.resolve()] = asyncio.get_running_loop().time() + patience
            if self._task is None or self._task.done():
                self._task = asyncio.ensure_future(self._remove())

    async def _remove(self) -> None:
        """Remove what has been read, until nothing is left; granian does not say when it has sent a file."""
        while self._passing:
            given = dict(self._passing)
            await asyncio.sleep(limits.ANSWER_LOOK_S)
            opened = await asyncio.to_thread(_opened)
            now = asyncio.get_running_loop().time()
            for path, end in given.items():
                if path not in opened:
                    path.unlink(missing_ok=True)
                    del self._passing[path]
                elif end < now:
                    _cut(path)
                    del self._passing[path]


def _cut(path: Path) -> None:
    """End an answer that is read too slowly: its connection ends too, before the Content-Length."""
    with contextlib.suppress(FileNotFoundError):
        os.truncate(path, 0)
        path.unlink()


def _opened() -> set[Path]:
    """Return the files that this process has open."""
    found = set()
    for link in OPEN_FILES.iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed in the meantime
            found.add(link.readlink())
    return found

"""The body of a request, received whole before a worker is asked: a slow sender holds none."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from gisserver.common.errors import Invalid, TooLarge, TooSlow
from gisserver.common.sentences import Sentence
from gisserver.serving import limits
from gisserver.serving.spool import Spool, refusing_when_full

_MIB = 1024**2


@asynccontextmanager
async def received(
    protocol: Any, path: str, headers: Mapping[str, str], spool: Spool, name: str
) -> AsyncIterator[tuple[bytes | Path, int]]:
    """Yield the whole body and its size; a large one is the spool's file ``name``, which is gone afterwards.

    Raises TooLarge ``too_large``, TooSlow ``body_too_slow``, Invalid ``body_incomplete`` for one that breaks off, and
    Unavailable ``server_busy`` when no disk is left for it.
    """
    said = headers.get("content-length")
    doors = limits.BODY_BYTES_BY_DOOR.items()
    most = next((limit for prefix, limit in doors if path.startswith(prefix)), limits.BODY_BYTES)
    _check(int(said or 0), most)
    body = _Body(spool, name)
    try:
        async for piece in _pieces(protocol):
            _check(body.size + len(piece), most)
            body.add(piece)
        if said is not None and body.size != int(said):
            raise Invalid("body_incomplete", "The body ended before its Content-Length.")
        yield body.whole(), body.size
    finally:
        body.remove()


class _Body:
    """A body that grows: in memory at first, then in a file."""

    def __init__(self, spool: Spool, name: str) -> None:
        self.size = 0
        self._spool, self._path = spool, spool.folder / name
        self._held = bytearray()
        self._file: IO[bytes] | None = None

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self.size += len(piece)
        self._held += piece
        if len(self._held) > limits.BODY_MEMORY_BYTES:
            self._write()

    def whole(self) -> bytes | Path:
        """Return all of it."""
        if self._file is None:
            return bytes(self._held)
        self._write()
        self._file.close()
        return self._path

    def remove(self) -> None:
        """Remove the file, if there is one."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # the disk is full
                self._file.close()
            self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        self._spool.check(len(self._held))
        with refusing_when_full():
            if self._file is None:
                self._file = self._path.open("wb")
            self._file.write(self._held)
            self._file.flush()
        self._held.clear()


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a request says that a body follows."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _check(size: int, most: int) -> None:
    if size > most:
        raise TooLarge("too_large", Sentence("This door takes at most {most} MiB.", most=most // _MIB))


async def _pieces(protocol: Any) -> AsyncIterator[bytes]:
    """Yield the pieces of a body as they come. Raises TooSlow, and Invalid for chunks that are none."""
    began, size, ended = _now(), 0, False
    pieces = aiter(protocol)
    while True:
        behind_s = (_now() - began) - size / limits.BODY_BYTES_PER_S
        patience = limits.BODY_SILENCE_S - max(behind_s, 0.0)
        try:
            piece = await asyncio.wait_for(_next(pieces), patience)
        except TimeoutError:
            least = limits.BODY_BYTES_PER_S
            slow = Sentence("The body came too slowly: send at least {least} bytes a second.", least=least)
            raise TooSlow("body_too_slow", slow) from None
        if piece is None:
            return
        # granian ends each body with an empty piece, and says by one more that it broke off.
        if not piece and ended:
            raise Invalid("body_incomplete", "The body broke off.")
        ended = not piece
        size += len(piece)
        yield piece


async def _next(pieces: Any) -> bytes | None:
    with contextlib.suppress(StopAsyncIteration):
        piece: bytes = await pieces.__anext__()  # the default of `anext` crashes on granian's own awaitables
        return piece
    return None


def _now() -> float:
    return asyncio.get_running_loop().time()

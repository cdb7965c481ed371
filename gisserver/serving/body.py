"""The body of a request, received whole on the event loop before a thread is asked: a slow sender holds none."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import IO, Any, cast

from gisserver.common.errors import Invalid, TooLarge, TooSlow
from gisserver.common.sentences import Sentence
from gisserver.serving.spool import Room

_MIB = 1024**2
# The doors that take files; what goes with a file in a form has room beside it. Each door has its own limit below.
LIMITS = {"/api/layers/": 2049 * _MIB, "/geocode/": 1025 * _MIB}
LIMIT = 10 * _MIB
# More than this of one body lies on the disk.
MEMORY_BYTES = 64 * 1024
# A sender may be silent for so long, and must be this fast on the whole.
SILENCE_S = 20.0
BYTES_PER_S = 4096


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a request says that a body follows."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


@asynccontextmanager
async def received(
    protocol: Any, path: str, headers: Mapping[str, str], room: Room
) -> AsyncIterator[tuple[IO[bytes], int]]:
    """Yield the whole body as a file, and its size; the file is gone afterwards.

    Raises TooLarge ``too_large``, TooSlow ``body_too_slow``, Invalid ``body_incomplete`` for one that breaks off, and
    Unavailable ``server_busy`` when no disk is left for it.
    """
    said = headers.get("content-length")
    most = next((limit for prefix, limit in LIMITS.items() if path.startswith(prefix)), LIMIT)
    _check(int(said or 0), most)
    taken = 0
    with cast(IO[bytes], tempfile.SpooledTemporaryFile(MEMORY_BYTES)) as file:
        try:
            async for piece in _pieces(protocol):
                _check(file.tell() + len(piece), most)
                if file.tell() + len(piece) > MEMORY_BYTES:
                    room.take(len(piece))
                    taken += len(piece)
                file.write(piece)
            size = file.tell()
            if said is not None and size != int(said):
                raise Invalid("body_incomplete", "The body ended before its Content-Length.")
            file.seek(0)
            yield file, size
        finally:
            room.give_back(taken)


def _check(size: int, most: int) -> None:
    if size > most:
        raise TooLarge("too_large", Sentence("This door takes at most {most} MiB.", most=most // _MIB))


async def _pieces(protocol: Any) -> AsyncIterator[bytes]:
    """Yield the pieces of a body as they come. Raises TooSlow, and Invalid for chunks that are none."""
    began, size, ended = _now(), 0, False
    pieces = aiter(protocol)
    while True:
        patience = min(SILENCE_S, SILENCE_S + size / BYTES_PER_S - (_now() - began))
        try:
            piece = await asyncio.wait_for(_next(pieces), patience)
        except TimeoutError:
            slow = Sentence("The body came too slowly: send at least {least} bytes a second.", least=BYTES_PER_S)
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

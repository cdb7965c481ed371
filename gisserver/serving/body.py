"""The body of a request, read by a thread from what the event loop receives."""

import asyncio
import io
from typing import Any


class RequestBody(io.RawIOBase):
    """A file that a thread reads while the loop receives: each piece is asked for when it is wanted, none is kept."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._pieces, self._loop, self._held = aiter(protocol), loop, memoryview(b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` as far as the piece at hand goes, waiting for the next when there is none; 0 at the end."""
        while not self._held:
            piece = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if piece is None:
                return 0
            self._held = memoryview(piece)
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    async def _next(self) -> bytes | None:
        try:
            piece: bytes = await self._pieces.__anext__()  # the default of `anext` crashes on granian's own awaitables
        except StopAsyncIteration:
            return None
        return piece

"""A thread's own connection to the front: requests come one at a time, whole, and whole answers go back."""

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

import orjson

from gisserver.serving.wire import LENGTHS, Frame, frame

RETRY_S = 0.05


class Link:
    """One connection to the front. Use it from one thread; `close` may be called from any."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._reader = self._socket.makefile("rb")

    def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Send a frame."""
        self._socket.sendall(frame(header, body))

    def receive(self) -> Frame | None:
        """Wait for the next frame; None when the front has gone."""
        lengths = self._read(LENGTHS.size)
        if lengths is None:
            return None
        text, size = LENGTHS.unpack(lengths)
        header, body = self._read(text), self._read(size)
        return None if header is None or body is None else (orjson.loads(header), body)

    def close(self) -> None:
        """End the connection; a thread that waits for a frame is told that the front has gone."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _read(self, size: int) -> bytes | None:
        try:
            data = self._reader.read(size)
        except (OSError, ValueError):  # ValueError: it has been closed
            data = b""
        if len(data) == size:
            return data
        self._reader.close()  # by the thread that reads; until then the socket stays open
        return None


def connected(path: Path, ended: threading.Event) -> Link | None:
    """Return a connection to the front as soon as it takes one; None once ``ended`` is set."""
    while not ended.is_set():
        try:
            return Link(path)
        except OSError:
            ended.wait(RETRY_S)
    return None

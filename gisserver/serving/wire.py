"""Frames between the front and the workers, over a Unix socket: a JSON object, then bytes. Pure."""

import struct
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

LENGTHS = struct.Struct(">II")

Frame = tuple[dict[str, Any], bytes]


def frame(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Return one frame."""
    text = orjson.dumps(header)
    return b"".join((LENGTHS.pack(len(text), len(body)), text, body))


class Frames:
    """Takes bytes in whatever pieces they come, and gives whole frames."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """Yield the frames that ``piece`` completes."""
        self._held += piece
        while len(self._held) >= LENGTHS.size:
            text, body = LENGTHS.unpack_from(self._held)
            begin = LENGTHS.size + text
            end = begin + body
            if len(self._held) < end:
                return
            whole = bytes(memoryview(self._held)[:end])
            del self._held[:end]
            yield orjson.loads(memoryview(whole)[LENGTHS.size : begin]), whole[begin:]

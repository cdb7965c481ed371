"""Answers as gzip, for who reads it."""

import zlib
from collections.abc import Iterator
from typing import Self

# Of JSON the first level leaves a fifth; the usual sixth leaves a sixth and takes three times as long.
_LEVEL = 1
# Less than this fits a network packet as it is.
SMALLEST_BYTES = 1000
_GZIP_FORMAT = 16 + zlib.MAX_WBITS


def gzipped(body: bytes) -> bytes:
    """Return a whole body as gzip; equal bodies give equal bytes."""
    return zlib.compress(body, _LEVEL, wbits=_GZIP_FORMAT)


class GzipStream:
    """The pieces of a body as gzip, each compressed when it is made; closing it closes what makes them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._compressor = zlib.compressobj(_LEVEL, wbits=_GZIP_FORMAT)
        self._ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        for piece in self._pieces:
            if packed := self._compressor.compress(piece):
                return packed
        if self._ended:
            raise StopIteration
        self._ended = True
        return self._compressor.flush()

    def close(self) -> None:
        """Stop making pieces."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()

"""Bodies that are sent while they are made: flat memory for an answer of any length."""

from collections.abc import Iterable, Iterator
from typing import Self

_PIECE_BYTES = 256 * 1024


def joined(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield ``texts`` joined to pieces of some size; few of them become one piece."""
    piece = bytearray()
    for text in texts:
        piece += text
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


class Stream:
    """An iterator of pieces that ends the making of them at once when the reader goes away."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        # The first are made now: a statement that the database refuses is an answer, not a broken body.
        self._made = [piece for piece in (next(pieces, None), next(pieces, None)) if piece is not None]

    @property
    def whole(self) -> bytes | None:
        """The whole body, when nothing has been read of it and it is but one piece."""
        return self._made[0] if len(self._made) == 1 else None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        return self._made.pop(0) if self._made else next(self._pieces)

    def close(self) -> None:
        """Stop making pieces; the database stops what it does for them."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()

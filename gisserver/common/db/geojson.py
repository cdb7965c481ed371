"""GeoJSON made in the database and passed on undecoded: one row, one feature.

Flat memory for any number of rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import orjson
from django.db import connection

# JSON text never holds these two bytes raw, so that COPY in this CSV dialect has nothing to quote or escape.
_COPY = "COPY ({}) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
_DELIMITER = b"\x02"
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """What is known once the features have been written: how many, the key of the last one.

    Whether more follow.
    """

    returned: int
    last_key: tuple[Any, ...] | None
    more: bool


class Stream:
    """An iterator of bytes that ends its COPY at once when the reader goes away."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        # The first piece is made now: a statement that the database refuses is an answer, not a broken body.
        self._first: bytes | None = next(pieces, b"")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return next(self._pieces)

    def close(self) -> None:
        """Stop reading; the database stops the query."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


def feature_collection(
    statement: str, params: Sequence[Any], *, limit: int, head: bytes, footer: Callable[[Page], bytes]
) -> Stream:
    """Stream a FeatureCollection from a SELECT of (feature as JSON text, key as a JSON array).

    ``statement`` should ask for one row more than ``limit``: that row is not written but tells that more
    follow. ``head`` holds the members before ``features``; ``footer(page)`` gives those behind it, each
    with its comma. Raises what the database raises at the first row.
    """
    return Stream(_pieces(statement, params, limit=limit, head=head, footer=footer))


def _pieces(
    statement: str, params: Sequence[Any], *, limit: int, head: bytes, footer: Callable[[Page], bytes]
) -> Iterator[bytes]:
    buffer = bytearray(b'{"type":"FeatureCollection",' + head + b'"features":[')
    returned, key, more = 0, b"", False
    # COPY takes no bound values on the wire; the driver quotes them into the text.
    operations: Any = connection.ops  # PostgreSQL's has more than the base class says
    text = operations.compose_sql(_COPY.format(statement), params)
    # The driver's own errors become Django's, which the table of problems knows.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(text) as copy:
        for row in copy:  # libpq hands over one row at a time
            if returned == limit:
                more = True
                continue
            feature, _, key = bytes(row).partition(_DELIMITER)
            buffer += b",\n" if returned else b"\n"
            buffer += feature
            returned += 1
            if len(buffer) >= _CHUNK_BYTES:
                yield bytes(buffer)
                buffer.clear()
    last_key = tuple(orjson.loads(key)) if key else None
    yield bytes(buffer) + b"\n]" + footer(Page(returned, last_key, more)) + b"}"

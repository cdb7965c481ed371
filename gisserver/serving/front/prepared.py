"""A connection whose statements stay prepared, and that asks libpq by itself.

psycopg's cursors take about 100 µs of the event loop for a statement, most of what a small one costs; this takes 15.
Connecting, conversion of values and errors are psycopg's.
"""

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

from gisserver.serving.front.statements import Statement

# As many statements as psycopg keeps itself.
MOST_PREPARED = 100


class PreparedStatements:
    """The statements that are prepared on a ``connection``, which answers one at a time."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection, self._pgconn = connection, connection.pgconn
        # By text and types of the values, the least recently used first.
        self._names: OrderedDict[tuple[bytes, tuple[int, ...]], bytes] = OrderedDict()
        self._numbers = itertools.count()

    def __contains__(self, statement: Statement) -> bool:
        return any(sql == statement.sql for sql, _ in self._names)

    async def row(self, statement: Statement, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the one row of a statement, in binary form. Raises psycopg.Error; the connection is of no use then."""
        transformer = Transformer(self._connection)
        bound = statement.bound(values)
        parameters = transformer.dump_sequence(bound, [PyFormat.AUTO] * len(bound))
        name = await self._name(statement.sql, transformer.types or ())
        self._pgconn.send_query_prepared(name, parameters, transformer.formats, Format.BINARY)
        result = await self._result(ExecStatus.TUPLES_OK)
        transformer.set_pgresult(result)
        row: tuple[Any, ...] = transformer.load_row(0, tuple)
        return row

    async def _name(self, sql: bytes, types: tuple[int, ...]) -> bytes:
        """Return the name of a statement, prepared now if it is new; the oldest is given up when there are too many."""
        name = self._names.get((sql, types))
        if name is None:
            if len(self._names) >= MOST_PREPARED:
                _, oldest = self._names.popitem(last=False)
                self._pgconn.send_query(b"DEALLOCATE " + oldest)
                await self._result(ExecStatus.COMMAND_OK)
            name = b"front_%d" % next(self._numbers)
            self._pgconn.send_prepare(name, sql, types)
            await self._result(ExecStatus.COMMAND_OK)
            self._names[sql, types] = name
        self._names.move_to_end((sql, types))
        return name

    async def _result(self, expected: ExecStatus) -> PGresult:
        """Return the result of what was sent. Raises psycopg.Error when it is none, or not the ``expected`` kind."""
        answer = _Answer(self._pgconn)
        try:
            answer.begin()
            await answer.complete
        finally:
            answer.end()
        result = answer.results[-1]
        if result.status != expected:
            raise error_from_result(result, encoding="utf-8")
        return result


class PreparingConnection(psycopg.AsyncConnection[Any]):
    """A connection with its prepared statements."""

    @cached_property
    def statements(self) -> PreparedStatements:
        """Those of this connection."""
        return PreparedStatements(self)


class _Answer:
    """What comes back for one statement; ``complete`` when PostgreSQL is ready for the next."""

    def __init__(self, pgconn: PGconn) -> None:
        self._pgconn, self._loop = pgconn, asyncio.get_running_loop()
        self._socket: int | None = pgconn.socket
        self.complete: asyncio.Future[None] = self._loop.create_future()
        self.results: list[PGresult] = []

    def begin(self) -> None:
        """Send what has not been sent yet, and listen."""
        self._loop.add_reader(self._pgconn.socket, self._read)
        if self._pgconn.flush():
            self._loop.add_writer(self._pgconn.socket, self._write)

    def end(self) -> None:
        """Listen no more."""
        socket, self._socket = self._socket, None
        if socket is not None:
            self._loop.remove_reader(socket)
            self._loop.remove_writer(socket)

    def _read(self) -> None:
        try:
            self._pgconn.consume_input()
            while not self.complete.done() and not self._pgconn.is_busy():
                result = self._pgconn.get_result()
                if result is None:
                    self.complete.set_result(None)
                else:
                    self.results.append(result)
        except psycopg.Error as error:
            self._failed(error)

    def _write(self) -> None:
        try:
            if not self._pgconn.flush():
                self._loop.remove_writer(self._pgconn.socket)
        except psycopg.Error as error:
            self._failed(error)

    def _failed(self, error: psycopg.Error) -> None:
        """End at once: libpq has closed its socket, and the next one that is opened has the same number."""
        self.end()
        if not self.complete.done():
            self.complete.set_exception(error)

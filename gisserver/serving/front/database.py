"""The front's own connections to the database, and whether the database answers at all."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from gisserver.common.errors import Unavailable
from gisserver.common.problem_documents import DATABASE_AWAY
from gisserver.serving.front.prepared import PreparingConnection
from gisserver.serving.front.statements import Statement
from gisserver.serving.limits import DATABASE_PATIENCE_S, DATABASE_PING_S, DOORS_WITHOUT_DATABASE, FRONT_CONNECTIONS

logger = logging.getLogger(__name__)

RETRY_S = 0.1
CONNECT_S = 2
# A statement is planned once, not for its values: for a look at few credentials and versions planning takes longer than
# all else, and PostgreSQL would plan it each time, since the length of a list is part of its estimate.
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
Connection = PreparingConnection


class Database:
    """A few connections that stay open, and a look at the database several times a second.

    While the database does not answer, whoever needs it is refused at once (`refuse_if_away`), and those of
    ``when_lost`` are called when that begins.
    """

    def __init__(self) -> None:
        self.when_lost: list[Callable[[Exception], None]] = []
        self.is_away = False
        self._is_stopped = False
        self._parameters: Mapping[str, Any] | None = None
        # The one used last is lent first; None stands for one that is not open.
        self._idle: list[Connection | None] = []
        self._turns = asyncio.Semaphore(0)
        self._task: asyncio.Task[None] | None = None

    def start(self, parameters: Mapping[str, Any]) -> None:
        """Begin to look, now that it is known where the database is (keywords of `psycopg.connect`)."""
        options = f"{parameters.get('options', '')} {PLANNED_ONCE}"
        own = {"connect_timeout": CONNECT_S, "autocommit": True, "prepare_threshold": 1, "options": options}
        self._parameters = {**parameters, **own}
        for _ in range(FRONT_CONNECTIONS):
            self._idle.append(None)
            self._turns.release()
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def stop(self) -> None:
        """Look no more, and keep no connection; one that is lent is closed when it comes back."""
        if self._task is not None:
            self._task.cancel()
        self._is_stopped = True
        self._forget_idle()

    @property
    def is_known(self) -> bool:
        """Whether it is known where the database is."""
        return self._parameters is not None

    def refuse_if_away(self, path: str) -> None:
        """Raise Unavailable ``database_unavailable`` for a door that needs a database which does not answer."""
        if self.is_away and not path.startswith(DOORS_WITHOUT_DATABASE):
            raise away()

    async def check(self) -> None:
        """Ask the database something. Raises Unavailable ``database_unavailable``."""
        if self.is_away:
            raise away()
        answer = asyncio.ensure_future(self._ask_something())
        # Not cancelled: psycopg would wait for the server to cancel the statement.
        done, _ = await asyncio.wait({answer}, timeout=DATABASE_PATIENCE_S)
        if not done or not answer.result():
            raise away()

    async def _ask_something(self) -> bool:
        try:
            async with self.connection() as connection:
                await connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    @asynccontextmanager
    async def connection(self, *, without: Statement | None = None) -> AsyncIterator[Connection]:
        """Lend a connection (autocommit, statements prepared); one in which something fails is closed.

        If there is a choice, one on which the statement ``without`` is not prepared.
        """
        async with self._turns:
            connection, returned = self._idle.pop(self._index(without)), None
            try:
                if connection is None or connection.closed:
                    connection = await self.connect()
                yield connection
                returned = connection
            except BaseException:
                if connection is not None:
                    await _closed(connection)
                raise
            finally:
                self._idle.append(returned)
        if self._is_stopped:
            connection.pgconn.finish()

    def _index(self, without: Statement | None) -> int:
        if without is not None:
            for index, connection in enumerate(self._idle):
                if connection is None or connection.closed or without not in connection.statements:
                    return index
        return -1

    async def row(self, statement: Statement, values: Mapping[str, Any], *, planned_once: bool = True) -> Any:
        """Return the one row of a statement, in binary form; one that is not ``planned_once`` is for these values."""
        async with self.connection() as connection:
            if planned_once:
                return await connection.statements.row(statement, values)
            return await _planned_anew(connection, statement, values)

    async def warm(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """Have a statement prepared and planned on all connections, so that nobody waits for it; one after another.

        For a connection's first statement PostgreSQL loads what it rests on, which takes ten times as long as a tile.
        """
        for _ in range(FRONT_CONNECTIONS):
            async with self.connection(without=statement) as connection:
                if statement not in connection.statements:
                    await connection.statements.row(statement, values)

    async def connect(self) -> Connection:
        """Return a new connection."""
        assert self._parameters is not None  # noqa: S101 - nobody asks before `start`
        return await PreparingConnection.connect(**self._parameters)

    async def _watch(self) -> None:
        while True:
            try:
                async with closed_at_last(await self.connect()) as connection:
                    while True:
                        await self._look(connection)
                        await asyncio.sleep(DATABASE_PING_S)
            except (psycopg.Error, OSError) as error:
                self._lost(error)
                await asyncio.sleep(RETRY_S)

    async def _look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Ask something; when no answer comes in time, the database is away until it comes after all."""
        answer = asyncio.ensure_future(connection.execute("SELECT 1"))
        done, _ = await asyncio.wait({answer}, timeout=DATABASE_PATIENCE_S)
        if not done:
            self._lost(TimeoutError("no answer"))
        await answer
        if self.is_away:
            logger.warning("The database answers again")
        self.is_away = False

    def _lost(self, error: Exception) -> None:
        if not self.is_away:
            logger.warning("The database does not answer (%s)", type(error).__name__)
        self.is_away = True
        self._forget_idle()
        for told in self.when_lost:
            told(away())

    def _forget_idle(self) -> None:
        """Drop the connections that nobody uses: they would fail when the database is there again."""
        idle = self._idle
        self._idle = [None] * len(idle)
        for connection in idle:
            if connection is not None:
                connection.pgconn.finish()  # at once; `close` would need a task of its own


async def _planned_anew(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> Any:
    """Return the one row of a statement that is planned for its values."""
    async with psycopg.AsyncRawCursor(connection) as cursor:
        await cursor.execute("SET plan_cache_mode = force_custom_plan")
        await cursor.execute(statement.sql, statement.bound(values), prepare=False, binary=True)
        row = await cursor.fetchone()
        await cursor.execute("RESET plan_cache_mode")
    return row


def away() -> Unavailable:
    """Return the refusal of whoever needs the database while it does not answer."""
    return Unavailable("database_unavailable", DATABASE_AWAY)


@asynccontextmanager
async def closed_at_last(connection: psycopg.AsyncConnection[Any]) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Lend a connection and close it, though the task is cancelled again while psycopg closes it."""
    try:
        async with connection:
            yield connection
    finally:
        connection.pgconn.finish()


async def _closed(connection: Connection) -> None:
    with contextlib.suppress(Exception):
        await connection.close()

"""A database that goes away is noticed at once, and so is its coming back; on a cluster of the test's own."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from psycopg.types.numeric import Int4

from gisserver.common.errors import Unavailable
from gisserver.runtime.processes import working_in
from gisserver.serving.front import prepared
from gisserver.serving.front.database import Database
from gisserver.serving.front.statements import numbered
from gisserver.serving.limits import FRONT_CONNECTIONS
from tests.gisserver.serving.stand_ins import PATIENCE_S, Protocol, Site, Stuck, come_true, serving


class Postgres:
    """A cluster that may be killed, or made to stand still."""

    def __init__(self, private: Any) -> None:
        self._private, self._started = private, list[subprocess.Popen[bytes]]()
        self.parameters = {"host": str(private.sockets), "port": 5432, "user": "gisserver", "dbname": "postgres"}
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        self._started.append(self._private.start())

    def kill(self) -> None:
        """End it as a crash does."""
        self._started[-1].kill()
        self._started[-1].wait()

    def freeze(self) -> None:
        """Let all of it stand still: connections stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """End all of it, however the test left it."""
        self._signal(signal.SIGKILL)
        for started in self._started:
            started.wait()

    def _signal(self, number: signal.Signals) -> None:
        for pid in working_in(self._private.home.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


@pytest.fixture
def postgres(private: Any) -> Iterator[Postgres]:
    """The cluster, started; gone afterwards."""
    made = Postgres(private)
    yield made
    made.close()


@asynccontextmanager
async def looking(postgres: Postgres) -> AsyncIterator[Database]:
    """Lend the front's look at the cluster, which has seen it answer."""
    database = Database()
    database.start(postgres.parameters)
    try:
        await database.check()
        yield database
    finally:
        database.stop()


def test_a_database_that_is_killed_is_away_until_it_is_there_again(postgres: Postgres) -> None:
    async def work() -> None:
        async with looking(postgres) as database:
            postgres.kill()
            await come_true(lambda: database.is_away)
            with pytest.raises(Unavailable) as refused:
                await database.check()
            assert refused.value.code == "database_unavailable"
            await asyncio.to_thread(postgres.start)
            await come_true(lambda: not database.is_away)
            await database.check()

    asyncio.run(work())


def test_a_database_that_stands_still_is_away_until_it_goes_on(postgres: Postgres) -> None:
    async def work() -> None:
        async with looking(postgres) as database:
            postgres.freeze()
            await come_true(lambda: database.is_away)
            with pytest.raises(Unavailable):
                await database.check()
            postgres.thaw()
            await come_true(lambda: not database.is_away)
            await database.check()

    asyncio.run(work())


def refused_on_the_way(postgres: Postgres, lose: Callable[[], None]) -> tuple[int, str]:
    """Return the answer to a request that a worker is at, and will not answer, when the database is lost."""
    stuck = Stuck()

    async def work() -> Protocol:
        async with looking(postgres) as database, serving(stuck, database=database) as site:
            answering = asyncio.ensure_future(site.ask(path="/ogc/long"))
            await asyncio.to_thread(stuck.entered.wait)
            lose()
            async with asyncio.timeout(PATIENCE_S):
                protocol = await answering
            assert not stuck.let_go.is_set()
            stuck.let_go.set()
            return protocol

    status, _, body = asyncio.run(work()).answer  # type: ignore[misc]
    return status, json.loads(body)["code"]


def test_who_waits_for_a_database_that_is_killed_is_told_so(postgres: Postgres) -> None:
    assert refused_on_the_way(postgres, postgres.kill) == (503, "database_unavailable")


def test_who_waits_for_a_database_that_stands_still_is_told_so(postgres: Postgres) -> None:
    assert refused_on_the_way(postgres, postgres.freeze) == (503, "database_unavailable")


def test_what_needs_none_goes_on_while_it_is_away() -> None:
    """A file that takes a worker longer than the next look at the database."""
    stuck, database = Stuck(), Database()

    def held(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return stuck({**environ, "PATH_INFO": "/ogc/long"}, start_response)

    async def work() -> Protocol:
        async with serving(held, database=database) as site:
            answering = asyncio.ensure_future(site.ask(path="/static/large.js"))
            await asyncio.to_thread(stuck.entered.wait)
            database._lost(ConnectionError())
            stuck.let_go.set()
            return await answering

    assert asyncio.run(work()).answer[0] == 200  # type: ignore[index]


async def asked_while_away(site: Site, path: str) -> int:
    return (await site.ask(path=path)).answer[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/ogc", 503), ("/api/grids/at", 503), ("/static/map.js", 200), ("/healthz", 200), ("/readyz", 503)],
)
def test_while_it_is_away_only_what_needs_none_is_answered(path: str, status: int) -> None:
    stuck, database = Stuck(), Database()
    database.is_away = True

    async def work() -> int:
        async with serving(stuck, database=database) as site:
            return await asked_while_away(site, path)

    assert asyncio.run(work()) == status
    assert stuck.asked == ([path] if path.startswith("/static/") else [])


def test_ready_is_who_has_workers_and_a_database_that_answers(postgres: Postgres) -> None:
    async def work() -> list[int]:
        async with looking(postgres) as database, serving(Stuck(), database=database) as site:
            before = await asked_while_away(site, "/readyz")
            postgres.kill()
            await come_true(lambda: database.is_away)
            return [before, await asked_while_away(site, "/readyz")]

    assert asyncio.run(work()) == [200, 503]


def test_few_connections_are_shared_and_kept(postgres: Postgres) -> None:
    async def backend(database: Database) -> int:
        async with database.connection() as connection:
            await connection.execute("SELECT 1")
            return connection.info.backend_pid

    async def work() -> set[int]:
        async with looking(postgres) as database:
            return set(await asyncio.gather(*(backend(database) for _ in range(10 * FRONT_CONNECTIONS))))

    assert 1 <= len(asyncio.run(work())) <= FRONT_CONNECTIONS


def test_a_statement_is_planned_once_unless_it_is_wanted_otherwise(postgres: Postgres) -> None:
    counted = numbered("SELECT count(*) FROM pg_class WHERE relname = ANY(%(names)s::text[])")
    plans = numbered("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement ~ 'pg_class'")

    async def work() -> tuple[Any, Any]:
        async with looking(postgres) as database:
            for count in (1, 2, 3):
                await database.row(counted, {"names": ["pg_class"] * count})
            await database.row(counted, {"names": ["pg_class"]}, planned_once=False)
            return await database.row(plans, {}), await database.row(numbered("SHOW plan_cache_mode"), {})

    assert asyncio.run(work()) == ((3, 0), ("force_generic_plan",))


def test_a_statement_is_prepared_on_all_connections_before_it_is_needed(postgres: Postgres) -> None:
    large = numbered("SELECT repeat('x', %(count)s)")

    async def backend(database: Database) -> tuple[int, int]:
        async with database.connection() as connection:
            prepared_here = (
                "SELECT pg_backend_pid(), count(*) FROM pg_prepared_statements WHERE statement ~ '^.*repeat'"
            )
            known = await connection.execute(prepared_here, prepare=False)
            row: tuple[int, int] = await known.fetchone()  # type: ignore[assignment]
            return row

    async def work() -> tuple[list[tuple[int, int]], int]:
        async with looking(postgres) as database:
            await database.warm(large, {"count": Int4(1)})
            counted = await asyncio.gather(*(backend(database) for _ in range(10 * FRONT_CONNECTIONS)))
            return counted, len((await database.row(large, {"count": Int4(3_000_000)}))[0])

    counted, characters = asyncio.run(work())
    assert set(dict(counted).values()) == {1}
    assert characters == 3_000_000


def test_the_statement_used_longest_ago_is_given_up_for_a_new_one(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_PREPARED", 2)

    async def work() -> set[str]:
        async with looking(postgres) as database, database.connection() as connection:
            for text in ("SELECT 1", "SELECT 2", "SELECT 1", "SELECT 3"):
                await connection.statements.row(numbered(text), {})
            found = await connection.execute("SELECT statement FROM pg_prepared_statements")
            return {text for (text,) in await found.fetchall()}

    assert asyncio.run(work()) == {"SELECT 1", "SELECT 3"}


def test_a_connection_in_which_something_failed_is_lent_to_nobody_else(postgres: Postgres) -> None:
    async def work() -> None:
        async with looking(postgres) as database:
            with pytest.raises(psycopg.errors.SyntaxError):
                async with database.connection() as failed:
                    await failed.execute("nonsense")
            assert failed.closed
            for _ in range(FRONT_CONNECTIONS + 1):
                async with database.connection() as connection:
                    await connection.execute("SELECT 1")

    asyncio.run(work())

"""The statement for which nobody waits any more is ended, and no other."""

import asyncio
import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from gisserver.serving.workers.running import RunningRequest
from tests.databases import cluster_url
from tests.gisserver.serving.stand_ins import PATIENCE_S, Protocol, serving
from tests.waiting import until


def test_the_statement_of_a_client_who_has_gone_is_cancelled(transactional_db: None) -> None:
    address = cluster_url(connection.settings_dict["NAME"])
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"

    def cancel_when_it_sleeps() -> None:
        with psycopg.connect(address, autocommit=True) as observer:
            until(lambda: observer.execute(asleep).fetchone(), lambda row: row == (1,))
        running.cancel()

    with connection.cursor() as cursor, RunningRequest() as running:
        cursor.execute("SELECT 1")
        threading.Thread(target=cancel_when_it_sleeps).start()
        with pytest.raises(OperationalError, match="canceling statement due to user request"):
            cursor.execute("SELECT pg_sleep(30)")


def test_a_request_that_is_done_cancels_nothing(transactional_db: None) -> None:
    running = RunningRequest()
    with running:
        pass
    running.cancel()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_statement_that_cannot_be_ended_harms_nobody() -> None:
    """Else the thread that ends statements would be gone for all that come."""

    class Away:
        closed = False

        def cancel_safe(self, timeout: float) -> None:
            raise psycopg.OperationalError("connection refused")

    running = RunningRequest()
    running._wrapper = SimpleNamespace(connection=Away())
    running.cancel()
    assert running.gone


def sleeping(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Sleep in the database, in a statement that carries the path, until it is ended."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_sleep(60) -- {environ['PATH_INFO']}")
    finally:
        connections.close_all()
    start_response("200 OK", [])
    return [b""]


def test_over_the_wire_the_right_statement_of_several_is_ended(transactional_db: None) -> None:
    address = cluster_url(connection.settings_dict["NAME"])

    async def work() -> None:
        async with (
            serving(sleeping, threads=2) as site,
            await psycopg.AsyncConnection.connect(address, autocommit=True) as observer,
            asyncio.timeout(PATIENCE_S),
        ):

            async def only(*paths: str) -> None:
                """Wait until just these statements run."""
                looking = (
                    "SELECT query FROM pg_stat_activity WHERE datname = current_database()"
                    " AND state = 'active' AND query LIKE 'SELECT pg_sleep%'"
                )
                running: set[str] | None = None
                while running != set(paths):
                    rows = await (await observer.execute(looking)).fetchall()
                    running = {query.rpartition(" ")[2] for (query,) in rows}

            clients = {"/ogc/one": Protocol(), "/ogc/two": Protocol()}
            asked = [
                asyncio.ensure_future(site.ask(protocol, path=path, client=f"192.0.2.{number}:1"))
                for number, (path, protocol) in enumerate(clients.items())
            ]
            await only("/ogc/one", "/ogc/two")
            clients["/ogc/two"].gone.set()
            await only("/ogc/one")
            clients["/ogc/one"].gone.set()
            await only()
            await asyncio.gather(*asked)

    asyncio.run(work())

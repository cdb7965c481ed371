"""One LISTEN for all who listen, on a real PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from gisserver.serving.front.database import closed_at_last
from gisserver.serving.front.hub import Connect, Hub
from tests.databases import cluster_url
from tests.gisserver.serving.stand_ins import PATIENCE_S

pytestmark = pytest.mark.django_db
NEVER = "SELECT 1, '' WHERE false"
SOON = """SELECT 0.01::float8, '{"event": "partition", "channels": ["community:1"]}'"""
COMMUNITY_1 = frozenset({"community:1"})


@pytest.fixture
def connect() -> Connect:
    """Connect to the database of this test run."""
    address = cluster_url(connection.settings_dict["NAME"])
    return lambda: psycopg.AsyncConnection.connect(address, autocommit=True)


@asynccontextmanager
async def listening(connect: Connect, upcoming: str) -> AsyncIterator[Hub]:
    """Lend a hub that listens by now: it lets go whoever came before."""
    hub = Hub(connect)
    with hub.listening(frozenset()) as early:
        hub.start(asyncio.get_running_loop(), upcoming=upcoming)
        assert await early.next() is None
    yield hub
    hub.stop()


def notification(event: str, *channels: str) -> str:
    return json.dumps({"event": event, "channels": channels})


def test_a_notification_reaches_the_listeners_of_its_channel(connect: Connect) -> None:
    async def heard() -> bytes | None:
        async with listening(connect, NEVER) as hub, await connect() as speaker:
            with hub.listening(COMMUNITY_1) as listener:
                for said in (notification("redraw", "community:2"), notification("partition", "community:1")):
                    await speaker.execute("SELECT pg_notify('gisserver_news', %s)", [said])
                return await listener.next()

    assert asyncio.run(heard()) == b"event: partition\ndata: {}\n\n"


def test_a_moment_that_comes_by_itself_is_told(connect: Connect) -> None:
    async def heard() -> bytes | None:
        async with listening(connect, SOON) as hub:
            with hub.listening(COMMUNITY_1) as listener:
                return await listener.next()

    assert asyncio.run(heard()) == b"event: partition\ndata: {}\n\n"


def test_who_listens_is_let_go_when_the_database_is_lost(connect: Connect) -> None:
    lost: list[psycopg.AsyncConnection[Any]] = []

    async def kept() -> psycopg.AsyncConnection[Any]:
        lost.append(await connect())
        return lost[-1]

    async def heard() -> bytes | None:
        async with listening(kept, NEVER) as hub, await connect() as killer:
            with hub.listening(COMMUNITY_1) as listener:
                await killer.execute("SELECT pg_terminate_backend(%s)", [lost[0].info.backend_pid])
                return await listener.next()

    assert asyncio.run(heard()) is None


def test_what_is_no_news_does_not_end_the_listening(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisserver.serving.front.hub.RETRY_S", 0)

    async def heard() -> list[bytes | None]:
        async with listening(connect, NEVER) as hub, await connect() as speaker:
            with hub.listening(COMMUNITY_1) as listener:
                await speaker.execute("SELECT pg_notify('gisserver_news', 'nonsense')")
                async with asyncio.timeout(PATIENCE_S):
                    return [await listener.next(), await listener.next()]

    assert asyncio.run(heard()) == [None, None]  # as whenever the connection is lost, and when there is a new one


def test_a_connection_is_closed_though_its_task_is_cancelled_twice(connect: Connect) -> None:
    """psycopg rolls back before it closes, and waits for a statement under way: there the second one strikes."""

    async def is_closed() -> bool:
        connection, lent = await connect(), asyncio.Event()

        async def hold() -> None:
            async with closed_at_last(connection):
                lent.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        await lent.wait()
        async with connection.lock:
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        closed = connection.closed
        await connection.close()
        return closed

    assert asyncio.run(is_closed())

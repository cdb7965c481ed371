"""A connection that asks libpq by itself; `test_database.py` has it on a real PostgreSQL."""

import asyncio
import os
import socket
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg.pq import ExecStatus

from gisserver.serving.front.prepared import PreparedStatements
from tests.gisserver.serving.stand_ins import PATIENCE_S


def test_a_new_socket_with_the_number_of_one_that_was_lost_is_left_alone() -> None:
    """libpq closes its socket when the server has gone; another task opens one before the first is told."""

    async def work() -> None:
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        lost, server = socket.socketpair()
        other, speaker = socket.socketpair()
        number = lost.detach()

        def opened() -> None:
            os.dup2(other.fileno(), number)
            loop.add_reader(number, heard.set)

        def consume_input() -> None:
            os.close(number)
            loop.call_soon(opened)
            raise psycopg.OperationalError("gone")

        connection: Any = SimpleNamespace(
            pgconn=SimpleNamespace(socket=number, flush=lambda: 0, consume_input=consume_input)
        )
        with server, other, speaker:
            server.send(b"x")
            with pytest.raises(psycopg.OperationalError, match="gone"):
                await PreparedStatements(connection)._result(ExecStatus.TUPLES_OK)
            speaker.send(b"x")
            async with asyncio.timeout(PATIENCE_S):
                await heard.wait()
            loop.remove_reader(number)
            os.close(number)

    asyncio.run(work())

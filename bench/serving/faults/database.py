"""Faults of the database: queries that wait, and one that stands still."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from http.client import HTTPException

import psycopg

from bench.serving.faults.stack import USERS, Stack
from bench.trials.client import Client

# A table that nobody honest reads here, and a door that reads it.
LOCK = "LOCK TABLE buildings_household IN ACCESS EXCLUSIVE MODE"
WAITS = "/api/households/?limit=1"
PAUSE_S = 0.5


@contextlib.contextmanager
def waiting_queries(stack: Stack) -> Iterator[None]:
    """Have four users, one after another's refusal, ask what waits for a lock that somebody holds."""
    end = threading.Event()

    def ask(token: str) -> None:
        client = Client(stack.port, token)
        while not end.wait(PAUSE_S):
            with contextlib.suppress(OSError, HTTPException):
                client.get(WAITS)

    threads = [threading.Thread(target=ask, args=(stack.tokens[name],)) for name in USERS if "long" in name]
    with psycopg.connect(stack.url) as connection:
        connection.execute(LOCK)
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            end.set()
            with contextlib.suppress(psycopg.Error):  # the server may have ended the one that held the lock
                connection.rollback()
            for thread in threads:
                thread.join()


@contextlib.contextmanager
def stopped_database(stack: Stack) -> Iterator[None]:
    """Stop every process of the database while the block lasts: connections stay, nothing answers."""
    stopped = stack.database()
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in [*stopped, *stack.database()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

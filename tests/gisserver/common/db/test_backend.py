"""Whether a connection still lives is seen at its socket; the server is asked only where there is doubt."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from gisserver.common.db import sql
from gisserver.common.db.backend import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Iterator[BaseDatabaseWrapper]:
    """A second connection to the tests' database, as a thread keeps it between two requests."""
    wrapper = connection.copy()
    wrapper.ensure_connection()
    yield wrapper
    wrapper.close()


def ask(wrapper: BaseDatabaseWrapper, statement: str, *values: Any) -> Any:
    with wrapper.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def last_statement_of(wrapper: BaseDatabaseWrapper) -> str:
    pid = wrapper.connection.info.backend_pid
    return str(ask(connection, "SELECT query FROM pg_stat_activity WHERE pid = %s", pid))


def test_a_quiet_connection_is_usable_unasked(kept: BaseDatabaseWrapper) -> None:
    ask(kept, "SELECT 42")
    assert kept.is_usable()
    assert last_statement_of(kept) == "SELECT 42"


def test_one_that_the_server_has_ended_is_not(kept: BaseDatabaseWrapper) -> None:
    pid = ask(kept, "SELECT pg_backend_pid()")
    assert ask(connection, "SELECT pg_terminate_backend(%s, 10000)", pid)
    assert not kept.is_usable()


def test_the_next_request_after_that_has_a_new_one(kept: BaseDatabaseWrapper) -> None:
    ended = ask(kept, "SELECT pg_backend_pid()")
    ask(connection, "SELECT pg_terminate_backend(%s, 10000)", ended)
    kept.health_check_enabled, kept.health_check_done = True, False  # as at the end of a request
    assert ask(kept, "SELECT pg_backend_pid()") != ended


def test_one_with_something_unread_is_asked(kept: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a reload of the server's configuration."""
    ask(kept, "SELECT 42")
    monkeypatch.setattr(base, "_has_something_to_read", lambda descriptor: True)
    assert kept.is_usable()
    assert last_statement_of(kept) == "SELECT 1"


def test_one_in_a_transaction_is_asked(kept: BaseDatabaseWrapper) -> None:
    """A request that left one has left it in no known state."""
    kept.connection.execute("BEGIN")
    assert kept.is_usable()
    assert last_statement_of(kept) == "SELECT 1"


def test_one_that_was_closed_is_not(kept: BaseDatabaseWrapper) -> None:
    kept.connection.close()
    assert not kept.is_usable()


@pytest.mark.usefixtures("transactional_db")
def test_so_has_a_statement_that_the_server_plans(kept: BaseDatabaseWrapper, tmp_path: Path) -> None:
    path = tmp_path / "pid.sql"
    path.write_text("SELECT pg_backend_pid()", encoding="utf-8")
    [(ended,)] = sql.tuples(path)
    ask(kept, "SELECT pg_terminate_backend(%s, 10000)", ended)
    connection.health_check_enabled, connection.health_check_done = True, False
    assert sql.tuples(path) != [(ended,)]

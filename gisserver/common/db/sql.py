"""Statements longer than an expression live in `.sql` files beside their caller; values are always bound."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from gisserver.common.sentences import Sentence

# lock_not_available, deadlock_detected
LOCKED = ("55P03", "40P01")
LOCK_TIMEOUT: Final = (
    "lock_timeout",
    Sentence("Somebody else is changing the same just now; try again in a few seconds."),
)


@cache
def read(path: Path) -> str:
    """Return the text of a `.sql` file, read once."""
    return path.read_text(encoding="utf-8")


class Now(Enum):
    """What may be given for a moment: the time at which the database begins the statement, without asking for it."""

    NOW = "statement_timestamp()"


NOW: Final = Now.NOW


@cache
def statement(path: Path, tables: Path | None = None, now: tuple[str, ...] = ()) -> str:
    """Return the one statement of ``path``; ``tables`` holds common table expressions that take the place of tables.

    The placeholders ``now`` stand for the time at which it begins. Comments are left out: the driver keeps what it
    has made of texts of up to 4,096 characters.
    """
    text = _without_comments(read(path))
    if tables is not None:
        joined, with_its_own = re.subn(r"^WITH ", ", ", text)
        text = _without_comments(read(tables)) + (joined if with_its_own else text)
    for name in now:
        text = text.replace(f"%({name})s", Now.NOW.value)
    return text


def _without_comments(text: str) -> str:
    return re.sub(r"^ *--.*\n", "", text, flags=re.MULTILINE)


def _written(path: Path, tables: Path | None, values: Mapping[str, Any]) -> str:
    return statement(path, tables, tuple(name for name, value in values.items() if value is NOW))


def _bound(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not NOW}


def run(path: Path, **values: Any) -> list[int]:
    """Execute the statements of ``path`` in order with the same bound values; return the rows each touched.

    Placeholders are ``%(name)s``; statements end with a semicolon at the end of a line.
    """
    touched = []
    with connection.cursor() as cursor:
        for statement in read(path).split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
                touched.append(cursor.rowcount)
    return touched


def rows(path: Path, *, tables: Path | None = None, **values: Any) -> list[Mapping[str, Any]]:
    """Execute the one statement of ``path`` and return its rows as mappings.

    ``tables`` is a file of common table expressions (``WITH name AS (…), …``) that the statement reads in place of the
    tables of the same names. A moment may be `NOW`.
    """
    return rows_of(_written(path, tables, values), **_bound(values))


def rows_around(path: Path, *, slots: Mapping[str, str], **values: Any) -> list[Mapping[str, Any]]:
    """Execute the one statement of ``path`` around others and return its rows as mappings (`around`)."""
    return rows_of(around(path, slots), **values)


def around(path: Path, slots: Mapping[str, str]) -> str:
    """Return the one statement of ``path`` around others (`statement`), which take the place of its ``{slots}``."""
    text = read(path)
    for name, inner in slots.items():
        text = text.replace(f"\n{{{name}}}\n", f"\n{inner}\n")
    return text


def rows_of(text: str, **values: Any) -> list[Mapping[str, Any]]:
    """Execute one statement and return its rows as mappings."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def chunks(text: str, *, size: int, **values: Any) -> Iterator[list[Mapping[str, Any]]]:
    """Execute one statement once and yield its rows as mappings, ``size`` at a time; the server keeps the others."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(text, values)
        names = [column.name for column in cursor.description or ()]
        while found := cursor.fetchmany(size):
            yield [dict(zip(names, row, strict=True)) for row in found]


def tuples(path: Path, *, tables: Path | None = None, **values: Any) -> list[tuple[Any, ...]]:
    """Execute the one statement of ``path``, made of look-ups, and return its rows as plain tuples.

    It is planned once a connection, and its values are bound by the server, where Django would write them into the
    statement; a long list as ``%(name)b``, in PostgreSQL's binary form, which takes a sixth of the time. The rows come
    in that form too. Only for statements whose plan is the same whatever is asked for, and however much of it.

    PostgreSQL keeps a plan only if it costs no more than one for these very values. An array, a limit or a NULL is
    therefore written ``(SELECT %(name)s)``: its length and value are then no part of the estimate.
    """
    return _looked_up(path, tables, values)[1]


def looked_up(path: Path, *, tables: Path | None = None, **values: Any) -> list[Mapping[str, Any]]:
    """Return the rows of `tuples` as mappings."""
    names, found = _looked_up(path, tables, values)
    return [dict(zip(names, row, strict=True)) for row in found]


def run_prepared(path: Path, **values: Any) -> int:
    """Execute the one statement of ``path``, which changes rows; return how many.

    It is planned once a connection and its values are bound by the server, as by `tuples`.
    """
    with server_cursor(prepare=True) as cursor:
        cursor.execute(read(path), values)
        return int(cursor.rowcount)


def _looked_up(path: Path, tables: Path | None, values: Mapping[str, Any]) -> tuple[list[str], list[tuple[Any, ...]]]:
    with server_cursor(prepare=True) as cursor:
        cursor.execute(_written(path, tables, values), _bound(values))
        return [column.name for column in cursor.description or ()], cursor.fetchall()


def is_locked(error: DatabaseError) -> bool:
    """Whether a statement gave up waiting for what somebody else changes: too long, or in a ring of waiters."""
    return getattr(error.__cause__, "sqlstate", None) in LOCKED


def is_unreachable(error: DatabaseError) -> bool:
    """Whether an error means that there is no server to ask: what a server refuses carries an SQLSTATE."""
    cause = error.__cause__
    return isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None


class _ServerCursor(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor that binds on the server and may prepare; Django's own merges values into the text."""

    prepares = False

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_ServerCursor":
        return super().execute(query, params, prepare=self.prepares, binary=True)


@contextmanager
def server_cursor(*, prepare: bool) -> Iterator[CursorWrapper]:
    """Yield a cursor whose values are bound by the server, and whose statements it plans once if ``prepare``.

    Rows come in binary form; Django's errors, query log and ``execute_wrapper`` see what it runs.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 5  # Django's own cursors never prepare, whatever this says
    with _ServerCursor(raw) as plain:
        plain.prepares = prepare
        cursor: Any = plain
        yield connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)

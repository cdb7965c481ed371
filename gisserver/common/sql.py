"""Statements longer than an expression live in `.sql` files beside their caller; values are always bound."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection


@cache
def read(path: Path) -> str:
    """Return the text of a `.sql` file, read once."""
    return path.read_text(encoding="utf-8")


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


def rows(path: Path, **values: Any) -> list[Mapping[str, Any]]:
    """Execute the one statement of ``path`` and return its rows as mappings."""
    with connection.cursor() as cursor:
        cursor.execute(read(path), values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def tuples(path: Path, **values: Any) -> list[tuple[Any, ...]]:
    """Execute the one statement of ``path`` for thousands of rows and return them as plain tuples.

    Values are bound by the server, where Django would write them into the statement; a long list as ``%(name)b``, in
    PostgreSQL's binary form, which takes a sixth of the time. The rows come in that form too.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(read(path), values, binary=True).fetchall()

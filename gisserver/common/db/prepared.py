"""Statements that stay prepared on their connection: parsed and planned once, for as long as their text is the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of ``statement``, whose ``values`` are bound by the server (``%s``, or ``%(name)s``).

    Whole numbers should say their size (``Int8(5)``), else a statement is prepared once for each size that comes by.
    """
    connection.ensure_connection()
    driver: Any = connection.connection
    # Django's own cursors bind values on this side and never prepare, whatever stands here.
    driver.prepare_threshold = 0
    # Not the cursor that logs statements in debugging: the driver doesn't tell the text of a prepared one.
    own: Any = psycopg.Cursor(driver)
    with connection.make_cursor(own) as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found

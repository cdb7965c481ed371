"""The statements that a request asks: counted, timed, and logged with its door when they are slow."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from gisserver.common import observation as observing
from gisserver.common import traces
from gisserver.common.observation import Observation

logger = logging.getLogger("gisserver.slow_queries")

LONGEST_TEXT = 2000
# A string ends at its quote, a backslash before it counting only in E'…'. One without an end takes all that follows.
_TOKEN = re.compile(
    r"""(?P<kept>"(?:[^"]|"")*"|%\(\w+\)[sbt]|\$\d+)
    |(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<value>\b[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z)|'(?:[^']|'')*(?:'|\Z)|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)
        |(?<![\w.])\d[\w.]*)""",
    re.VERBOSE | re.DOTALL,
)


def watch() -> None:
    """Have every statement counted that this thread asks through Django's connections, from now on."""
    for each in connections.all():
        if _observe not in each.execute_wrappers:
            each.execute_wrappers.append(_observe)


def _observe(execute: Callable[..., Any], query: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a statement for Django (its `execute_wrapper`), and count it."""
    observation = observing.current()
    if observation is None:
        return execute(query, params, many, context)
    began = time.perf_counter()
    try:
        return execute(query, params, many, context)
    finally:
        _count(observation, query, time.perf_counter() - began, context["cursor"].rowcount)


@contextmanager
def copying(cursor: Any, statement: str | sql.Composable) -> Iterator[psycopg.Copy]:
    """Yield the COPY of a Django cursor: counted as a statement is, its errors turned into Django's.

    Django does either for what goes through ``execute`` only.
    """
    observation = observing.current()
    began = time.perf_counter()
    try:
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            yield copy
    finally:
        if observation is not None:
            _count(observation, statement, time.perf_counter() - began, cursor.rowcount)


def _count(observation: Observation, query: Any, seconds: float, rows: int) -> None:
    observation.add(seconds, rows)
    slow = seconds * 1000 >= settings.SLOW_QUERY_MS
    if not slow and observation.span is None:
        return
    text = without_values(query.as_string(None) if isinstance(query, sql.Composable) else str(query))
    if observation.span is not None:
        traces.statement(observation, text, seconds=seconds, rows=rows)
    if slow:
        _log(observation, text, seconds, rows)


def _log(observation: Observation, text: str, seconds: float, rows: int) -> None:
    members = {
        "event": "slow_query",
        "request": observation.request_id,
        "door": observation.door(),
        "ms": round(seconds * 1000, 1),
        "rows": max(rows, 0),
        "sql": text,
    }
    logger.warning("slow statement", extra={"members": members})


def without_values(statement: str) -> str:
    """Return the text of a statement on one line with `?` for every string and number in it, without its comments.

    Most values are bound and not in it; COPY and some parts of statements hold theirs as literals.
    """
    text = " ".join(_TOKEN.sub(_masked, statement).split())
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]} …"


def _masked(found: re.Match[str]) -> str:
    if found["comment"] is not None:
        return " "
    return "?" if found["kept"] is None else found["kept"]

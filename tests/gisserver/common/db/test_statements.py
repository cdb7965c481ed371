"""Statements of a request are counted, and the slow ones logged with their door, without a value."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from gisserver.common import observation as observing
from gisserver.common.db import statements
from gisserver.common.db.statements import without_values
from gisserver.common.observation import Observation


class Records(logging.Handler):
    """What was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.members: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.members.append(record.__dict__["members"])


@pytest.fixture
def request_seen() -> Iterator[Observation]:
    observation = Observation("id-1", door=lambda: "/api/grids/<str:code>/", user=lambda: 7)
    statements.watch()
    observing.begin(observation)
    yield observation
    observing.end()


@pytest.fixture
def slow() -> Iterator[Records]:
    records = Records()
    statements.logger.addHandler(records)
    yield records
    statements.logger.removeHandler(records)


@pytest.mark.django_db
def test_a_statement_counts_with_its_rows(request_seen: Observation) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT generate_series(1, %s)", [5])
    assert (request_seen.statements, request_seen.rows) == (1, 5)


@pytest.mark.django_db
def test_a_statement_that_fails_counts_too(request_seen: Observation) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert (request_seen.statements, request_seen.rows) == (1, 0)


@pytest.mark.django_db
def test_a_copy_counts_with_its_rows_and_raises_django_s_errors(request_seen: Observation) -> None:
    with (
        connection.cursor() as cursor,
        statements.copying(cursor, "COPY (SELECT generate_series(1, 3)) TO STDOUT") as c,
    ):
        assert len(list(c)) == 3
    assert (request_seen.statements, request_seen.rows) == (1, 3)
    with (
        pytest.raises(DatabaseError),
        connection.cursor() as cursor,
        statements.copying(cursor, "COPY nothing TO STDOUT"),
    ):
        pass


@pytest.mark.django_db
def test_outside_a_request_nothing_is_counted_or_logged(slow: Records, settings: Any) -> None:
    settings.SLOW_QUERY_MS = 0
    statements.watch()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert slow.members == []


@pytest.mark.django_db
def test_a_slow_statement_names_its_door_and_its_request(
    slow: Records, request_seen: Observation, settings: Any
) -> None:
    settings.SLOW_QUERY_MS = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text,\n  'secret'", ["13912345678"])
    [noted] = slow.members
    assert noted.pop("ms") >= 0
    assert noted == {
        "event": "slow_query",
        "request": "id-1",
        "door": "/api/grids/<str:code>/",
        "rows": 1,
        "sql": "SELECT %s::text, ?",
    }


@pytest.mark.django_db
def test_a_quick_statement_is_not_logged(slow: Records, request_seen: Observation, settings: Any) -> None:
    settings.SLOW_QUERY_MS = 60_000
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert slow.members == []


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("SELECT a1, geom_3857 FROM t WHERE x = 4547", "SELECT a1, geom_3857 FROM t WHERE x = ?"),
        ("SELECT %(name)s, %s, $1", "SELECT %(name)s, %s, $1"),
        ("SELECT 'it''s' || E'a\\'b' || 'c\\'", "SELECT ? || ? || ?"),
        ('SELECT "name 1" AS "it\'s"', 'SELECT "name 1" AS "it\'s"'),
        ("SELECT $$a 'b'$$, $x$ $$ $x$", "SELECT ?, ?"),
        ("SELECT 1.5e3, -- 13912345678\n 2 /* 诸葛 */", "SELECT ?, ?"),
        ("SELECT 'never closed", "SELECT ?"),
    ],
)
def test_values_are_taken_out_and_names_stay(statement: str, text: str) -> None:
    assert without_values(statement) == text


@given(st.text(st.sampled_from("a1'\"\\$-/*%?:;eE\n坪"), max_size=20), st.integers(-(10**20), 10**20))
def test_no_literal_survives(value: str, number: int) -> None:
    literals = [sql.Literal(value + "诸葛"), sql.Literal(number)]
    statement = sql.SQL("SELECT {} || {} FROM t").format(*literals).as_string(None)
    assert without_values(statement).replace("-?", "?") == "SELECT ? || ? FROM t"


def test_a_long_text_is_cut() -> None:
    assert len(without_values("SELECT " + "a, " * 5000)) == statements.LONGEST_TEXT + 2

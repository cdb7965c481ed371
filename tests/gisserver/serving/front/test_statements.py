"""Django's statements, by number: PostgreSQL gets what psycopg would have sent."""

import psycopg
import pytest
from django.db import connection

from gisserver.serving.front.statements import numbered


def test_each_name_has_one_number_in_the_order_of_its_first_use() -> None:
    statement = numbered("SELECT %(b)s, %(a)s::int, %(b)s, 10 %% 3")
    assert (statement.sql, statement.names) == (b"SELECT $1, $2::int, $1, 10 % 3", ("b", "a"))
    assert statement.bound({"a": 1, "b": "x", "more": None}) == ["x", 1]


@pytest.mark.django_db
def test_the_rows_are_those_of_the_statement_with_names() -> None:
    text, values = "SELECT %(a)s::text || '%%(a)s', %(n)s::int %% 4 WHERE %(a)s::text = 'x'", {"n": 7, "a": "x"}
    connection.ensure_connection()
    statement, raw = numbered(text), connection.connection
    ours = psycopg.RawCursor(raw).execute(statement.sql, statement.bound(values)).fetchall()
    assert ours == psycopg.Cursor(raw).execute(text, values).fetchall() == [("x%(a)s", 3)]

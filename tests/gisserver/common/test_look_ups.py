"""Statements that are bound and planned by the server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection

from gisserver.common.db.sql import NOW, looked_up, rows, tuples

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubled(tmp_path: Path) -> Path:
    path = tmp_path / "doubled.sql"
    path.write_text("SELECT n, 2 * n AS twice FROM unnest(%(numbers)b::bigint[]) AS n", encoding="utf-8")
    return path


def test_rows_come_as_tuples(doubled: Path) -> None:
    assert tuples(doubled, numbers=[1, 2]) == [(1, 2), (2, 4)]


def test_rows_come_by_name(doubled: Path) -> None:
    assert looked_up(doubled, numbers=[3]) == [{"n": 3, "twice": 6}]


def test_none_asked_for_is_none_found(doubled: Path) -> None:
    assert tuples(doubled, numbers=[]) == []


def test_a_statement_is_planned_once_a_connection(doubled: Path) -> None:
    for _ in range(3):
        tuples(doubled, numbers=[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%2 * n AS twice%%'")
        assert cursor.fetchone() == (1,)


def test_what_the_database_refuses_is_said_in_djangos_words(tmp_path: Path) -> None:
    path = tmp_path / "wrong.sql"
    path.write_text("SELECT nothing_of_this_name", encoding="utf-8")
    with pytest.raises(ProgrammingError):
        tuples(path)


@pytest.mark.parametrize("look_up", [rows, looked_up])
def test_now_is_the_time_at_which_the_statement_begins(tmp_path: Path, look_up: Any) -> None:
    path = tmp_path / "moment.sql"
    path.write_text("SELECT %(moment)s::timestamptz = statement_timestamp() AS now", encoding="utf-8")
    assert look_up(path, moment=NOW) == [{"now": True}]
    assert look_up(path, moment=datetime(2024, 1, 1, tzinfo=UTC)) == [{"now": False}]

import pytest
from django.db import DataError, connection
from psycopg.types.numeric import Int8

from gisserver.common.db import prepared

pytestmark = pytest.mark.django_db


def count(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{text}%"])
        [(found,)] = cursor.fetchall()
    return int(found)


def test_a_statement_is_prepared_once_whatever_it_binds() -> None:
    asked = [prepared.rows("SELECT %s::bigint AS once_only", [Int8(number)]) for number in (1, 70_000, 2**40)]
    assert asked == [[(1,)], [(70_000,)], [(2**40,)]]
    assert count("once_only") == 1


def test_values_are_bound_by_name_too() -> None:
    assert prepared.rows("SELECT %(a)s::text || %(a)s::text", {"a": "x';--"}) == [("x';--x';--",)]


def test_what_the_database_refuses_is_an_error_of_django() -> None:
    with pytest.raises(DataError):
        prepared.rows("SELECT 1 / %s::int", [0])

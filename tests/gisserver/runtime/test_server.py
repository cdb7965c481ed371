from collections.abc import Iterator

import psycopg
import pytest

from gisserver.runtime.server import create_database, shortcomings


@pytest.fixture
def maintenance(running) -> Iterator[psycopg.Connection]:
    with connect(running, "postgres") as connection:
        yield connection


def connect(private, name: str) -> psycopg.Connection:
    return psycopg.connect(host=str(private.sockets), port=5432, user="gisserver", dbname=name, autocommit=True)


def test_a_new_database_of_our_own_lacks_nothing(running, maintenance):
    create_database(maintenance, "fit")
    with connect(running, "fit") as connection:
        assert shortcomings(connection) == []


def test_creating_it_again_changes_nothing(maintenance):
    create_database(maintenance, "twice")
    create_database(maintenance, "twice")
    assert maintenance.execute("SELECT count(*) FROM pg_database WHERE datname = 'twice'").fetchone() == (1,)


def test_a_database_that_sees_no_chinese_is_named(running, maintenance):
    maintenance.execute("CREATE DATABASE deaf TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")
    with connect(running, "deaf") as connection:
        (lack,) = shortcomings(connection)
    assert "LC_CTYPE C" in lack


def test_everything_that_is_missing_is_named_at_once(running, maintenance):
    maintenance.execute("CREATE DATABASE ascii TEMPLATE template0 LOCALE 'C' ENCODING 'SQL_ASCII'")
    maintenance.execute("CREATE ROLE nobody_special LOGIN")
    with connect(running, "ascii") as connection:
        connection.execute("SET ROLE nobody_special")
        lacks = "\n".join(shortcomings(connection))
    assert all(word in lacks for word in ("UTF8", "postgis", "btree_gist", "pg_trgm", "unaccent"))

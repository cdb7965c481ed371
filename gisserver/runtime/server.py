"""What the server needs of PostgreSQL, and the one message that names everything it lacks."""

from typing import Any

import psycopg
from psycopg import sql

OLDEST_SERVER = 150000
OLDEST_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm", "fuzzystrmatch", "unaccent")


def shortcomings(connection: psycopg.Connection[Any]) -> list[str]:
    """Return everything that this database lacks, each with its remedy; creates the extensions it may create.

    Looks at the server's version, the encoding, each extension, PostGIS' version, and whether pg_trgm sees
    Chinese (with LC_CTYPE "C" it finds no letters in it). ``connection`` must be in autocommit mode.
    """
    found = [*_version(connection), *_encoding(connection)]
    for name in EXTENSIONS:
        found += _extension(connection, name)
    return found + _postgis(connection) + _chinese(connection)


def create_database(connection: psycopg.Connection[Any], name: str) -> None:
    """Create the database ``name`` in UTF-8 with the cluster's locale; one that exists is left as it is."""
    row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if row is None:
        connection.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8'").format(sql.Identifier(name)))


def _version(connection: psycopg.Connection[Any]) -> list[str]:
    if connection.info.server_version >= OLDEST_SERVER:
        return []
    return [(f"PostgreSQL 15 or newer is needed, this server is {connection.info.parameter_status('server_version')}")]


def _encoding(connection: psycopg.Connection[Any]) -> list[str]:
    encoding = _value(connection, "SHOW server_encoding")
    if encoding == "UTF8":
        return []
    return [
        (
            f"the database's encoding must be UTF8, it is {encoding}: "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
    ]


def _extension(connection: psycopg.Connection[Any], name: str) -> list[str]:
    if _value(connection, "SELECT count(*) FROM pg_extension WHERE extname = %s", name):
        return []
    if not _value(connection, "SELECT count(*) FROM pg_available_extensions WHERE name = %s", name):
        return [(f"the extension {name} is not installed on the database's machine (Debian: postgresql-NN-postgis-3)")]
    try:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        return [
            (
                f"the extension {name} could not be created ({error.diag.message_primary}): "
                f"let a superuser CREATE EXTENSION {name}"
            )
        ]
    return []


def _postgis(connection: psycopg.Connection[Any]) -> list[str]:
    if not _value(connection, "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"):
        return []
    version = str(_value(connection, "SELECT postgis_lib_version()"))
    if tuple(int(part) for part in version.split(".")[:2]) >= OLDEST_POSTGIS:
        return []
    return [f"PostGIS 3.3 or newer is needed, this server has {version}"]


def _chinese(connection: psycopg.Connection[Any]) -> list[str]:
    if not _value(connection, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"):
        return []
    if _value(connection, "SELECT cardinality(show_trgm('坪山'))"):
        return []
    ctype = _value(connection, "SELECT datctype FROM pg_database WHERE datname = current_database()")
    return [
        (f"pg_trgm finds no Chinese with LC_CTYPE {ctype}: CREATE DATABASE … LC_CTYPE 'C.UTF-8' TEMPLATE template0")
    ]


def _value(connection: psycopg.Connection[Any], query: str, *values: object) -> Any:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None

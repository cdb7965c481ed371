"""The users that credentials stand for, each read with his grants by one statement that the database has planned."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from psycopg.types.numeric import Int8

from gisserver.common.access.models import remember_scope
from gisserver.common.access.scope import scope_of_grants
from gisserver.common.db import sql

_HERE = Path(__file__).parent
_BY_ID = "%(user)s"
_BY_DIGEST = (
    "(SELECT t.user_id FROM access_token t WHERE t.digest = %(digest)s AND t.expires_at > statement_timestamp())"
)


def of_id(user_id: int) -> User | None:
    """Return the active user of this id, or None."""
    return _read(_BY_ID, user=Int8(user_id))


def of_token(digest: str) -> User | None:
    """Return the active user of the unexpired token that has this digest, or None."""
    return _read(_BY_DIGEST, digest=digest)


def of_tokens(digests: Collection[str]) -> dict[str, User]:
    """Return by digest the active users of the unexpired tokens that have one of these, with one statement."""
    with sql.server_cursor(prepare=True) as cursor:
        cursor.execute(_statement_of_many(), {"digests": list(digests)})
        return {row[0]: _user(row[1:]) for row in cursor.fetchall()}


@cache
def _statement_of_many() -> str:
    return (
        f"SELECT t.digest, {_columns()} FROM access_token t JOIN auth_user u ON u.id = t.user_id"  # noqa: S608
        " WHERE t.digest = ANY(%(digests)s) AND t.expires_at > statement_timestamp() AND u.is_active"
    )


@cache
def _columns() -> str:
    columns = ", ".join(f'u."{field.column}"' for field in User._meta.concrete_fields)
    return f"{columns}, {sql.read(_HERE / 'grants.sql')}"


@cache
def _statement(which: str) -> str:
    return f"SELECT {_columns()} FROM auth_user u WHERE u.is_active AND u.id = {which}"  # noqa: S608


@cache
def _attributes() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


def _read(which: str, **values: Any) -> User | None:
    with sql.server_cursor(prepare=True) as cursor:
        cursor.execute(_statement(which), values)
        row = cursor.fetchone()
    return None if row is None else _user(row)


def _user(row: Sequence[Any]) -> User:
    user = User.from_db(connection.alias, _attributes(), row[:-1])
    remember_scope(user, scope_of_grants(row[-1]))
    return user

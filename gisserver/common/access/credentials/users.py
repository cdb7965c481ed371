"""The users that credentials stand for, each read with his grants by one statement that the database has planned."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from psycopg.types.numeric import Int8

from gisserver.common.access.models import remember_scope
from gisserver.common.access.scope import Scope, scope_of_grants
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


def scopes_of_tokens(digests: Collection[str]) -> dict[str, tuple[int, Scope]]:
    """Return by digest the id and the scope of each active user whose unexpired token has one of these.

    One statement.
    """
    statement = (
        f"SELECT t.digest, u.id, {sql.read(_HERE / 'grants.sql')}"  # noqa: S608
        " FROM access_token t JOIN auth_user u ON u.id = t.user_id"
        " WHERE t.digest = ANY(%(digests)s) AND t.expires_at > statement_timestamp() AND u.is_active"
    )
    with sql.server_cursor(prepare=True) as cursor:
        cursor.execute(statement, {"digests": list(digests)})
        return {digest: (user, scope_of_grants(grants)) for digest, user, grants in cursor.fetchall()}


@cache
def _statement(which: str) -> str:
    columns = ", ".join(f'u."{field.column}"' for field in User._meta.concrete_fields)
    grants = sql.read(_HERE / "grants.sql")
    return f"SELECT {columns}, {grants} FROM auth_user u WHERE u.is_active AND u.id = {which}"  # noqa: S608


@cache
def _attributes() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


def _read(which: str, **values: Any) -> User | None:
    with sql.server_cursor(prepare=True) as cursor:
        cursor.execute(_statement(which), values)
        row = cursor.fetchone()
    if row is None:
        return None
    user = User.from_db(connection.alias, _attributes(), row[:-1])
    remember_scope(user, scope_of_grants(row[-1]))
    return user

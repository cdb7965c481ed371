"""Credentials looked at again, for whoever answers from memory: does a token or session still stand for the same user?

One statement, so that a caller may ask something of its own at the same look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, parse_cookie
from django.http.response import HttpResponseBase
from psycopg.types.numeric import Int8

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import scope_of
from gisserver.common.access.scope import holder_mark, key_of
from gisserver.common.db.sql import read
from gisserver.common.errors import NotAuthenticated

# Headers of answers that the front may give again, or that stay open.
REUSABLE = ("X-Gisserver-Plan", "X-Gisserver-Keep", "X-Gisserver-News")
_HERE = Path(__file__).parent
_PROOFS = {
    "token": "EXISTS (SELECT 1 FROM access_token t"
    " WHERE t.digest = %(proof)s AND t.user_id = u.id AND t.expires_at > statement_timestamp())",
    "session": "EXISTS (SELECT 1 FROM django_session s"
    " WHERE s.session_key = %(proof)s AND s.expire_date > statement_timestamp())",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows: a token's digest, or a session's key."""

    kind: str
    proof: str


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom Django took a credential: the user, the password's hash and the scope of then."""

    user_id: int
    password: str
    scope_key: str


def shown(meta: Mapping[str, Any]) -> Credential | None:
    """Return what a request shows, given its headers as WSGI names them, in the order in which the middleware looks."""
    header = meta.get("HTTP_AUTHORIZATION", "")
    if header:
        try:
            token = tokens.token_in(header)
        except NotAuthenticated:
            return None
        return None if token is None else Credential("token", tokens.digest(token))
    key = parse_cookie(meta.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    return Credential("session", key) if key else None


def holder_of(user: AbstractBaseUser) -> Holder:
    """Return who a signed-in user is, by the scope that has been read for this request."""
    return Holder(user.pk, user.password, scope_of(user).key)


def attach_holder(request: HttpRequest, response: HttpResponseBase) -> None:
    """Tell the front for whom an answer is that it may give again, or go on with.

    By the scope that was read for this request: should that change in between, a look will find another one.
    """
    user: Any = request.user
    if any(name in response for name in REUSABLE) and user.is_authenticated:
        holder = holder_of(user)
        mark = holder_mark(holder.password, holder.scope_key)
        response["X-Gisserver-Holder"] = f'{{"user":{holder.user_id},"mark":"{mark}"}}'


@cache
def statement(kind: str, more: str) -> str:
    """Return the statement that looks at a credential of this ``kind``; ``more`` is a column of the caller's (SQL)."""
    return read(_HERE / "recheck.sql").format(grants=read(_HERE / "grants.sql"), proof=_PROOFS[kind], more=more)


def values(credential: Credential, holder: Holder) -> dict[str, Any]:
    """Return what `statement` binds."""
    return {"user": Int8(holder.user_id), "proof": credential.proof}


def is_same(holder: Holder, password: str, grants: str) -> bool:
    """Say whether the columns ``password`` and ``grants`` of `statement` are still those of ``holder``."""
    return password == holder.password and key_of(grants) == holder.scope_key

"""Issue, find and end tokens."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from gisserver.common.access import security
from gisserver.common.access.credentials import users
from gisserver.common.access.models import Token
from gisserver.common.db.clock import database_now
from gisserver.common.errors import NotAuthenticated

PREFIX = "gs_"  # lets secret scanners recognise a leaked token


def token_in(header: str) -> str | None:
    """Return the token that an Authorization header carries, or None when it names no known scheme.

    Raises NotAuthenticated when the header is malformed.
    """
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError as error:  # no base64, or no UTF-8
        raise NotAuthenticated("bad_authorization", "The Authorization header is not valid Basic.") from error
    return password


def digest(text: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(text.encode()).hexdigest()


def issue(*, user: User, label: str = "", lifetime_hours: float | None = None) -> tuple[str, Token]:
    """Make a token for ``user``; return its text, which is shown only now, and its row."""
    hours = settings.TOKEN_LIFETIME_HOURS if lifetime_hours is None else lifetime_hours
    text = PREFIX + secrets.token_urlsafe(32)
    row = Token.objects.create(
        user=user, digest=digest(text), label=label, expires_at=database_now() + timedelta(hours=hours)
    )
    security.note(security.Kind.TOKEN_ISSUED, subject=user.pk, token=row.pk)
    return text, row


def owner_of(text: str) -> User | None:
    """Return the active user of an unexpired token, or None."""
    return users.of_token(digest(text))


def owners_of(texts: Iterable[str]) -> dict[str, User]:
    """Return the active users of those of these tokens that have not expired, each with its scope, read at once."""
    by_digest = {digest(text): text for text in texts}
    return {by_digest[found]: user for found, user in users.of_tokens(by_digest).items()}


def alive() -> QuerySet[Token]:
    """Return the tokens that have not expired or been ended, the newest first."""
    return Token.objects.filter(expires_at__gt=Now()).order_by("-created_at", "-pk")


def revoke(rows: QuerySet[Token]) -> int:
    """End those of ``rows`` that are alive at once; return how many."""
    with transaction.atomic():
        alive_now = rows.filter(expires_at__gt=Now()).select_for_update(of=("self",))
        ended = dict(alive_now.values_list("pk", "user_id"))
        Token.objects.filter(pk__in=ended).update(expires_at=Now())
        for pk, user_id in ended.items():
            security.note(security.Kind.TOKEN_REVOKED, subject=user_id, token=pk)
    return len(ended)


def end(text: str) -> bool:
    """End a token at once; say whether it was alive."""
    return bool(revoke(Token.objects.filter(digest=digest(text))))

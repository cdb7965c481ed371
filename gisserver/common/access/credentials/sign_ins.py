"""The record of who signed in from where, and the brake on guessing passwords and tokens.

A brake that anybody can pull on anybody would lock the rightful user out: it holds the address that guesses, and the
name only for addresses from which that name has not signed in of late.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now
from django.http import HttpRequest

from gisserver.common.access import security
from gisserver.common.access.models import SignIn, SignInKind
from gisserver.common.db import sql
from gisserver.common.errors import TooMany
from gisserver.common.observation import forwarded_address

WINDOW = timedelta(minutes=15)
# Wrong attempts within the window: for one name from one address, from one address, for one name from anywhere.
PER_NAME_AND_ADDRESS, PER_ADDRESS, PER_NAME = 10, 100, 100
# An address from which a name has signed in is known for so long.
KNOWN_FOR = timedelta(days=30)
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who says that he is ``name`` ('' for a token) and comes from ``address``."""

    kind: SignInKind
    name: str
    address: str


def client_address(request: HttpRequest) -> str:
    """Return the address of the client; behind a proxy (`BEHIND_PROXY`) the one that the proxy has added."""
    forwarded = forwarded_address(request.headers.get("X-Forwarded-For", "")) if settings.BEHIND_PROXY else ""
    return forwarded or str(request.META.get("REMOTE_ADDR", ""))


def refuse_if_too_many(attempt: Attempt) -> None:
    """Raise TooMany ``too_many_attempts`` when there were too many wrong attempts like this one lately."""
    [counted] = sql.rows(
        Path(__file__).with_name("attempts.sql"),
        kind=attempt.kind.value,
        name=attempt.name[:150],
        address=attempt.address,
        window=WINDOW,
        known_for=KNOWN_FOR,
    )
    braked = counted["by_address"] >= PER_ADDRESS
    if attempt.kind == SignInKind.PASSWORD:
        braked |= counted["by_both"] >= PER_NAME_AND_ADDRESS
        braked |= counted["by_name"] >= PER_NAME and not counted["known"]
    if braked:
        security.note(security.Kind.SIGN_IN, security.Outcome.BRAKED, by=attempt.kind.value)
        raise TooMany(
            "too_many_attempts",
            "Too many wrong attempts; wait before you try again.",
            retry_after_s=max(1, counted["wait_s"]),
        )


def record(attempt: Attempt, *, user_id: int | None) -> None:
    """Write down an attempt: it has succeeded as the user ``user_id``, or failed."""
    succeeded = user_id is not None
    SignIn.objects.create(kind=attempt.kind, name=attempt.name[:150], address=attempt.address, succeeded=succeeded)
    outcome = security.Outcome.DONE if succeeded else security.Outcome.REFUSED
    security.note(security.Kind.SIGN_IN, outcome, subject=user_id, by=attempt.kind.value)


def forget_old() -> int:
    """Remove what was recorded half a year ago; return how many."""
    return SignIn.objects.filter(at__lt=Now() - KEPT).delete()[0]

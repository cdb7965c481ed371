"""What doors share that answer many requests together, without Django's middleware: who asks, headers, notes."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.contrib.auth.models import User

from gisserver.common.access.credentials import recheck, users
from gisserver.common.observation import HEADER, Observation
from gisserver.common.web.observed import REQUESTS

Environ = dict[str, Any]
One = tuple[int, list[tuple[str, str]], bytes]
# What Django says beside an answer in JSON.
HEADERS: Final = [
    ("Content-Type", "application/json"),
    ("Vary", "Accept-Language, Cookie"),
    ("Allow", "GET, HEAD, OPTIONS"),
    ("Cache-Control", "no-store"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


def takes_json(environ: Environ) -> bool:
    """Whether a request may be answered in JSON."""
    accepted = environ.get("HTTP_ACCEPT", "*/*")
    return "json" in accepted or "*/*" in accepted


def owners_of(headers: Iterable[str]) -> dict[str, User]:
    """Return the users whose tokens stand in these headers (Authorization)."""
    shown = {header: recheck.shown({"HTTP_AUTHORIZATION": header}) for header in set(headers)}
    tokens = {header: credential.proof for header, credential in shown.items() if credential is not None}
    known = users.of_tokens(set(tokens.values())) if tokens else {}
    return {header: known[proof] for header, proof in tokens.items() if proof in known}


def noted(door: str, method: str, status: int, *, users: Sequence[int], seconds: float) -> list[tuple[str, str]]:
    """Count requests of ``door`` (a URL pattern), one by each of ``users``; return for each the header that tells it.

    The front's log takes the header. ``seconds`` is how long all of them took, since none was answered before.
    """
    REQUESTS.count(door, method, status, [seconds] * len(users))
    told = {user: Observation("", door=lambda: door, user=partial(int, user)).header() for user in set(users)}
    return [(HEADER, told[user]) for user in users]

"""What doors share that answer many requests together, without Django's middleware or with it once for all alike.

Who asks, which headers, what is noted.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import User

from gisserver.common.access.credentials import recheck, users
from gisserver.common.observation import ENVIRON_ID, HEADER, Observation, observed
from gisserver.common.web.observed import REQUESTS

Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]
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
# In what requests of the same client, or of the same kind, may differ without another header in the answer.
_OF_ONE = frozenset({ENVIRON_ID, "CONTENT_LENGTH", "HTTP_IDEMPOTENCY_KEY", "HTTP_X_REQUEST_ID", "REMOTE_PORT"})


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


class Made:
    """Answers to requests of one door that were made together: the first of those alike tells the others' headers."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._alike: dict[frozenset[tuple[str, str]], tuple[int, list[tuple[str, str]]]] = {}

    def answer(
        self, environ: Mapping[str, Any], body: bytes, own: Mapping[str, str], make: Callable[[], Answer]
    ) -> Answer:
        """Return what ``make`` answers to a request; for those alike, its headers but their ``own``, and this ``body``.

        Each is counted.
        """
        if settings.TRACES or ENVIRON_ID not in environ:  # each has a span of its own, or tells its own id
            return make()
        alike = frozenset(
            (name, value) for name, value in environ.items() if type(value) is str and name not in _OF_ONE
        )
        if alike not in self._alike:
            made = make()
            self._alike[alike] = made[:2]
            return made
        status, headers = self._alike[alike]
        door = observed(dict(headers)[HEADER])["door"]
        REQUESTS.count(door, environ["REQUEST_METHOD"], status, [time.perf_counter() - self._began])
        new = {**own, "Content-Length": str(len(body))}
        return status, [(name, new.get(name, value)) for name, value in headers], body


def noted(door: str, method: str, status: int, *, users: Sequence[int], seconds: float) -> list[tuple[str, str]]:
    """Count requests of ``door`` (a URL pattern), one by each of ``users``; return for each the header that tells it.

    The front's log takes the header. ``seconds`` is how long all of them took, since none was answered before.
    """
    REQUESTS.count(door, method, status, [seconds] * len(users))
    told = {user: Observation("", door=lambda: door, user=partial(int, user)).header() for user in set(users)}
    return [(HEADER, told[user]) for user in users]

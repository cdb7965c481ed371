"""What is noted about a request while it is answered: its id, its door, who asks, what it asked of the database.

The front makes the id and passes it to Django in the environ (`ENVIRON_ID`). Django's answer brings the rest back in
one header (`HEADER`), which the front takes out. It holds ids, figures and patterns, nothing that somebody has written.
No Django here: the front reads and writes the same words.
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# The keys of the environ: the front's id of the request, and the `Observation` itself, complete when the body has gone.
ENVIRON_ID, ENVIRON_OBSERVATION = "gisserver.request_id", "gisserver.observation"
HEADER, ID_HEADER = "X-Gisserver-Log", "X-Request-Id"
UNKNOWN_DOOR = "unknown"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(slots=True)
class Observation:
    """One request. ``door`` and ``user`` tell what is known of them so far: a URL pattern, a user's id."""

    request_id: str
    door: Callable[[], str]
    user: Callable[[], int | None]
    address: Callable[[], str] = str  # of the client; only the security log tells it
    code: str = ""  # of the refusal, if it was refused
    statements: int = 0
    database_s: float = 0.0
    rows: int = 0
    span: Any = None  # of OpenTelemetry, when traces are configured

    def add(self, seconds: float, rows: int) -> None:
        """Count a statement; ``rows`` below zero are unknown."""
        self.statements += 1
        self.database_s += seconds
        self.rows += max(rows, 0)

    def header(self) -> str:
        """Return what is known now as the value of `HEADER`, ASCII whatever it says."""
        return json.dumps(
            {
                "door": self.door(),
                "user": self.user(),
                "statements": self.statements,
                "db_ms": round(self.database_s * 1000, 1),
                "rows": self.rows,
            },
            separators=(",", ":"),
        )


_current: ContextVar[Observation | None] = ContextVar("observation", default=None)


def current() -> Observation | None:
    """Return the request that this thread is answering, None outside of one."""
    return _current.get()


def begin(observation: Observation) -> None:
    """Note from here on what this thread does for a request."""
    _current.set(observation)


def end() -> None:
    """The request has been answered to the last byte."""
    _current.set(None)


@lru_cache(1024)
def observed(header: str | None) -> Mapping[str, Any]:
    """Return what a value of `HEADER` tells; nothing when there was none."""
    values: Mapping[str, Any] = json.loads(header) if header else {}
    return values


def request_id(given: str | None, *, trusted: bool) -> str:
    """Return the id of a request: the one ``given`` in its header when that is well formed and ``trusted``.

    That is, set by a proxy of ours; otherwise a new one, 32 hexadecimal digits.
    """
    if trusted and given and _WELL_FORMED.fullmatch(given):
        return given
    return secrets.token_hex(16)


def forwarded_address(header: str) -> str:
    """Return the address that our proxy has added to X-Forwarded-For, at its end; '' where there is none."""
    return header.rpartition(",")[2].strip()[:45]


def method_of(given: str) -> str:
    """Return a request's method, OTHER for what HTTP does not know: a client may write anything there."""
    return given if given in METHODS else "OTHER"

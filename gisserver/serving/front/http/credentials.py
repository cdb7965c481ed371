"""What a request shows of who asks: a token's digest, or a session's key."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gisserver.serving.front.http.cookies import cookie


@dataclass(frozen=True, slots=True)
class Credential:
    """A token's digest, or a session's key."""

    kind: str
    proof: str


# No credential of ours is so long, and thousands of them are kept.
_MOST_CHARACTERS = 1024
# Of it Django says what is wrong.
UNREADABLE = Credential("unreadable", "")


class Credentials:
    """Finds credentials in headers, in the order in which Django looks for them."""

    def __init__(self) -> None:
        self.session_cookie = "sessionid"

    def shown(self, headers: Mapping[str, str]) -> Credential | None:
        """Return what a request shows, None when that is nothing."""
        header = headers.get("authorization", "")
        if header:
            return _token(header) if len(header) <= _MOST_CHARACTERS else UNREADABLE
        key = cookie(headers, self.session_cookie)
        if len(key) > _MOST_CHARACTERS:
            return UNREADABLE
        return Credential("session", key) if key else None


@lru_cache(4096)
def _token(header: str) -> Credential:
    scheme, _, value = header.partition(" ")
    text = value.strip()
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return UNREADABLE
    elif scheme.lower() != "bearer":
        return UNREADABLE
    return Credential("token", hashlib.sha256(text.encode()).hexdigest())

"""One POST to somebody else's server: to an address that was looked at, with an end in time, without redirects."""

import contextlib
import email.utils
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult

from django.utils.encoding import iri_to_uri

from gisserver.common.errors import Invalid
from gisserver.common.webhooks import targets

# For each wait, and for all of it: a server that answers a byte at a time holds nobody longer.
WAIT_S = 10.0
WHOLE_S = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a status, or in a word why there is none; and how long the receiver asks to be left alone."""

    status: int | None
    error: str = ""
    retry_after_s: float = 0.0

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send ``body`` and return what came of it; nothing that the receiver does raises."""
    try:
        parts = targets.parsed(url)
        return _posted(parts, targets.addresses_of(parts), body, headers)
    except Invalid as refusal:
        return Outcome(None, refusal.code)
    except (OSError, HTTPException, ValueError) as error:
        return Outcome(None, type(error).__name__)


def _posted(parts: SplitResult, addresses: list[tuple[Any, ...]], body: bytes, headers: Mapping[str, str]) -> Outcome:
    connection = _connected(parts, addresses)
    end = threading.Timer(WHOLE_S, _hang_up, [connection.sock])
    end.start()
    try:
        path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        connection.request("POST", path, body=body, headers={**headers, "Connection": "close"})
        answer = connection.getresponse()
        return Outcome(answer.status, retry_after_s=_seconds(answer.headers.get("Retry-After", "")))
    finally:
        end.cancel()
        connection.close()


def _connected(parts: SplitResult, addresses: list[tuple[Any, ...]]) -> HTTPConnection:
    """Return a connection to the first address that answers. The name is still what TLS proves, and the header Host."""
    host = str(parts.hostname)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(host, parts.port, timeout=WAIT_S)
    connection.sock = _dialled(addresses)
    if parts.scheme == "https":
        try:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        except BaseException:
            connection.close()
            raise
    return connection


def _dialled(addresses: list[tuple[Any, ...]]) -> socket.socket:
    failed: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection(address[:2], timeout=WAIT_S)
        except OSError as error:
            failed = error
    raise failed


def _hang_up(link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)


def _seconds(text: str) -> float:
    """Return what Retry-After says, 0 for nothing that can be read."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())  # noqa: TID251

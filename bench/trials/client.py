"""A person or program at the doors: one kept-alive connection, JSON in and out, each request timed."""

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, body, seconds it took, when it began and ended (Unix time)."""

    status: int
    body: bytes
    began: float
    ended: float
    replayed: bool = False

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class Refused(Exception):
    """The server answered otherwise than the trial needs to go on."""


@dataclass(slots=True)
class Client:
    """Somebody with a token; not to be shared between threads."""

    port: int
    token: str = ""
    _link: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str) -> Answer:
        """GET a path."""
        return self.request("GET", path, None)

    def post(self, path: str, body: Any, *, key: str = "") -> Answer:
        """POST JSON, with an Idempotency-Key if one is given."""
        return self.request("POST", path, body, {"Idempotency-Key": key} if key else {})

    def done(self, path: str, body: Any, *, key: str = "") -> Any:
        """POST what must go, and return the answer's JSON; raises Refused."""
        answer = self.post(path, body, key=key)
        if answer.status not in {200, 201}:
            raise Refused(f"{path}: {answer.status} {answer.body.decode()[:500]}")
        return answer.json()

    def request(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """Send a request and wait for its answer; a connection that the server has closed is opened again.

        Raises OSError or HTTPException when the connection breaks after the request was sent.
        """
        if self._link is None:
            self._link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        began = time.time()
        try:
            self._send(self._link, method, path, body, headers)
            got = self._link.getresponse()
            content = got.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        replayed = got.headers.get("Idempotent-Replayed") == "true"
        return Answer(got.status, content, began, time.time(), replayed)

    def post_and_hang_up(self, path: str, body: Any, *, key: str, after_s: float) -> None:
        """POST, and cut the connection without waiting for the answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        self._send(link, "POST", path, body, {"Idempotency-Key": key})
        time.sleep(after_s)
        link.close()

    def hang_up(self) -> None:
        """Close the connection."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _send(
        self, link: http.client.HTTPConnection, method: str, path: str, body: Any, headers: dict[str, str] | None
    ) -> None:
        content = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        link.request(method, path, content, sent)

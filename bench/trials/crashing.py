"""One publication that is struck down: the state before, the state after, and whether it is either of the two."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from bench.trials.client import Answer, Client
from gisserver.common import sql

SQL = Path(__file__).parent / "sql"
RETRIES, PAUSE_S = 200, 0.05


@dataclass(frozen=True, slots=True)
class State:
    """What is stored of a redraw and of the partition: the status, its log, and digests of versions and assignments."""

    status: str
    published: int
    versions: str
    assignments: str


def state_of(redraw_id: int) -> State:
    """Read the state; versions and assignments as they are valid now."""
    row = sql.rows(SQL / "state.sql", redraw=redraw_id)[0]
    return State(row["status"], row["published"], _digest(row["versions"]), _digest(row["assignments"]))


def _digest(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value)).hexdigest()[:16]


@dataclass(slots=True)
class Blow:
    """A publication over HTTP, and a blow that falls a while after it was asked for."""

    client: Client
    redraw_id: int
    strike: Callable[[], None]
    after_s: float
    key: str = ""
    answer: Answer | None = None

    def fall(self) -> None:
        """Ask for the publication and strike; ``answer`` is what came back before the blow, if anything did."""
        self.key = str(uuid4())
        thread = threading.Thread(target=self._publish)
        thread.start()
        time.sleep(self.after_s)
        self.strike()
        thread.join()

    def _publish(self) -> None:
        try:
            self.answer = self._ask()
        except (OSError, HTTPException):
            self.answer = None

    def _ask(self) -> Answer:
        return self.client.post(f"/api/redraws/{self.redraw_id}/publish/", {}, key=self.key)

    def again(self) -> Answer:
        """Ask again with the same key until the server and its database answer."""
        for _ in range(RETRIES):
            try:
                answer = self._ask()
            except (OSError, HTTPException):
                time.sleep(PAUSE_S)
                continue
            if answer.status != 503:
                return answer
            time.sleep(PAUSE_S)
        raise TimeoutError(f"redraw {self.redraw_id}")

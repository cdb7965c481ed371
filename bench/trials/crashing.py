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
from gisserver.common.db import sql
from gisserver.runtime import processes

SQL = Path(__file__).parent / "sql"
BACK_S = 60.0


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
    """A publication over HTTP, and a blow that falls a while after it was asked for; what fell gets up at once."""

    client: Client
    redraw_id: int
    strike: Callable[[], None]
    get_up: Callable[[], None]
    after_s: float
    key: str = ""
    answer: Answer | None = None

    def fall(self) -> None:
        """Ask for the publication and strike; ``answer`` is what came back, if anything did."""
        self.key = str(uuid4())
        thread = threading.Thread(target=self._publish)
        thread.start()
        time.sleep(self.after_s)
        self.strike()
        self.get_up()
        thread.join()

    def again(self) -> Answer:
        """Ask again with the same key until there is an answer other than 503; raises TimeoutError."""
        answers: list[Answer] = []

        def answered() -> bool:
            answer = self._ask()
            answers.extend([] if answer is None or answer.status == 503 else [answer])
            return bool(answers)

        if not processes.wait_until(answered, timeout_s=BACK_S):
            raise TimeoutError(f"redraw {self.redraw_id}")
        return answers[0]

    def _publish(self) -> None:
        self.answer = self._ask()

    def _ask(self) -> Answer | None:
        """Ask for the publication; None when the connection breaks."""
        try:
            return self.client.post(f"/api/redraws/{self.redraw_id}/publish/", {}, key=self.key)
        except (OSError, HTTPException):
            return None

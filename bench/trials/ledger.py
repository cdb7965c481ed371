"""The ledger of a trial: every request that somebody made of a redraw, all its attempts, and what came of it."""

import random
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from uuid import uuid4

from bench.trials.client import Answer, Client

TWICE, CUT = 0.2, 0.1
MAX_ATTEMPTS = 20


@dataclass(slots=True)
class Record:
    """One act: of what kind, on which redraw, with which body; its answers, the last of which counts."""

    who: str
    kind: str
    redraw: int
    body: Any
    answers: list[Answer] = field(default_factory=list)
    cut: bool = False

    @property
    def status(self) -> int:
        """The status of the last answer."""
        return self.answers[-1].status

    @property
    def window(self) -> tuple[float, float]:
        """From the first sending to the last answer, in Unix time."""
        return self.answers[0].began, self.answers[-1].ended

    def json(self) -> Any:
        """Return the last answer's body."""
        return self.answers[-1].json()


@dataclass(slots=True)
class Ledger:
    """All records, in the order in which they were answered; appended to by every thread."""

    records: list[Record] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Record]:
        """Return the records of these kinds."""
        return [record for record in self.records if record.kind in kinds]


@dataclass(slots=True)
class Hand:
    """Somebody's hand on the doors: sends, sometimes twice at once, sometimes hanging up midway, and records it all."""

    who: str
    client: Client
    ledger: Ledger
    random: random.Random

    def step(self, kind: str, redraw: int, body: Any, *, keyed: bool = False) -> Record:
        """POST to a door of a redraw (``kind`` is the last part of its path) until there is an answer."""
        record = Record(self.who, kind, redraw, body)
        path, key = f"/api/redraws/{redraw}/{kind}/", str(uuid4()) if keyed else ""
        chance = self.random.random()
        if keyed and chance < CUT:
            record.cut = True
            began = time.time()
            self.client.post_and_hang_up(path, body, key=key, after_s=self.random.uniform(0.0, 0.04))
            record.answers = [self._sent(path, body, key)]
            record.answers[0] = _from(record.answers[0], began)
        elif keyed and chance < CUT + TWICE:
            record.answers = self._twins(path, body, key)
        else:
            record.answers = [self._sent(path, body, key)]
        self.ledger.records.append(record)
        return record

    def _sent(self, path: str, body: Any, key: str) -> Answer:
        for _ in range(MAX_ATTEMPTS):
            try:
                return self.client.post(path, body, key=key)
            except (OSError, HTTPException):
                time.sleep(0.05)
        raise TimeoutError(path)

    def _twins(self, path: str, body: Any, key: str) -> list[Answer]:
        answers: list[Answer] = []
        twin = Client(self.client.port, self.client.token)
        thread = threading.Thread(target=lambda: answers.append(twin.post(path, body, key=key)))
        thread.start()
        answers.append(self._sent(path, body, key))
        thread.join()
        twin.hang_up()
        return sorted(answers, key=lambda answer: (answer.status == 201, answer.ended))


def _from(answer: Answer, began: float) -> Answer:
    """Return an answer whose window begins with the attempt that was cut."""
    return Answer(answer.status, answer.body, began, answer.ended, answer.replayed)

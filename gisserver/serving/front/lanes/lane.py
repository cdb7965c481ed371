"""Requests of one kind: who waits for a worker's thread, and whose turn comes next."""

import asyncio
import itertools
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gisserver.common.errors import Unavailable
from gisserver.common.sentences import Sentence
from gisserver.serving.limits import LaneLimits
from gisserver.serving.wire import Frame

BUSY = Sentence("The server has more to do than it can; try again in a few seconds.")
LOST = Sentence(
    "The process that worked on this has ended. Whether it was done is not known: "
    "ask what has become of it, or send it again with the same Idempotency-Key."
)


class Thread(Protocol):
    """A worker's thread, as a lane knows it."""

    def begin(self, job: "Job") -> None:
        """Send a job to the thread."""

    def cancel(self, job: "Job") -> None:
        """Ask that the statement that the job waits for be ended."""


@dataclass(slots=True, eq=False)
class Job:
    """What a worker's thread is to do for ``client``; ``repeatable`` when it may be done twice.

    ``number`` is no other job's; ``on`` is the thread that has begun it, until which it ``waits``.
    """

    number: int
    header: Mapping[str, Any]
    body: bytes
    client: str
    repeatable: bool
    needs_database: bool = True
    future: "asyncio.Future[Frame]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    on: Thread | None = None
    waits: bool = False


class Lane:
    """The threads of one kind of requests, and those who wait for them.

    Whoever asks for much at once gets at most his share of the threads at a time, and his next piece of work comes
    after one of everybody else's who waits.
    """

    def __init__(self, limits: LaneLimits) -> None:
        self._limits = limits
        self._threads: set[Thread] = set()
        self._idle: deque[Thread] = deque()
        self._waiting: dict[str, deque[Job]] = {}  # in the order of their turns
        self._count = 0
        self._running: Counter[str] = Counter()
        self._begun: set[Job] = set()

    @property
    def threads(self) -> int:
        """How many threads there are."""
        return len(self._threads)

    async def ask(self, job: Job) -> Frame:
        """Return a thread's answer. Raises Unavailable ``server_busy`` and ``worker_lost``."""
        if self._count >= self._limits.waiting:
            self._make_room(job.client)
        self._wait(job)
        timer = asyncio.get_running_loop().call_later(self._limits.patience_s, _give_up, job)
        self._deal()
        try:
            return await job.future
        finally:
            timer.cancel()
            self._withdraw(job)

    def _make_room(self, client: str) -> None:
        """Give up the last piece of work of whoever has most waiting, for somebody who has less."""
        most = max(self._waiting.values(), key=len, default=None)
        if most is None or len(most) <= len(self._waiting.get(client, ())) + 1:
            raise Unavailable("server_busy", BUSY)
        given_up = most[-1]
        self._withdraw(given_up)
        _give_up(given_up)

    def join(self, thread: Thread) -> None:
        """Take a thread that waits for work."""
        self._threads.add(thread)
        self._idle.append(thread)
        self._deal()

    def done(self, job: Job, answer: Frame) -> None:
        """Hand over an answer; the thread joins again when it waits for more."""
        self._end(job)
        if not job.future.done():
            job.future.set_result(answer)

    def refuse(self, error: Exception) -> None:
        """Tell all whose jobs need the database that there will be no answer; threads that are at one join later."""
        for job in [*self._begun, *itertools.chain.from_iterable(self._waiting.values())]:
            if job.needs_database and not job.future.done():
                job.future.set_exception(error)

    def end(self) -> None:
        """Tell all whose jobs are not answered that no thread will come any more; they may ask another front."""
        for job in [*self._begun, *itertools.chain.from_iterable(self._waiting.values())]:
            if not job.future.done():
                job.future.set_exception(Unavailable("worker_lost", LOST))

    def leave(self, thread: Thread, job: Job | None) -> None:
        """Forget a thread that has ended, maybe in the middle of ``job``: what may be done twice is done again."""
        self._threads.discard(thread)
        if thread in self._idle:
            self._idle.remove(thread)
        if job is None:
            return
        self._end(job)
        if not job.future.done():
            if job.repeatable:
                job.repeatable = False
                self._wait(job, first=True)
            else:
                job.future.set_exception(Unavailable("worker_lost", LOST))
        self._deal()  # the client's share is free again

    def _wait(self, job: Job, *, first: bool = False) -> None:
        queue = self._waiting.setdefault(job.client, deque())
        (queue.appendleft if first else queue.append)(job)
        job.waits = True
        self._count += 1

    def _withdraw(self, job: Job) -> None:
        """Take a job that nobody has begun out of those who wait."""
        if not job.waits:
            return
        job.waits = False
        self._count -= 1
        jobs = self._waiting[job.client]
        jobs.remove(job)
        if not jobs:
            del self._waiting[job.client]

    def _deal(self) -> None:
        while self._idle and (client := self._whose_turn()) is not None:
            jobs = self._waiting.pop(client)
            job = jobs.popleft()
            job.waits = False
            self._count -= 1
            if jobs:
                self._waiting[client] = jobs  # behind all others
            if job.future.done():
                continue  # whoever waited has gone
            job.on = self._idle.popleft()
            self._running[client] += 1
            self._begun.add(job)
            job.on.begin(job)

    def _whose_turn(self) -> str | None:
        share = max(1, int(len(self._threads) * self._limits.share))
        return next((client for client in self._waiting if self._running[client] < share), None)

    def _end(self, job: Job) -> None:
        job.on = None
        self._begun.discard(job)
        self._running[job.client] -= 1
        if self._running[job.client] <= 0:
            del self._running[job.client]


def _give_up(job: Job) -> None:
    """Refuse a job that nobody has begun."""
    if job.on is None and not job.future.done():
        job.future.set_exception(Unavailable("server_busy", BUSY))

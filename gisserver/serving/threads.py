"""A few threads for the blocking work of an event loop, shared fairly among those who ask."""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

_Job = tuple[Callable[[], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]


class Threads:
    """So many threads, whom the loop's tasks ask.

    Whoever asks for much at once gets at most ``share`` threads at a time, and his next piece of work comes after one
    of everybody else's who waits. `loop.run_in_executor` knows no such order, and costs more than answering a tile
    from memory.
    """

    def __init__(self, count: int, name: str, *, share: int) -> None:
        self._share = share
        self._free = threading.Condition()
        self._waiting: dict[str, deque[_Job]] = {}  # in the order of their turns
        self._running: Counter[str] = Counter()
        for number in range(count):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    async def run(self, work: Callable[[], Any], client: str) -> Any:
        """Return what ``work`` returns, or raise what it raises, done in one of the threads for ``client``."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._free:
            self._waiting.setdefault(client, deque()).append((work, future, loop))
            self._free.notify()
        return await future

    def _work(self) -> None:
        while True:
            client, (work, future, loop) = self._next()
            try:
                result, error = work(), None
            except BaseException as raised:
                result, error = None, raised
            self._done(client)
            loop.call_soon_threadsafe(_settle, future, result, error)
            del work, future, result, error  # else they would live until the next piece of work

    def _next(self) -> tuple[str, _Job]:
        with self._free:
            while (client := self._whose_turn()) is None:
                self._free.wait()
            jobs = self._waiting.pop(client)
            job = jobs.popleft()
            if jobs:
                self._waiting[client] = jobs  # behind all others
            self._running[client] += 1
            return client, job

    def _whose_turn(self) -> str | None:
        return next((client for client in self._waiting if self._running[client] < self._share), None)

    def _done(self, client: str) -> None:
        with self._free:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]
            self._free.notify()


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return  # whoever waited has gone
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)

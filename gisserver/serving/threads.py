"""A few threads for the blocking work of an event loop: each piece of work costs one message there and one back."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

_Job = tuple[Callable[[], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]


class Threads:
    """So many threads, whom the loop's tasks ask one after the other.

    `loop.run_in_executor` does the same with a second future and its locks for each piece of work, which is more
    than answering a tile from memory costs.
    """

    def __init__(self, count: int, name: str) -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    async def run(self, work: Callable[[], Any]) -> Any:
        """Return what ``work`` returns, or raise what it raises, done in one of the threads."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._jobs.put((work, future, loop))
        return await future

    def _work(self) -> None:
        while True:
            work, future, loop = self._jobs.get()
            try:
                result, error = work(), None
            except BaseException as raised:
                result, error = None, raised
            loop.call_soon_threadsafe(_settle, future, result, error)
            del work, future, result, error  # else they would live until the next piece of work


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return  # whoever waited has gone
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)

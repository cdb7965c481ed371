"""Many who ask the same kind of thing, answered together by one statement: group commit, for questions.

Who comes while others are being answered waits for the next round; who comes when nobody is there is answered at once.
So nothing waits for company, and the more there are, the less each costs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from gisserver.serving.limits import BATCH_MOST, BATCH_ROUNDS

Asked = TypeVar("Asked")
Told = TypeVar("Told")


class MicroBatches(Generic[Asked, Told]):
    """Answers in rounds, ``rounds`` of them at a time, each of at most ``most`` questions.

    ``answer`` takes questions and returns as many answers in their order. When it fails, all of the round are told so.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]],
        *,
        rounds: int = BATCH_ROUNDS,
        most: int = BATCH_MOST,
    ) -> None:
        self._answer, self._rounds, self._most = answer, rounds, most
        self._waiting: list[tuple[Asked, asyncio.Future[Told]]] = []
        self._asked: set[asyncio.Future[Told]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, question: Asked) -> "asyncio.Future[Told]":
        """Return the answer when it comes; raises what ``answer`` raises."""
        future: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if len(self._tasks) < self._rounds:
            task = asyncio.ensure_future(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return future

    def refuse(self, error: Exception) -> None:
        """Tell all who wait, and those of the rounds under way, that there will be no answer."""
        futures = [*self._asked, *(future for _, future in self._waiting)]
        self._waiting = []
        for future in futures:
            if not future.done():
                future.set_exception(error)

    async def _work(self) -> None:
        while self._waiting:
            round_, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._asked.update(future for _, future in round_)
            try:
                told = await self._answer([question for question, _ in round_])
                answered = list(zip(round_, told, strict=True))
            except Exception as error:
                for _, future in round_:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), one in answered:
                    if not future.done():
                        future.set_result(one)
            self._asked.difference_update(future for _, future in round_)

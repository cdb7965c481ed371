"""Many questions answered by few statements, and nobody waits for company."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from gisserver.serving.front.batching.micro_batches import MicroBatches


class Held:
    """Notes the rounds; each is answered with tens of its questions when the test lets it."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self._open: list[asyncio.Future[None]] = []

    async def answer(self, asked: Sequence[int]) -> list[int]:
        """Answer one round."""
        self.rounds.append(list(asked))
        self._open.append(asyncio.get_running_loop().create_future())
        await self._open[-1]
        return [10 * one for one in asked]

    async def let(self, number: int, error: Exception | None = None) -> None:
        """Let a round end."""
        if error:
            self._open[number].set_exception(error)
        else:
            self._open[number].set_result(None)
        await turns()


async def turns() -> None:
    """Let everybody go on."""
    for _ in range(5):
        await asyncio.sleep(0)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_who_comes_alone_is_answered_at_once() -> None:
    async def work() -> None:
        held = Held()
        MicroBatches(held.answer).ask(1)
        await turns()
        assert held.rounds == [[1]]

    run(work())


def test_who_comes_together_is_answered_together() -> None:
    async def work() -> None:
        held = Held()
        gather = MicroBatches(held.answer, rounds=1)
        answers = [gather.ask(number) for number in (1, 2, 3)]
        await turns()
        await held.let(0)
        assert held.rounds == [[1, 2, 3]]
        assert await asyncio.gather(*answers) == [10, 20, 30]

    run(work())


def test_who_comes_while_all_rounds_are_under_way_waits_for_the_next() -> None:
    async def work() -> None:
        held = Held()
        gather = MicroBatches(held.answer, rounds=2)
        answers = []
        for number in (1, 2, 3, 4):
            answers.append(gather.ask(number))
            await turns()
        assert held.rounds == [[1], [2]]
        await held.let(1)
        assert held.rounds == [[1], [2], [3, 4]]
        await held.let(2)
        await held.let(0)
        assert await asyncio.gather(*answers) == [10, 20, 30, 40]

    run(work())


def test_a_round_holds_no_more_than_it_may() -> None:
    async def work() -> None:
        held = Held()
        gather = MicroBatches(held.answer, rounds=1, most=2)
        answers = [gather.ask(number) for number in range(5)]
        await turns()
        for number in range(3):
            await held.let(number)
        assert held.rounds == [[0, 1], [2, 3], [4]]
        assert await asyncio.gather(*answers) == [0, 10, 20, 30, 40]

    run(work())


def test_a_failure_is_told_to_all_of_its_round_and_to_nobody_else() -> None:
    async def work() -> None:
        held = Held()
        gather = MicroBatches(held.answer, rounds=1)
        failing = [gather.ask(1), gather.ask(2)]
        await turns()
        after = gather.ask(3)
        await held.let(0, ValueError("broken"))
        for answer in failing:
            with pytest.raises(ValueError, match="broken"):
                await answer
        await held.let(1)
        assert await after == 30

    run(work())


def test_too_few_answers_are_a_failure_of_all() -> None:
    async def one_for_all(asked: Sequence[int]) -> list[int]:
        return [1]

    async def work() -> None:
        gather = MicroBatches(one_for_all)
        answers = [gather.ask(1), gather.ask(2)]
        said = await asyncio.wait_for(asyncio.gather(*answers, return_exceptions=True), 10)
        assert [type(one) for one in said] == [ValueError] * 2

    run(work())


def test_whoever_has_gone_hinders_nobody() -> None:
    async def work() -> None:
        held = Held()
        gather = MicroBatches(held.answer, rounds=1)
        gone, stays = gather.ask(1), gather.ask(2)
        await turns()
        gone.cancel()
        await held.let(0)
        assert await stays == 20

    run(work())


def test_all_who_wait_and_all_who_are_asked_for_are_refused() -> None:
    async def work() -> None:
        held = Held()
        gather = MicroBatches(held.answer, rounds=1)
        asked = gather.ask(1)
        await turns()
        waits = gather.ask(2)
        gather.refuse(ConnectionError("away"))
        for answer in (asked, waits):
            with pytest.raises(ConnectionError):
                await answer
        await held.let(0)
        after = gather.ask(3)
        await turns()
        await held.let(1)
        assert await after == 30
        assert held.rounds == [[1], [3]]

    run(work())

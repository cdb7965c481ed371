"""When the application has been loaded anew, nothing that the former one left is used any longer."""

import asyncio
import json
from typing import Any

from gisserver.serving.answers import Answer
from tests.gisserver.serving.front.lanes.test_workers import played, run
from tests.gisserver.serving.stand_ins import Stuck, come_true, front, saying, serving


def test_what_a_newer_load_tells_is_taken_once() -> None:
    async def work() -> None:
        taken: list[int] = []
        async with played() as site:
            site.workers.when_renewed.append(lambda told: taken.append(told["loaded"]))
            for loaded in (1, 1, 2, 2, 1, 3):
                await site.connect(None, loaded=loaded)
        assert taken == [2, 3]

    run(work())


class Learning:
    """Keeps what it is told to learn, and answers nothing."""

    def __init__(self) -> None:
        self.learnt: list[bytes | Any] = []

    async def answer(self, scope: Any) -> None:
        """Know nothing."""

    def learn(self, scope: Any, answer: Answer) -> None:
        """Note an answer."""
        self.learnt.append(answer.body)


def test_what_an_older_generation_still_answers_is_not_kept() -> None:
    old, memory = Stuck(), Learning()

    async def work() -> None:
        async with serving(old) as site:
            site.front._responses = memory  # type: ignore[assignment]
            long = asyncio.ensure_future(site.ask(path="/ogc/long"))
            await asyncio.to_thread(old.entered.wait)
            async with site.worker(saying([b"new"]), generation=2):
                await come_true(lambda: len(site.connections(1)) == 2)  # the busy one, and the one for cancelling
                await site.ask(path="/ogc", client="192.0.2.8:1")
                old.let_go.set()
                assert (await long).answer[2] == b"/ogc/long"  # type: ignore[index]
        assert memory.learnt == [b"new"]

    run(work())


def test_who_waits_at_a_front_that_ends_is_told_so() -> None:
    async def work() -> None:
        async with front() as site:
            waiting = asyncio.ensure_future(site.ask(path="/ogc"))
            await asyncio.sleep(0)
            site.workers.stop()
            status, _, content = (await waiting).answer  # type: ignore[misc]
        assert (status, json.loads(content)["code"]) == (503, "worker_lost")

    run(work())

"""Whose turn it is, who is refused, and what becomes of the work of a thread that has ended."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.errors import Unavailable
from gisserver.serving.front.lanes.lane import Job, Lane
from gisserver.serving.limits import LaneLimits

LIMITS = LaneLimits(threads=1, waiting=100, patience_s=30.0, share=0.5)
ANSWER = ({"status": 200}, b"")


class Thread:
    """A thread that notes what it has been sent."""

    def __init__(self, log: list[Job]) -> None:
        self.log = log

    def begin(self, job: Job) -> None:
        self.log.append(job)

    def cancel(self, job: Job) -> None:
        """Nothing is ended here."""


class Site:
    """A lane with so many threads; what they have begun, in order, and who has asked."""

    def __init__(self, threads: int = 1, limits: LaneLimits = LIMITS) -> None:
        self.lane, self.begun = Lane(limits), list[Job]()
        self.asked: list[asyncio.Task[Any]] = []
        for _ in range(threads):
            self.lane.join(Thread(self.begun))

    async def ask(self, client: str, *, repeatable: bool = False) -> "asyncio.Task[Any]":
        """Ask for something; return the answer to come."""
        job = Job(len(self.asked), {}, b"", client, repeatable)
        self.asked.append(asyncio.ensure_future(self.lane.ask(job)))
        await asyncio.sleep(0)
        return self.asked[-1]

    def finish(self, job: Job) -> None:
        """Have a job answered, and its thread wait for more, as a connection does."""
        thread = job.on
        self.lane.done(job, ANSWER)
        self.lane.join(thread)  # type: ignore[arg-type]

    def clients(self) -> list[str]:
        """Return whose jobs have been begun, in order."""
        return [job.client for job in self.begun]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def refused(answer: "asyncio.Future[Any]") -> str:
    with pytest.raises(Unavailable) as error:
        await answer
    return error.value.code


def test_turns_go_round() -> None:
    async def work() -> None:
        site = Site()
        for client in ("greedy", "greedy", "greedy", "modest", "greedy", "other"):
            await site.ask(client)
        for number in range(6):
            site.finish(site.begun[number])
        assert site.clients() == ["greedy", "greedy", "modest", "other", "greedy", "greedy"]
        await asyncio.gather(*site.asked)

    run(work())


def test_who_asks_for_much_gets_his_share_of_the_threads_at_a_time() -> None:
    async def work() -> None:
        site = Site(threads=4)
        for _ in range(10):
            await site.ask("greedy")
        assert site.clients() == ["greedy"] * 2
        await site.ask("modest")
        assert site.clients() == ["greedy", "greedy", "modest"]
        site.finish(site.begun[0])
        assert site.clients() == ["greedy", "greedy", "modest", "greedy"]

    run(work())


def test_one_thread_is_everybodys() -> None:
    async def work() -> None:
        site = Site(threads=1)
        await site.ask("alone")
        assert site.clients() == ["alone"]

    run(work())


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 6), st.randoms(use_true_random=False))
def test_everybody_is_answered_once_and_nobody_holds_more_than_his_share(
    clients: list[str], threads: int, luck: Any
) -> None:
    async def work() -> None:
        site = Site(threads)
        for client in clients:
            await site.ask(client)
        while running := [job for job in site.begun if job.on is not None]:
            held = Counter(job.client for job in running)
            assert max(held.values()) <= max(1, threads // 2)
            site.finish(luck.choice(running))
        assert Counter(site.clients()) == Counter(clients)
        assert await asyncio.gather(*site.asked) == [ANSWER] * len(clients)

    run(work())


def test_when_too_many_wait_one_is_told_so_at_once() -> None:
    async def work() -> None:
        site = Site(threads=1, limits=LaneLimits(threads=1, waiting=1, patience_s=30.0, share=1.0))
        await site.ask("first")
        waiting = await site.ask("second")
        assert await refused(await site.ask("third")) == "server_busy"
        assert not waiting.done()

    run(work())


def test_who_has_waited_long_enough_is_told_so_and_his_work_is_not_begun() -> None:
    async def work() -> None:
        site = Site(threads=0, limits=LaneLimits(threads=1, waiting=10, patience_s=0.01, share=1.0))
        assert await refused(await site.ask("somebody")) == "server_busy"
        site.lane.join(Thread(site.begun))
        assert site.begun == []

    run(work())


def test_work_that_has_begun_may_take_longer_than_that() -> None:
    async def work() -> None:
        site = Site(limits=LaneLimits(threads=1, waiting=10, patience_s=0.0, share=1.0))
        answer = await site.ask("somebody")
        await asyncio.sleep(0.01)
        site.finish(site.begun[0])
        assert await answer == ANSWER

    run(work())


def test_what_waits_is_begun_when_the_first_thread_comes() -> None:
    async def work() -> None:
        site = Site(threads=0)
        answer = await site.ask("somebody")
        site.lane.join(Thread(site.begun))
        site.finish(site.begun[0])
        assert await answer == ANSWER

    run(work())


def lose(site: Site, job: Job) -> None:
    """Have the thread of a job end in the middle of it."""
    site.lane.leave(job.on, job)  # type: ignore[arg-type]


def test_what_changes_nothing_is_done_again_when_its_thread_is_lost() -> None:
    async def work() -> None:
        site = Site(threads=2)
        answer = await site.ask("reader", repeatable=True)
        lose(site, site.begun[0])
        assert site.lane.threads == 1
        site.finish(site.begun[1])
        assert await answer == ANSWER

    run(work())


def test_what_is_done_again_comes_before_what_the_same_client_asked_later() -> None:
    async def work() -> None:
        site = Site(threads=1)
        for _ in range(2):
            await site.ask("reader", repeatable=True)
        first = site.begun[0]
        lose(site, first)
        site.lane.join(Thread(site.begun))
        assert site.begun == [first, first]

    run(work())


def test_what_ends_two_threads_is_not_given_to_a_third() -> None:
    async def work() -> None:
        site = Site(threads=3)
        answer = await site.ask("reader", repeatable=True)
        lose(site, site.begun[0])
        lose(site, site.begun[1])
        assert await refused(answer) == "worker_lost"
        assert len(site.begun) == 2

    run(work())


def test_of_what_changes_something_it_is_said_that_nobody_knows() -> None:
    async def work() -> None:
        site = Site(threads=2)
        answer = await site.ask("writer")
        lose(site, site.begun[0])
        assert await refused(answer) == "worker_lost"
        assert len(site.begun) == 1

    run(work())


def test_a_lost_thread_gives_its_clients_share_back() -> None:
    async def work() -> None:
        site = Site(threads=2)
        first, second = await site.ask("writer"), await site.ask("writer")
        lose(site, site.begun[0])
        assert await refused(first) == "worker_lost"
        site.finish(site.begun[1])
        assert await second == ANSWER

    run(work())


def test_a_thread_that_leaves_idle_is_sent_nothing() -> None:
    async def work() -> None:
        site = Site(threads=0)
        gone = Thread([])
        site.lane.join(gone)
        site.lane.leave(gone, None)
        await site.ask("somebody")
        assert (gone.log, site.lane.threads) == ([], 0)

    run(work())


def test_what_has_begun_and_what_waits_is_refused_at_once_and_who_comes_later_has_the_thread_when_it_is_free() -> None:
    async def work() -> None:
        site = Site(threads=1)
        asked = [await site.ask("one"), await site.ask("two")]
        site.lane.refuse(Unavailable("database_unavailable", "away"))
        assert [await refused(each) for each in asked] == ["database_unavailable"] * 2
        later = await site.ask("three")
        assert site.clients() == ["one"]
        site.finish(site.begun[0])
        site.finish(site.begun[1])
        assert (await later, site.clients()) == (ANSWER, ["one", "three"])

    run(work())


def test_what_needs_no_database_goes_on_without_it() -> None:
    async def work() -> None:
        site = Site()
        job = Job(1, {}, b"", "somebody", repeatable=True, needs_database=False)
        answer = asyncio.ensure_future(site.lane.ask(job))
        await asyncio.sleep(0)
        site.lane.refuse(Unavailable("database_unavailable", "away"))
        site.finish(job)
        assert await answer == ANSWER

    run(work())


def test_whoever_has_gone_is_passed_over() -> None:
    async def work() -> None:
        site = Site(threads=1)
        await site.ask("one")
        gone, next_ = await site.ask("two"), await site.ask("three")
        gone.cancel()
        await asyncio.sleep(0)
        site.finish(site.begun[0])
        assert site.clients() == ["one", "three"]
        site.finish(site.begun[1])
        assert await next_ == ANSWER

    run(work())

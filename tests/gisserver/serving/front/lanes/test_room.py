"""Who may wait when as many wait as may: nobody fills the queue for others."""

import asyncio

from gisserver.serving.limits import LaneLimits
from tests.gisserver.serving.front.lanes.test_lane import Site, refused, run

FEW = LaneLimits(threads=1, waiting=3, patience_s=30.0, share=1.0)


def test_who_has_most_waiting_makes_room_for_others() -> None:
    async def work() -> None:
        site = Site(limits=FEW)
        greedy = [await site.ask("greedy") for _ in range(4)]
        await site.ask("modest")
        assert await refused(greedy[-1]) == "server_busy"
        assert await refused(await site.ask("greedy")) == "server_busy"
        for number in range(4):
            site.finish(site.begun[number])
        assert site.clients() == ["greedy", "greedy", "modest", "greedy"]

    run(work())


def test_where_everybody_has_one_waiting_the_next_is_refused() -> None:
    async def work() -> None:
        site = Site(limits=FEW)
        for client in "abcd":
            await site.ask(client)
        assert await refused(await site.ask("e")) == "server_busy"

    run(work())


def test_who_no_longer_waits_takes_nobodys_place() -> None:
    async def work() -> None:
        site = Site(limits=FEW)
        left = [await site.ask(client) for client in "abcd"][-1]
        left.cancel()
        await asyncio.sleep(0)
        await site.ask("e")
        for number in range(4):
            site.finish(site.begun[number])
        assert site.clients() == ["a", "b", "c", "e"]

    run(work())

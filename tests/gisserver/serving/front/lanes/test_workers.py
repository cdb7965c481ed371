"""Workers come and go, and no request is lost by it."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gisserver.serving.limits import LANES
from gisserver.serving.wire import Frame, Frames, frame
from tests.gisserver.serving.stand_ins import Protocol, Site, Stuck, come_true, echo, front, saying, serving


class Raw:
    """One connection of a worker, in the test's own hands."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._frames, self._came = Frames(), list[Frame]()

    def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        """Send a frame."""
        self.writer.write(frame(header, body))

    async def next(self) -> Frame:
        """Return the next frame."""
        async with asyncio.timeout(30):
            while not self._came:
                piece = await self._reader.read(1000)
                assert piece, "the front has gone"
                self._came += self._frames.feed(piece)
        return self._came.pop(0)

    async def is_let_go(self) -> bool:
        """Say whether the front lets the thread go next, and ends the connection."""
        return (await self.next())[0] == {"retire": True} and await self._reader.read() == b""

    def lose(self) -> None:
        """End as a process does that is killed."""
        self.writer.transport.abort()


class Hands(Site):
    """A front whose workers are played by the test."""

    played: list[Raw]

    async def connect(self, lane: str | None, *, pid: int = 1, generation: int = 1, **settings: Any) -> Raw:
        """Say hello as a worker does, and take the welcome."""
        made = Raw(*await asyncio.open_unix_connection(str(self.path)))
        self.played.append(made)
        made.send({"pid": pid, "generation": generation, "lane": lane, "settings": settings})
        assert (await made.next())[0] == {"spool": str(self.folder)}
        return made


@asynccontextmanager
async def played() -> AsyncIterator[Hands]:
    """Lend a front without workers."""
    async with front() as site:
        hands = Hands(site.front, site.workers, site.database, site.folder, site.path)
        hands.played = []
        try:
            yield hands
        finally:
            for raw in hands.played:
                raw.writer.close()
                await asyncio.gather(raw.writer.wait_closed(), return_exceptions=True)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def body_of(protocol: Protocol) -> bytes:
    return protocol.answer[2]  # type: ignore[index]


def test_only_the_server_itself_may_connect() -> None:
    async def work() -> None:
        async with front() as site:
            assert stat.S_IMODE(site.path.stat().st_mode) == 0o600

    run(work())


def test_workers_are_there_when_every_lane_has_a_thread() -> None:
    async def work() -> None:
        async with played() as site:
            for lane in LANES:
                assert not site.workers.are_there
                await site.connect(lane)
            assert site.workers.are_there

    run(work())


def test_the_first_worker_tells_the_settings() -> None:
    async def work() -> None:
        async with front() as site, site.worker(echo, generation=7), site.worker(echo, generation=8):
            assert await site.workers.settings == {"told": 7}

    run(work())


def test_a_newer_generation_takes_over_when_the_older_has_answered_what_it_is_at() -> None:
    old = Stuck()

    async def work() -> None:
        async with serving(old) as site:
            long = asyncio.ensure_future(site.ask(path="/ogc/long"))
            await asyncio.to_thread(old.entered.wait)
            async with site.worker(saying([b"new"]), generation=2):
                await come_true(lambda: len(site.connections(1)) == 2)  # the busy one, and the one for cancelling
                assert body_of(await site.ask(path="/ogc", client="192.0.2.8:1")) == b"new"
                old.let_go.set()
                assert body_of(await long) == b"/ogc/long"
                await come_true(lambda: len(site.connections(1)) == 1)
                assert body_of(await site.ask(path="/ogc")) == b"new"
        assert old.asked == ["/ogc/long"]

    run(work())


def test_no_request_is_lost_while_generations_change() -> None:
    async def work() -> None:
        async with serving(echo) as site:
            asked = [asyncio.ensure_future(site.ask(client=f"192.0.2.{number}:1")) for number in range(50)]
            async with site.worker(echo, generation=2):
                asked += [asyncio.ensure_future(site.ask(client=f"192.0.2.{number}:1")) for number in range(50)]
                answers = await asyncio.gather(*asked)
        assert {protocol.answer[0] for protocol in answers} == {200}  # type: ignore[index]

    run(work())


def test_an_older_generation_that_comes_late_is_let_go() -> None:
    async def work() -> None:
        async with played() as site:
            newer = await site.connect("short", generation=2)
            late = await site.connect("short", pid=2, generation=1)
            assert await late.is_let_go()
            asyncio.ensure_future(site.ask(path="/ogc"))
            assert (await newer.next())[0]["request"]["PATH_INFO"] == "/ogc"

    run(work())


def test_lanes_change_their_generation_one_by_one() -> None:
    async def work() -> None:
        async with played() as site:
            old = {lane: await site.connect(lane) for lane in LANES}
            await site.connect("short", pid=2, generation=2)
            assert await old["short"].is_let_go()
            assert site.workers.are_there

    run(work())


def test_a_process_that_wants_to_end_answers_what_it_is_at_and_is_given_no_more() -> None:
    stuck = Stuck()

    async def work() -> None:
        async with front() as site:
            async with site.worker(stuck) as worker:
                long = asyncio.ensure_future(site.ask(path="/ogc/long"))
                await asyncio.to_thread(stuck.entered.wait)
                worker.leave()
                await come_true(lambda: len(site.connections(1)) == 2)
                waiting = asyncio.ensure_future(site.ask(path="/ogc/later"))
                stuck.let_go.set()
                assert body_of(await long) == b"/ogc/long"
            async with site.worker(saying([b"next"]), generation=1):
                assert body_of(await waiting) == b"next"
        assert stuck.asked == ["/ogc/long"]

    run(work())


def test_only_the_threads_of_that_process_are_let_go() -> None:
    async def work() -> None:
        async with played() as site:
            stays, goes = [await site.connect("short", pid=pid) for pid in (1, 2)]
            control = await site.connect(None, pid=2)
            control.send({"leaving": True})
            assert await goes.is_let_go()
            asyncio.ensure_future(site.ask(path="/ogc"))
            assert "request" in (await stays.next())[0]

    run(work())


def test_workers_come_back_to_a_front_that_comes_back() -> None:
    async def work() -> None:
        async with serving(saying([b"again"])) as site:
            site.workers.stop()
            await come_true(lambda: not site.connections(1))
            await site.workers.start()
            await come_true(lambda: site.workers.are_there)
            assert body_of(await site.ask()) == b"again"

    run(work())


def test_what_only_reads_is_done_by_another_when_a_worker_is_lost() -> None:
    async def work() -> None:
        async with played() as site:
            lost = await site.connect("short")
            asked = asyncio.ensure_future(site.ask(path="/ogc"))
            await lost.next()
            lost.lose()
            other = await site.connect("short", pid=2)
            await other.next()
            other.send({"status": 200, "headers": [], "passing": False}, b"done again")
            assert body_of(await asked) == b"done again"

    run(work())


def test_of_what_changes_something_the_client_is_told_that_nobody_knows() -> None:
    async def work() -> None:
        async with played() as site:
            lost = await site.connect("short")
            asked = asyncio.ensure_future(site.ask(path="/api/incidents/", method="POST"))
            await lost.next()
            lost.lose()
            status, headers, body = (await asked).answer  # type: ignore[misc]
            assert (status, json.loads(body)["code"], dict(headers)["retry-after"]) == (503, "worker_lost", "5")

    run(work())


def test_cancelling_names_the_job_to_the_process_that_is_at_it() -> None:
    async def work() -> None:
        async with played() as site:
            threads = [await site.connect("short", pid=pid) for pid in (1, 2)]
            controls = [await site.connect(None, pid=pid) for pid in (1, 2)]
            protocols = [Protocol(), Protocol()]
            clients = ("192.0.2.1:1", "192.0.2.2:1")
            asked = [
                asyncio.ensure_future(site.ask(protocol, path="/ogc", client=client))
                for protocol, client in zip(protocols, clients, strict=True)
            ]
            numbers = [(await thread.next())[0]["number"] for thread in threads]
            protocols[1].gone.set()
            await asked[1]
            protocols[0].gone.set()
            await asked[0]
            assert [(await control.next())[0] for control in controls] == [{"cancel": number} for number in numbers]

    run(work())


def test_the_answer_to_what_was_given_up_is_taken_for_no_other() -> None:
    async def work() -> None:
        async with played() as site:
            thread, leaving = await site.connect("short"), Protocol()
            first = asyncio.ensure_future(site.ask(leaving, path="/ogc/first"))
            await thread.next()
            leaving.gone.set()
            await first
            second = asyncio.ensure_future(site.ask(path="/ogc/second"))
            thread.send({"status": 200, "headers": [], "passing": False}, b"first")
            assert (await thread.next())[0]["request"]["PATH_INFO"] == "/ogc/second"
            thread.send({"status": 200, "headers": [], "passing": False}, b"second")
            assert (leaving.answer, body_of(await second)) == (None, b"second")

    run(work())


@pytest.mark.parametrize("size", [0, 1, 70_000, 1_000_000])
def test_bodies_of_any_size_go_both_ways(size: int) -> None:
    async def work() -> None:
        async with serving(echo) as site:
            protocol = Protocol(bytes(size))
            headers = {"content-length": str(size)}
            assert body_of(await site.ask(protocol, method="POST", headers=headers)) == bytes(size)

    run(work())


def test_a_thread_that_has_failed_answers_the_next() -> None:
    def moody(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/ogc/broken":
            raise ValueError
        return saying([b"well"])(environ, start_response)

    async def work() -> None:
        async with serving(moody) as site:
            assert (await site.ask(path="/ogc/broken")).answer[0] == 500  # type: ignore[index]
            assert body_of(await site.ask(path="/ogc")) == b"well"

    run(work())

"""The feed for many open connections: one question for all alike, and nothing for who may no longer."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from gisserver.common.errors import Unavailable
from gisserver.serving.answers import NEWS, Answer
from gisserver.serving.front.batching.micro_batches import MicroBatches
from gisserver.serving.front.cache.revalidation import Dependencies, Found
from gisserver.serving.front.change_stream import LAST_EVENT_ID, ChangeStream, Reader
from gisserver.serving.front.http.credentials import UNREADABLE, Credential
from gisserver.serving.front.hub import HubIsFull
from tests.gisserver.serving.stand_ins import Protocol, Transport, come_true


class Feed:
    """A database, its workers and its credentials: a feed of ``newest`` changes, told two at a time."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        self.asked: list[tuple[str, int]] = []
        self.gone: set[str] = set()
        self.changed: set[str] = set()
        self.failing: dict[str, Exception] = {}

    async def row(self, statement: Any, values: Any) -> tuple[int, bool]:
        """Answer a look."""
        if (error := self.failing.pop("look", None)) is not None:
            raise error
        return self.newest, False

    async def ask(self, request: Any) -> Answer:
        """Answer as Django does."""
        if (error := self.failing.get(request["user"])) is not None:
            raise error
        after = int(request[LAST_EVENT_ID])
        self.asked.append((request["user"], after))
        return answer(request["user"], min(after + 2, self.newest), changed=request["user"] in self.changed)

    async def revalidate(self, asked: Sequence[Dependencies]) -> list[Found | None]:
        """Say who is still who he was."""
        return [None if each.holder and each.holder.proof in self.gone else Found(0, 0) for each in asked]


def answer(user: str, last: int, *, group: str = "all", changed: bool = False) -> Answer:
    own = {
        NEWS: json.dumps({"last": last, "group": [group]}),
        "x-gisserver-holder": json.dumps({"user": 1, "mark": "new" if changed else "old"}),
    }
    return Answer(200, [], f"id: {last}\n\n".encode(), own=own)


def reader(user: str, last: int, *, group: str = "all", shows: bool = True) -> Reader:
    credential = Credential("token", user) if shows else None
    return Reader({"user": user}, credential, answer(user, last, group=group))


def stream_of(feed: Feed) -> ChangeStream:
    stream = ChangeStream(feed, feed.ask)  # type: ignore[arg-type]
    stream.renew(MicroBatches(feed.revalidate), "SELECT")
    return stream


async def told(feed: Feed, *readers: Reader) -> list[list[bytes | None]]:
    """Return what each of the readers hears by one look."""
    stream = stream_of(feed)
    protocols = [Protocol() for _ in readers]
    tasks = [
        asyncio.ensure_future(stream.hold(each, [], b"hello", protocol))
        for each, protocol in zip(readers, protocols, strict=True)
    ]
    await come_true(lambda: all(protocol.transport.sent for protocol in protocols))
    await stream.look()
    stream.stop()
    await asyncio.gather(*tasks)
    return [protocol.transport.sent[1:] for protocol in protocols]


def test_those_who_may_see_the_same_are_told_by_one_question() -> None:
    feed = Feed(2)
    heard = asyncio.run(told(feed, *(reader(name, 0) for name in "abcde")))
    assert heard == [[b"id: 2\n\n"]] * 5
    assert len(feed.asked) == 1


def test_who_is_far_behind_is_told_page_after_page_until_he_has_all() -> None:
    assert asyncio.run(told(Feed(5), reader("a", 0))) == [[b"id: 2\n\n", b"id: 4\n\n", b"id: 5\n\n"]]


def test_who_has_heard_all_is_not_asked_for() -> None:
    feed = Feed(2)
    assert asyncio.run(told(feed, reader("a", 2))) == [[]]
    assert feed.asked == []


def test_others_with_other_rights_are_asked_for_apart() -> None:
    feed = Feed(2)
    asyncio.run(told(feed, reader("a", 0), reader("b", 0, group="there"), reader("c", 1)))
    assert sorted(feed.asked) == [("a", 0), ("b", 0), ("c", 1)]


def test_who_may_no_longer_hears_nothing_and_is_let_go_while_the_others_hear_it() -> None:
    feed = Feed(2)
    feed.gone = {"b"}
    assert asyncio.run(told(feed, reader("a", 0), reader("b", 0))) == [[b"id: 2\n\n"], []]


def test_who_is_somebody_by_what_the_front_does_not_find_is_nobody_to_whom_it_goes_on_telling() -> None:
    feed = Feed(2)
    feed.gone = {UNREADABLE.proof}
    assert asyncio.run(told(feed, reader("a", 0, shows=False))) == [[]]


def test_what_was_answered_for_new_rights_goes_to_nobody() -> None:
    feed = Feed(2)
    feed.changed = {"a", "b"}
    assert asyncio.run(told(feed, reader("a", 0), reader("b", 0))) == [[], []]


def test_one_who_cannot_be_asked_for_just_now_keeps_nothing_from_the_others() -> None:
    feed = Feed(4)
    feed.failing["b"] = Unavailable("server_busy", "busy")
    heard = asyncio.run(told(feed, reader("a", 0), reader("b", 0, group="there")))
    assert heard == [[b"id: 2\n\n", b"id: 4\n\n"], []]


def test_who_has_been_let_go_is_asked_for_no_more_though_he_does_not_read() -> None:
    """Else those who are alike would wait for ever for what is asked on his behalf."""

    class Unread(Transport):
        async def send_bytes(self, piece: bytes) -> None:
            await asyncio.Event().wait()

    async def work() -> list[tuple[str, int]]:
        feed, protocol = Feed(2), Protocol()
        feed.changed, protocol.transport = {"a"}, Unread()
        stream = stream_of(feed)
        holding = asyncio.ensure_future(stream.hold(reader("a", 0), [], b"hello", protocol))
        await come_true(lambda: protocol.answer is not None)
        await stream.look()
        await stream.look()
        stream.stop()
        holding.cancel()
        return feed.asked

    assert asyncio.run(work()) == [("a", 0)]


def test_what_nobody_expects_does_not_end_the_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisserver.serving.front.change_stream.CHANGES_LOOK_S", 0)

    async def work() -> list[bytes]:
        feed, protocol = Feed(2), Protocol()
        feed.failing["look"] = KeyError("secret")
        stream = stream_of(feed)
        holding = asyncio.ensure_future(stream.hold(reader("a", 0), [], b"hello", protocol))
        await come_true(lambda: len(protocol.transport.sent) == 2)
        stream.stop()
        await holding
        return protocol.transport.sent

    assert asyncio.run(work()) == [b"hello", b"id: 2\n\n"]


def test_beyond_so_many_the_next_is_told_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisserver.serving.front.change_stream.CHANGE_READERS", 0)

    async def refused() -> None:
        feed = Feed(0)
        stream = stream_of(feed)
        with pytest.raises(HubIsFull):
            await stream.hold(reader("a", 0), [], b"hello", Protocol())
        stream.stop()

    asyncio.run(refused())

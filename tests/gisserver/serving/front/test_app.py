"""Django behind the front: whole answers, answers in pieces, and those that stay open."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from gisserver.serving.answers import Answer
from gisserver.serving.front.database import Database
from gisserver.serving.front.hub import Hub
from gisserver.serving.limits import NEWS_WAITING
from tests.gisserver.serving.stand_ins import (
    TEXT,
    Protocol,
    Stuck,
    asked,
    come_true,
    echo,
    front,
    saying,
    serving,
    silent,
)


def test_a_whole_answer_is_sent_at_once() -> None:
    assert asked(saying([b"al", b"l"])).answer == (200, TEXT, b"all")


def test_an_answer_in_pieces_is_sent_whole() -> None:
    assert body_of(asked(saying(iter([b"one", b"", b"two"])))) == b"onetwo"


def test_a_body_is_read_as_it_comes() -> None:
    protocol = Protocol(b"a long ", b"body")
    assert body_of(asked(echo, protocol, method="POST", headers={"transfer-encoding": "chunked"})) == b"a long body"


def test_a_failure_is_a_500_and_nothing_else() -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ValueError("secret")

    status, _, body = asked(broken).answer  # type: ignore[misc]
    assert (status, json.loads(body)["code"], b"secret" in body) == (500, "internal_error", False)


@pytest.mark.parametrize("name", ["X-Gisserver-TilesetPlan", "x-gisserver-other", "Grip-Channel", "GRIP-HOLD"])
def test_what_django_tells_the_front_reaches_no_client(name: str) -> None:
    _, headers, _ = asked(saying([b""], (name, "secret"), ("X-Other", "told"))).answer  # type: ignore[misc]
    assert {key.lower(): value for key, value in headers} == {"content-type": "text/plain", "x-other": "told"}


def body_of(protocol: Protocol) -> bytes:
    status, _, body = protocol.answer  # type: ignore[misc]
    assert status == 200
    return body


HELD = saying([b"hello\n"], ("Grip-Hold", "stream"), ("Grip-Channel", "community:1,community:2"))


async def held(hub: Hub, *said: str) -> Protocol:
    """Return an open answer that has heard ``said``; its client has gone by then."""
    protocol = Protocol()
    async with serving(HELD, hub=hub) as site:
        answering = asyncio.ensure_future(site.ask(protocol))
        await come_true(lambda: protocol.transport.sent)
        for notification in said:
            hub.announce(notification)
        await asyncio.sleep(0)
        protocol.gone.set()
        await answering
    return protocol


def test_an_answer_that_is_held_open_hears_the_news_of_its_channels() -> None:
    said = [
        '{"event": "partition", "channels": ["community:2"]}',
        '{"event": "secret", "channels": ["community:3"]}',
        '{"event": "redraw", "channels": ["*"]}',
    ]
    protocol = asyncio.run(held(silent(), *said))
    assert protocol.transport.sent == [b"hello\n", b"event: partition\ndata: {}\n\n", b"event: redraw\ndata: {}\n\n"]
    assert "content-length" not in {name.lower() for name, _ in protocol.answer[1]}  # type: ignore[index]


def test_who_reads_too_slowly_is_let_go() -> None:
    news = '{"event": "partition", "channels": ["*"]}'
    protocol = asyncio.run(held(silent(), *[news] * (NEWS_WAITING + 1)))
    assert len(protocol.transport.sent) < NEWS_WAITING


def either(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return (HELD if environ["PATH_INFO"] == "/held" else saying([b"quick"]))(environ, start_response)


async def quick_beside(hub: Hub, number: int) -> Protocol:
    """Return the answer to an ordinary request while ``number`` connections are held open, with one thread."""
    async with serving(either, hub=hub) as site:
        waiting = [Protocol() for _ in range(number)]
        tasks = [asyncio.ensure_future(site.ask(protocol, path="/held")) for protocol in waiting]
        await come_true(lambda: all(protocol.answer for protocol in waiting))
        quick = await site.ask()
        hub.stop()
        await asyncio.gather(*tasks)
    return quick


def test_open_connections_hold_no_thread() -> None:
    assert body_of(asyncio.run(quick_beside(silent(), 50))) == b"quick"


def test_beyond_so_many_listeners_one_is_told_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisserver.serving.front.hub.NEWS_LISTENERS", 0)
    status, headers, _ = asked(HELD).answer  # type: ignore[misc]
    assert (status, dict(headers)["retry-after"]) == (503, "5")


def without_workers(**scope: Any) -> tuple[int, dict[str, str], bytes]:
    """Return the answer of a front to which no worker has come yet."""

    async def ask() -> Protocol:
        async with front() as site:
            return await site.ask(**scope)

    status, headers, body = asyncio.run(ask()).answer  # type: ignore[misc]
    return status, dict(headers), body


@pytest.mark.parametrize(("method", "body"), [("GET", b'{"status": "ok"}'), ("HEAD", b"")])
def test_health_needs_nobody(method: str, body: bytes) -> None:
    status, _, said = without_workers(path="/healthz", method=method)
    assert (status, said) == (200, body)


def test_who_is_not_ready_says_when_to_ask_again() -> None:
    status, headers, body = without_workers(path="/readyz")
    assert (status, json.loads(body)["code"], headers["retry-after"]) == (503, "not_ready", "5")
    assert headers["content-type"] == "application/problem+json"


def test_workers_without_a_known_database_are_not_enough() -> None:
    assert asked(echo, path="/readyz").answer[0] == 503  # type: ignore[index]


@pytest.mark.parametrize(
    ("asked_for", "beginning"), [("en", "The server is starting"), ("zh-CN,zh;q=0.9", "服务器正在启动")]
)
def test_what_the_front_refuses_is_said_in_the_language_asked_for(asked_for: str, beginning: str) -> None:
    _, headers, body = without_workers(path="/readyz", headers={"accept-language": asked_for})
    assert json.loads(body)["detail"].startswith(beginning)
    assert headers["content-language"] == {"en": "en"}.get(asked_for, "zh-hans")


class Memory:
    """Has one answer for all."""

    def __init__(self) -> None:
        self.known = Answer(200, list(TEXT), b"known")

    async def answer(self, scope: Any) -> Answer:
        """Return it."""
        return self.known


def test_an_answer_that_is_given_again_has_an_id_of_its_own() -> None:
    async def ask() -> list[Protocol]:
        async with front() as site:
            site.front._responses = Memory()  # type: ignore[assignment]
            return [await site.ask(path="/ogc") for _ in range(3)]

    protocols = asyncio.run(ask())
    assert [len(protocol.ids) for protocol in protocols] == [1, 1, 1]
    assert len({protocol.ids[0] for protocol in protocols}) == 3


def test_while_the_database_is_away_nobody_waits_for_a_look_at_what_is_kept() -> None:
    database = Database()
    database.is_away = True

    async def ask() -> Protocol:
        async with front(database=database) as site:
            site.front._responses = Memory()  # type: ignore[assignment]
            return await site.ask(path="/ogc")

    assert asyncio.run(ask()).answer[0] == 503  # type: ignore[index]


@pytest.mark.parametrize("path", ["/healthz", "/tiles/grids/1/0/0.mvt", "/api/grids/at"])
def test_what_is_quick_answers_while_long_requests_hold_every_thread(path: str) -> None:
    stuck = Stuck()

    async def ask() -> Protocol:
        async with serving(stuck) as site:
            long = asyncio.ensure_future(site.ask(path="/ogc/long"))
            await asyncio.to_thread(stuck.entered.wait)
            quick = await site.ask(path=path)
            stuck.let_go.set()
            await long
        return quick

    assert asyncio.run(ask()).answer[0] == 200  # type: ignore[index]


def test_a_request_whose_client_has_gone_before_its_turn_is_not_begun() -> None:
    stuck = Stuck()

    async def ask() -> Protocol:
        async with serving(stuck) as site:
            long = asyncio.ensure_future(site.ask(path="/ogc/long"))
            await asyncio.to_thread(stuck.entered.wait)
            waiting = Protocol()
            waiting.gone.set()
            await site.ask(waiting, path="/ogc/late")
            stuck.let_go.set()
            await long
            await site.ask(path="/ogc/after")
        return waiting

    assert asyncio.run(ask()).answer is None
    assert stuck.asked == ["/ogc/long", "/ogc/after"]


def test_what_changes_something_is_done_even_when_its_client_has_gone() -> None:
    stuck = Stuck()

    async def ask() -> None:
        async with serving(stuck) as site:
            leaving = Protocol(b"x")
            leaving.gone.set()
            await site.ask(leaving, path="/api/incidents/", method="POST", headers={"content-length": "1"})

    asyncio.run(ask())
    assert stuck.asked == ["/api/incidents/"]


def test_who_asks_for_much_at_once_leaves_threads_for_others() -> None:
    stuck = Stuck()

    async def ask() -> Protocol:
        async with serving(stuck, threads=2) as site:
            many = [asyncio.ensure_future(site.ask(path="/ogc/long", client="192.0.2.66:1")) for _ in range(10)]
            await asyncio.to_thread(stuck.entered.wait)
            other = await site.ask(path="/ogc", client="192.0.2.7:1")
            stuck.let_go.set()
            await asyncio.gather(*many)
        return other

    assert asyncio.run(ask()).answer[0] == 200  # type: ignore[index]

"""Django behind the gateway: whole answers, answers in pieces, and those that stay open."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from gisserver.serving.gateway import Gateway
from gisserver.serving.hub import MAX_WAITING, Hub

from tests.gisserver.serving.stand_ins import Protocol, Scope

TEXT = [("Content-Type", "text/plain")]


def saying(body: Iterable[bytes], *headers: tuple[str, str]) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that answers so."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT, *headers])
        return body

    return application


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return [environ["wsgi.input"].read()]


def ask(application: Any, protocol: Protocol, **scope: Any) -> Protocol:
    asyncio.run(Gateway(application, silent(), threads=1).__rsgi__(Scope(**scope), protocol))
    return protocol


def silent() -> Hub:
    """Return a hub that hears nothing from a database."""
    return Hub(connect=lambda: asyncio.sleep(3600), upcoming="")  # type: ignore[arg-type, return-value]


def test_a_whole_answer_is_sent_at_once() -> None:
    assert ask(saying([b"al", b"l"]), Protocol()).answer == (200, TEXT, b"all")


def test_an_answer_in_pieces_is_sent_whole() -> None:
    assert ask(saying(iter([b"one", b"", b"two"])), Protocol()).answer == (200, TEXT, b"onetwo")


def test_a_body_is_read_as_it_comes() -> None:
    protocol = ask(echo, Protocol(b"a long ", b"body"), method="POST", headers={"transfer-encoding": "chunked"})
    assert protocol.answer == (200, TEXT, b"a long body")


def test_a_failure_is_a_500_and_nothing_else() -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ValueError("secret")

    status, _, body = ask(broken, Protocol()).answer  # type: ignore[misc]
    assert (status, b"secret" in body) == (500, False)


HELD = saying([b"hello\n"], ("Grip-Hold", "stream"), ("Grip-Channel", "community:1,community:2"))


async def held(hub: Hub, *said: str) -> Protocol:
    """Return an open answer that has heard ``said``; its client has gone by then."""
    protocol = Protocol()
    answering = asyncio.ensure_future(Gateway(HELD, hub, threads=1).__rsgi__(Scope(), protocol))
    while not protocol.transport.sent:
        await asyncio.sleep(0)
    for notification in said:
        hub.announce(notification)
    await asyncio.sleep(0)
    protocol.gone.set()
    await answering
    return protocol


def test_an_answer_that_is_held_open_goes_on_with_what_its_channels_tell() -> None:
    news = '{"event": "partition", "channels": ["community:2"]}'
    others = '{"event": "redraw", "channels": ["community:3"]}'
    everybody = '{"event": "redraw", "channels": ["*"]}'
    protocol = asyncio.run(held(silent(), news, others, everybody))
    assert protocol.answer == (200, TEXT, None)
    assert protocol.transport.sent == [b"hello\n", b"event: partition\ndata: {}\n\n", b"event: redraw\ndata: {}\n\n"]


def test_who_reads_too_slowly_is_let_go() -> None:
    news = '{"event": "partition", "channels": ["*"]}'
    protocol = asyncio.run(held(silent(), *[news] * (MAX_WAITING + 1)))
    assert len(protocol.transport.sent) < MAX_WAITING


def either(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return (HELD if environ["PATH_INFO"] == "/held" else saying([b"quick"]))(environ, start_response)


async def quick_beside(hub: Hub, number: int) -> Protocol:
    """Return the answer to an ordinary request while ``number`` connections are held open, with one thread."""
    gateway = Gateway(either, hub, threads=1)
    waiting = [Protocol() for _ in range(number)]
    tasks = [asyncio.ensure_future(gateway.__rsgi__(Scope(path="/held"), protocol)) for protocol in waiting]
    while not all(protocol.answer for protocol in waiting):
        await asyncio.sleep(0)
    quick = Protocol()
    await gateway.__rsgi__(Scope(), quick)
    hub.stop()
    await asyncio.gather(*tasks)
    return quick


def test_open_connections_hold_no_thread() -> None:
    assert asyncio.run(quick_beside(silent(), 50)).answer == (200, TEXT, b"quick")


def test_beyond_so_many_listeners_one_is_told_to_come_later(monkeypatch) -> None:
    monkeypatch.setattr("gisserver.serving.hub.MAX_LISTENERS", 0)
    status, headers, _ = ask(HELD, Protocol()).answer  # type: ignore[misc]
    assert (status, dict(headers)["retry-after"]) == (503, "5")

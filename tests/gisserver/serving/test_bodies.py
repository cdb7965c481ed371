"""A body is received whole before a thread is asked: who sends slowly, or lies of its length, keeps nobody waiting."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from gisserver.serving.gateway import Gateway

from gisserver.serving import body
from tests.gisserver.serving.stand_ins import Protocol, Scope
from tests.gisserver.serving.test_gateway import echo, saying, silent

CHUNKED = {"transfer-encoding": "chunked"}


class Stalling(Protocol):
    """Somebody who sends a little, and then nothing more."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"a little"
        await asyncio.Event().wait()


class Broken(Protocol):
    """Somebody whose chunks are none: granian says so by one empty piece more."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in (b"half", b"", b""):
            yield piece


def post(protocol: Protocol, headers: dict[str, str], path: str = "/api/incidents/") -> tuple[int, str]:
    """Return the status and the code of the problem, or the text, that a POST is answered with."""
    gateway = Gateway(echo, silent(), threads=1)
    asyncio.run(gateway.__rsgi__(Scope(method="POST", path=path, headers=headers), protocol))
    status, told, content = protocol.answer  # type: ignore[misc]
    is_problem = dict(told).get("content-type") == "application/problem+json"
    return status, json.loads(content)["code"] if is_problem else content.decode()


def test_who_sends_nothing_more_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SILENCE_S", 0.01)
    assert post(Stalling(), {"content-length": "100"}) == (408, "body_too_slow")


def test_who_sends_too_little_at_a_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SILENCE_S", 0.0)
    monkeypatch.setattr(body, "BYTES_PER_S", 10**9)
    assert post(Stalling(), CHUNKED) == (408, "body_too_slow")


@pytest.mark.parametrize("said", ["100", "3"])
def test_a_body_of_another_length_than_said_is_refused(said: str) -> None:
    assert post(Protocol(b"five!"), {"content-length": said}) == (400, "body_incomplete")


def test_a_body_that_breaks_off_is_refused() -> None:
    assert post(Broken(), CHUNKED) == (400, "body_incomplete")


def test_a_body_that_says_that_it_is_too_large_is_not_received() -> None:
    assert post(Stalling(), {"content-length": str(body.LIMIT + 1)}) == (413, "too_large")


@pytest.mark.parametrize(("asked", "beginning"), [("en", "This door takes"), ("zh-CN,zh;q=0.9", "该接口")])
def test_what_is_refused_before_django_is_said_in_the_language_asked(asked: str, beginning: str) -> None:
    protocol = Stalling()
    headers = {"content-length": str(body.LIMIT + 1), "accept-language": asked}
    asyncio.run(Gateway(echo, silent(), threads=1).__rsgi__(Scope(method="POST", headers=headers), protocol))
    assert json.loads(protocol.answer[2])["detail"].startswith(beginning)  # type: ignore[index]


def test_a_body_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "LIMIT", 6)
    assert post(Protocol(b"four", b"more"), CHUNKED) == (413, "too_large")


def test_a_body_on_disk_is_read_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MEMORY_BYTES", 4)
    assert post(Protocol(b"a long ", b"body"), CHUNKED) == (200, "a long body")


def test_when_the_disk_is_full_one_is_told_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MEMORY_BYTES", 4)
    monkeypatch.setattr("gisserver.serving.gateway.DISK_BYTES", 8)
    protocol = Protocol(b"a long ", b"body")
    assert post(protocol, CHUNKED) == (503, "server_busy")
    assert ("retry-after", "5") in protocol.answer[1]  # type: ignore[index]


def test_django_is_told_how_long_a_body_in_chunks_is() -> None:
    def length(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return list(saying([environ["CONTENT_LENGTH"].encode()])(environ, start_response))

    protocol = Protocol(b"five", b"!")
    asyncio.run(Gateway(length, silent(), threads=1).__rsgi__(Scope(method="POST", headers=CHUNKED), protocol))
    assert protocol.answer[2] == b"5"  # type: ignore[index]


def test_who_sends_slowly_holds_no_thread() -> None:
    async def ask() -> Protocol:
        gateway, quick = Gateway(echo, silent(), threads=1), Protocol()
        slow = asyncio.create_task(gateway.__rsgi__(Scope(method="POST", headers={"content-length": "9"}), Stalling()))
        await asyncio.sleep(0)
        await gateway.__rsgi__(Scope(path="/ogc"), quick)
        slow.cancel()
        return quick

    assert asyncio.run(ask()).answer[0] == 200  # type: ignore[index]


def test_each_door_that_takes_files_may_have_them_as_large_as_it_says() -> None:
    from buildings.api.geocode.files import MAX_BYTES, MAX_JOB_BYTES
    from layers.api.views import MAX_UPLOAD_BYTES

    assert body.LIMITS["/api/layers/"] > MAX_UPLOAD_BYTES
    assert body.LIMITS["/geocode/"] > max(MAX_BYTES, MAX_JOB_BYTES)

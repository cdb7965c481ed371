"""A body is received whole before a thread is asked: who sends slowly, or lies of its length, keeps nobody waiting."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gisserver.serving import limits
from gisserver.serving.spool import Spool
from tests.gisserver.serving.stand_ins import Protocol, asked, echo, saying, serving

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
    status, told, content = asked(echo, protocol, method="POST", path=path, headers=headers).answer  # type: ignore[misc]
    is_problem = dict(told).get("content-type") == "application/problem+json"
    return status, json.loads(content)["code"] if is_problem else content.decode()


def test_who_sends_nothing_more_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SILENCE_S", 0.01)
    assert post(Stalling(), {"content-length": "100"}) == (408, "body_too_slow")


def test_who_sends_too_little_at_a_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SILENCE_S", 0.0)
    monkeypatch.setattr(limits, "BODY_BYTES_PER_S", 10**9)
    assert post(Stalling(), CHUNKED) == (408, "body_too_slow")


@pytest.mark.parametrize("said", ["100", "3"])
def test_a_body_of_another_length_than_said_is_refused(said: str) -> None:
    assert post(Protocol(b"five!"), {"content-length": said}) == (400, "body_incomplete")


def test_a_body_that_breaks_off_is_refused() -> None:
    assert post(Broken(), CHUNKED) == (400, "body_incomplete")


def test_a_body_that_says_that_it_is_too_large_is_not_received() -> None:
    assert post(Stalling(), {"content-length": str(limits.BODY_BYTES + 1)}) == (413, "too_large")


@pytest.mark.parametrize(("language", "beginning"), [("en", "This door takes"), ("zh-CN,zh;q=0.9", "该接口")])
def test_what_is_refused_before_django_is_said_in_the_language_asked(language: str, beginning: str) -> None:
    protocol = Stalling()
    headers = {"content-length": str(limits.BODY_BYTES + 1), "accept-language": language}
    asked(echo, protocol, method="POST", headers=headers)
    assert json.loads(protocol.answer[2])["detail"].startswith(beginning)  # type: ignore[index]


def test_a_body_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_BYTES", 6)
    assert post(Protocol(b"four", b"more"), CHUNKED) == (413, "too_large")


@pytest.mark.parametrize("length", [4, 5, 11])
def test_a_body_on_disk_is_read_like_any_other_and_gone_afterwards(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODY_MEMORY_BYTES", 4)
    text = b"a long body"[:length]

    async def ask() -> tuple[Protocol, list[Path]]:
        async with serving(echo) as site:
            protocol = Protocol(text[:3], text[3:])
            return await site.ask(protocol, method="POST", headers=CHUNKED), list(site.folder.iterdir())

    protocol, left = asyncio.run(ask())
    assert (protocol.answer[2], left) == (text, [])  # type: ignore[index]


def test_a_body_that_is_refused_half_way_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_MEMORY_BYTES", 2)

    async def ask() -> list[Path]:
        async with serving(echo) as site:
            assert (await site.ask(Broken(), method="POST", headers=CHUNKED)).answer[0] == 400  # type: ignore[index]
            return list(site.folder.iterdir())

    assert asyncio.run(ask()) == []


def test_when_the_disk_is_full_one_is_told_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_MEMORY_BYTES", 4)

    async def ask() -> Protocol:
        async with serving(echo) as site:
            (site.folder / "of-somebody-else").write_bytes(b"12345678")
            site.front._spool = Spool(site.folder, most=10)
            return await site.ask(Protocol(b"a long ", b"body"), method="POST", headers=CHUNKED)

    status, headers, content = asyncio.run(ask()).answer  # type: ignore[misc]
    assert (status, json.loads(content)["code"]) == (503, "server_busy")
    assert ("retry-after", "5") in headers


def test_a_disk_that_has_no_room_is_no_failure_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_MEMORY_BYTES", 4)

    async def ask() -> tuple[Protocol, list[Path]]:
        async with serving(echo) as site:
            (site.folder / "body-1").symlink_to("/dev/full")
            return await site.ask(Protocol(b"a long ", b"body"), method="POST", headers=CHUNKED), [
                *site.folder.iterdir()
            ]

    protocol, left = asyncio.run(ask())
    assert (protocol.answer[0], left) == (503, [])  # type: ignore[index]


def test_django_is_told_how_long_a_body_in_chunks_is() -> None:
    def length(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return list(saying([environ["CONTENT_LENGTH"].encode()])(environ, start_response))

    protocol = asked(length, Protocol(b"five", b"!"), method="POST", headers=CHUNKED)
    assert protocol.answer[2] == b"5"  # type: ignore[index]


def test_who_sends_slowly_holds_no_thread() -> None:
    async def ask() -> Protocol:
        async with serving(echo) as site:
            slow = asyncio.create_task(site.ask(Stalling(), method="POST", headers={"content-length": "9"}))
            await asyncio.sleep(0)
            quick = await site.ask(path="/ogc")
            slow.cancel()
        return quick

    assert asyncio.run(ask()).answer[0] == 200  # type: ignore[index]


def test_each_door_that_takes_files_may_have_them_as_large_as_it_says() -> None:
    from buildings.api.geocode.files import MAX_BYTES, MAX_JOB_BYTES
    from layers.api.views import MAX_UPLOAD_BYTES

    assert limits.BODY_BYTES_BY_DOOR["/api/layers/"] > MAX_UPLOAD_BYTES
    assert limits.BODY_BYTES_BY_DOOR["/geocode/"] > max(MAX_BYTES, MAX_JOB_BYTES)

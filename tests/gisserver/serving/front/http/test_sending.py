"""An answer on disk is sent from there; nothing of it is read into memory here."""

import asyncio
from pathlib import Path

import pytest

from gisserver.serving.answers import Answer
from gisserver.serving.front.http import sending
from gisserver.serving.front.http.sending import send
from tests.gisserver.serving.stand_ins import Protocol, come_true


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "result"
    path.write_bytes(b"rows")
    return path


def sent(answer: Answer) -> Protocol:
    async def work() -> Protocol:
        protocol = Protocol()
        send(answer, protocol)
        return protocol

    return asyncio.run(work())


def test_bytes_are_sent_with_their_headers() -> None:
    headers = [("x-a", "1")]
    assert sent(Answer(201, headers, b"rows")).answer == (201, headers, b"rows")


def test_a_file_is_sent_with_its_length(file: Path) -> None:
    protocol = sent(Answer(200, [("x-a", "1")], file))
    assert protocol.answer == (200, [("x-a", "1"), ("content-length", "4")], b"rows")
    assert protocol.file == file


def test_a_length_that_is_known_is_not_said_twice(file: Path) -> None:
    headers = [("Content-Length", "4")]
    assert sent(Answer(200, headers, file)).answer == (200, headers, b"rows")


def test_a_file_of_somebody_else_stays(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "NAMED_S", 0.0)

    async def work() -> None:
        send(Answer(200, [], file), Protocol())
        await asyncio.sleep(0.01)

    asyncio.run(work())
    assert file.exists()


def test_a_file_that_was_made_for_this_answer_goes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "NAMED_S", 0.0)

    async def work() -> None:
        send(Answer(200, [], file, passing=True), Protocol())
        await come_true(lambda: not file.exists())

    asyncio.run(work())

"""An answer on disk is sent from there; nothing of it is read into memory here, and what was made for it goes."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from gisserver.common.errors import Unavailable
from gisserver.serving import limits
from gisserver.serving.answers import Answer
from gisserver.serving.front.http.sending import Sending, size_of
from tests.gisserver.serving.stand_ins import Protocol, come_true


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "result"
    path.write_bytes(b"rows")
    return path


@pytest.fixture(autouse=True)
def looking_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ANSWER_LOOK_S", 0.0)


def sent(answer: Answer) -> Protocol:
    async def work() -> Protocol:
        protocol = Protocol()
        Sending().send(answer, size_of(answer), protocol)
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


def test_a_file_that_cannot_be_opened_is_refused_before_anything_is_sent(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(*_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Path, "open", no_more)
    with pytest.raises(Unavailable) as refused:
        size_of(Answer(200, [], file))
    assert refused.value.code == "server_busy"


def test_a_file_of_somebody_else_stays_and_one_made_for_this_answer_goes(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "answer-1"
    made.write_bytes(b"rows")

    async def work() -> None:
        sending = Sending()
        sending.send(Answer(200, [], file), 4, Protocol())
        sending.send(Answer(200, [], made, passing=True), 4, Protocol())
        await come_true(lambda: not made.exists())

    asyncio.run(work())
    assert file.exists()


@pytest.fixture
def reader(file: Path) -> Iterator[IO[bytes]]:
    with file.open("rb") as opened:
        yield opened


async def looked_at(file: Path, reader: IO[bytes]) -> bytes:
    """Return what a reader finds who has the file open while it is looked, twice at least, whether it has been read."""
    sending = Sending()
    sending.send(Answer(200, [], file, passing=True), 4, Protocol())
    other = file.with_name("answer-2")
    for _ in range(2):
        other.write_bytes(b"")
        sending.send(Answer(200, [], other, passing=True), 0, Protocol())
        await come_true(lambda: not other.exists())
    return reader.read()


def test_a_file_that_is_being_read_stays(file: Path, reader: IO[bytes]) -> None:
    assert asyncio.run(looked_at(file, reader)) == b"rows"
    assert file.exists()


def test_who_reads_too_slowly_finds_the_end_of_it(
    file: Path, reader: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ANSWER_SILENCE_S", -1.0)
    assert asyncio.run(looked_at(file, reader)) == b""
    assert not file.exists()

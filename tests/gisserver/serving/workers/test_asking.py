"""No thread waits for a client, and what a client does not read lies on the disk, not in memory."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gisserver.serving import spool
from gisserver.serving.spool import Spool
from gisserver.serving.workers.asking import Gone, ask
from gisserver.serving.workers.environ import FileBlocks
from gisserver.serving.workers.running import RunningRequest
from tests.gisserver.serving.stand_ins import TEXT, Protocol, asked, saying


@pytest.mark.parametrize("kind", [iter, list])
def test_a_long_answer_is_sent_from_a_file(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "ANSWER_MEMORY_BYTES", 4)
    protocol = asked(saying(kind([b"one", b"two", b"three"])))
    assert protocol.answer == (200, [*TEXT, ("content-length", "11")], b"onetwothree")
    assert protocol.file is not None


def test_an_answer_that_fails_half_way_leaves_no_file_and_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "ANSWER_MEMORY_BYTES", 4)

    def pieces() -> Iterator[bytes]:
        yield b"a long piece"
        raise ValueError("secret")

    with pytest.raises(ValueError, match="secret"):
        ask(saying(pieces()), {}, RunningRequest(), Spool(tmp_path), "answer")
    assert list(tmp_path.iterdir()) == []


def test_the_client_is_told_of_such_a_failure_but_not_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "ANSWER_MEMORY_BYTES", 4)

    def pieces() -> Iterator[bytes]:
        yield b"a long piece"
        raise ValueError("secret")

    status, headers, content = asked(saying(pieces())).answer  # type: ignore[misc]
    assert (status, json.loads(content)["code"], b"secret" in content) == (500, "internal_error", False)
    assert dict(headers)["content-type"] == "application/problem+json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "result"
    path.write_bytes(b"rows")
    return path


def body_of(protocol: Protocol) -> bytes:
    return protocol.answer[2]  # type: ignore[index]


def test_a_file_on_disk_is_handed_over_as_it_lies(file: Path) -> None:
    protocol = asked(saying(FileBlocks(file.open("rb"))))
    assert (protocol.file, body_of(protocol)) == (file, b"rows")


@pytest.mark.parametrize("offset", [1, 4])
def test_a_part_of_a_file_is_not_taken_for_the_whole(file: Path, offset: int) -> None:
    with file.open("rb") as opened:
        opened.seek(offset)
        assert body_of(asked(saying(FileBlocks(opened)))) == b"rows"[offset:]


def test_a_file_without_a_name_is_read() -> None:
    with tempfile.TemporaryFile() as opened:
        opened.write(b"rows")
        opened.seek(0)
        assert body_of(asked(saying(FileBlocks(opened)))) == b"rows"


class Closing(list[bytes]):
    """An answer that notes that it was closed, as Django's must be at the end of a request."""

    closed = False

    def close(self) -> None:
        """Note it (PEP 3333)."""
        self.closed = True


def test_an_answer_is_closed_when_it_has_been_read(tmp_path: Path) -> None:
    result = Closing([b"rows"])
    ask(saying(result), {}, RunningRequest(), Spool(tmp_path), "answer")
    assert result.closed


def test_an_answer_for_which_nobody_waits_is_not_made(tmp_path: Path) -> None:
    running = RunningRequest()

    def pieces() -> Iterator[bytes]:
        running.gone = True
        yield b"one"
        pytest.fail("more was made")

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return pieces()

    with pytest.raises(Gone):
        ask(application, {}, running, Spool(tmp_path), "answer")

"""No thread waits for a client, and what a client does not read lies on the disk, not in memory."""

import asyncio
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gisserver.serving.environ import FileBlocks
from gisserver.serving.gateway import Gateway

from gisserver.serving import answer as answers
from gisserver.serving import spool
from tests.gisserver.serving.stand_ins import Protocol, Scope
from tests.gisserver.serving.test_gateway import TEXT, saying, silent


class FromFile(Protocol):
    """Keeps the file that it was given, as granian does."""

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        super().response_file(status, headers, file)
        self.file = Path(file)


def ask(application: Any, folder: Path) -> FromFile:
    protocol = FromFile()
    asyncio.run(Gateway(application, silent(), threads=1, folder=folder).__rsgi__(Scope(), protocol))
    return protocol


def test_a_long_answer_is_sent_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY_BYTES", 4)
    protocol = ask(saying(iter([b"one", b"two", b"three"])), tmp_path)
    assert protocol.answer == (200, [*TEXT, ("content-length", "11")], b"onetwothree")
    assert tmp_path in protocol.file.parents


def test_the_file_of_a_long_answer_goes(tmp_path: Path) -> None:
    room = spool.Room(20)
    passing = spool.Spool(room, tmp_path)
    path = passing._file(iter([b"x" * 20]))
    passing.remove(path)
    room.take(20)  # there is room again
    assert not path.exists()


def test_an_answer_that_fails_half_way_leaves_no_file_and_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MEMORY_BYTES", 4)

    def pieces() -> Iterator[bytes]:
        yield b"a long piece"
        raise ValueError("secret")

    status, _, content = ask(saying(pieces()), tmp_path).answer  # type: ignore[misc]
    assert (status, b"internal_error" in content, b"secret" in content) == (500, True, False)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_on_disk_is_handed_over_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"rows")
    assert ask(saying(FileBlocks(path.open("rb"))), tmp_path).file == path


@pytest.mark.parametrize("offset", [1, 4])
def test_a_part_of_a_file_is_not_taken_for_the_whole(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "result"
    path.write_bytes(b"rows")
    with path.open("rb") as file:
        file.seek(offset)
        assert ask(saying(FileBlocks(file)), tmp_path).answer[2] == b"rows"[offset:]  # type: ignore[index]


def test_a_file_without_a_name_is_read(tmp_path: Path) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"rows")
        file.seek(0)
        assert ask(saying(FileBlocks(file)), tmp_path).answer[2] == b"rows"  # type: ignore[index]


def test_an_answer_for_which_nobody_waits_is_not_made(tmp_path: Path) -> None:
    running = answers.RunningRequest()

    def pieces() -> Iterator[bytes]:
        running.gone = True
        yield b"one"
        pytest.fail("more was made")

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return pieces()

    with pytest.raises(answers.Gone):
        answers.ask(application, {}, running, spool.Spool(spool.Room(10), tmp_path))

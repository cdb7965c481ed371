"""What passes through lies in one folder, which says itself how full it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gisserver.common.errors import Unavailable
from gisserver.serving import spool
from gisserver.serving.spool import Spool


def test_what_is_short_stays_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "ANSWER_MEMORY_BYTES", 6)
    assert Spool(tmp_path).whole("answer", [b"one", b"two"]) == b"onetwo"
    assert list(tmp_path.iterdir()) == []


def test_what_is_long_is_a_file_of_all_its_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "ANSWER_MEMORY_BYTES", 5)
    assert Spool(tmp_path).whole("answer", [b"one", b"two", b"", b"three"]) == tmp_path / "answer"
    assert (tmp_path / "answer").read_bytes() == b"onetwothree"


def test_a_full_folder_takes_no_more_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "of-another-process").write_bytes(b"x" * 8)
    with pytest.raises(Unavailable) as refused:
        Spool(tmp_path, most=10).write("answer", [b"abc"])
    assert refused.value.code == "server_busy"
    assert [path.name for path in tmp_path.iterdir()] == ["of-another-process"]


def test_there_is_room_again_when_somebody_elses_file_has_gone(tmp_path: Path) -> None:
    theirs, ours = Spool(tmp_path, most=10), Spool(tmp_path, most=10)
    theirs.write("theirs", [b"x" * 10])
    with pytest.raises(Unavailable):
        ours.check(1)
    (tmp_path / "theirs").unlink()
    ours.check(10)


def test_a_long_writer_looks_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "SPOOL_LOOK_BYTES", 100_000)
    written: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(100):
            written.append(number)
            yield bytes(100_000)

    with pytest.raises(Unavailable):
        Spool(tmp_path, most=500_000).write("answer", pieces())
    assert len(written) <= 8
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_to_be_full_and_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "answer").symlink_to("/dev/full")
    with pytest.raises(Unavailable) as refused:
        Spool(tmp_path).write("answer", [b"abc"])
    assert refused.value.code == "server_busy"
    assert list(tmp_path.iterdir()) == []


def test_the_files_are_counted_once_for_many_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Path] = []
    monkeypatch.setattr(spool, "_sizes", lambda folder: counted.append(folder) or iter(()))
    monkeypatch.setattr(spool, "SPOOL_LOOK_S", 60.0)
    ours = Spool(tmp_path, most=100)
    for _ in range(10):
        ours.check(10)
    assert counted == [tmp_path]


def test_a_piece_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Spool(tmp_path).write("answer", pieces())
    assert list(tmp_path.iterdir()) == []

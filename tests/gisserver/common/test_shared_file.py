"""Several write one log file, which is put aside when it is full; no line is lost or torn."""

import json
import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gisserver.common.logs import JsonLines, SharedFile, ShortLines


def record(**members: object) -> logging.LogRecord:
    return logging.makeLogRecord({"members": members, "msg": "slow statement", "created": 0.0})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "security.log"


def written(path: Path) -> list[dict[str, int]]:
    files = [file for file in path.parent.glob("security.log*") if file.suffix != ".lock"]
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_its_folder_is_made_and_it_is_its_owner_s_alone(path: Path) -> None:
    file = SharedFile(str(path))
    file.emit(record(kind="export"))
    file.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_file_is_put_aside_and_the_oldest_goes(path: Path) -> None:
    file = SharedFile(str(path), largest_bytes=1, kept_files=2)
    file.setFormatter(JsonLines())
    for number in range(4):
        file.emit(record(number=number))
    file.close()
    assert sorted(each["number"] for each in written(path)) == [2, 3]


def test_several_write_at_once_and_no_line_is_lost_or_torn(path: Path) -> None:
    def write(writer: int) -> None:
        # An open file and a lock of its own, as another process has.
        file = SharedFile(str(path), largest_bytes=4000, kept_files=1000)
        file.setFormatter(JsonLines())
        for number in range(100):
            file.emit(record(writer=writer, number=number))
        file.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))

    lines = [(each["writer"], each["number"]) for each in written(path)]
    assert sorted(lines) == [(writer, number) for writer in range(3) for number in range(100)]
    assert len(list(path.parent.glob("security.log.*"))) > 2


def test_a_line_for_a_terminal_is_short() -> None:
    line = ShortLines().format(record(door="/api/grids/", ms=600.1))
    assert line.endswith(" slow statement: door=/api/grids/ ms=600.1")

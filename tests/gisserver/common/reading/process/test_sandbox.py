"""What a child process may do while it reads a file, and what its caller hears of it."""

import logging
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gisserver.common.errors import Invalid, Unavailable
from gisserver.common.reading.process.sandbox import Limits, call, turn
from gisserver.common.workspace import workspace
from tests.waiting import until

TASKS = "tests.gisserver.common.reading.misbehaving"
SMALL = Limits(cpu_s=2, wall_s=60, memory_bytes=2**30, output_bytes=2**20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


def asked(folder: Path, name: str, limits: Limits = SMALL, **arguments: Any) -> Any:
    return call(f"{TASKS}:{name}", arguments, folder=folder, limits=limits)


def refusal(folder: Path, name: str, limits: Limits = SMALL) -> str:
    with pytest.raises(Invalid) as refused:
        asked(folder, name, limits)
    return refused.value.code


def test_the_answer_comes_back(folder: Path) -> None:
    value = {"big": 2**70, "name": "网格", "none": None}
    assert asked(folder, "answer", value=value) == value


def test_a_refusal_comes_back_with_its_data(folder: Path) -> None:
    with pytest.raises(Invalid) as refused:
        asked(folder, "refuse")
    assert (refused.value.code, refused.value.data) == ("bad_row", {"row": 3})


def test_who_spins_is_ended(folder: Path) -> None:
    assert refusal(folder, "spin") == "reading_too_long"


def test_who_only_waits_is_ended(folder: Path) -> None:
    impatient = Limits(cpu_s=60, wall_s=1, memory_bytes=2**30, output_bytes=2**20)
    assert refusal(folder, "wait", impatient) == "reading_too_long"


def test_who_takes_too_much_memory_is_refused(folder: Path) -> None:
    assert refusal(folder, "swallow") == "reading_too_much"


def test_who_writes_too_much_is_refused(folder: Path) -> None:
    assert refusal(folder, "write_much") == "reading_too_much"
    assert (folder / "much").stat().st_size <= SMALL.output_bytes


def test_who_breaks_off_makes_the_file_unreadable(folder: Path) -> None:
    assert refusal(folder, "abort") == "unreadable_file"


def test_a_defect_is_logged_without_the_values_it_met(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert refusal(folder, "err") == "unreadable_file"
    assert "KeyError" in caplog.text
    assert "13800138000" not in caplog.text


@pytest.mark.skipif(os.geteuid() == 0, reason="the system does not count root's processes")
def test_no_further_process_is_started(folder: Path) -> None:
    assert refusal(folder, "fork") == "unreadable_file"


def _may_have_a_network_of_its_own() -> bool:
    return subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not _may_have_a_network_of_its_own(), reason="the system allows no network namespaces")
def test_the_network_is_out_of_reach(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(Invalid):
            asked(folder, "connect", port=server.getsockname()[1])
        assert select.select([server], [], [], 0)[0] == []


def test_gdal_s_switches_keep_it_off_the_network_anyway(folder: Path) -> None:
    given = asked(folder, "environment")
    assert {given[name] for name in ("GDAL_HTTP_PROXY", "GDAL_HTTPS_PROXY", "ALL_PROXY")} == {"http://127.0.0.1:1"}
    assert given["GML_DOWNLOAD_SCHEMA"] == "NO"
    assert "WFS" in given["OGR_SKIP"]


def test_no_secret_is_handed_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "only the server's")
    assert "SECRET_KEY" not in asked(folder, "environment")


def test_a_small_file_may_cost_little_and_a_large_one_more() -> None:
    small, large = Limits.for_file(20_000), Limits.for_file(2**30)
    assert small.cpu_s <= 5
    assert small.memory_bytes < large.memory_bytes
    assert large.cpu_s == 600


def test_a_third_file_at_once_is_put_off() -> None:
    with turn(), turn(), pytest.raises(Unavailable) as refused, turn():
        pass
    assert refused.value.code == "reading_busy"


def test_a_turn_ends_with_its_file() -> None:
    for _ in range(5):
        with turn():
            pass


def test_a_folder_is_gone_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), workspace(tmp_path) as folder:
        (folder / "part").touch()
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="TMPDIR"), workspace(tmp_path):
        pass


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    with workspace(tmp_path) as first, workspace(tmp_path):
        assert first.is_dir()


def test_the_folder_of_a_killed_reader_is_swept_and_its_child_is_gone(tmp_path: Path) -> None:
    script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[5])!r})
from pathlib import Path
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.workspace import workspace
with workspace(Path({str(tmp_path)!r})) as folder:
    call({TASKS + ":wait"!r}, {{}}, folder=folder, limits=Limits.for_command())
"""
    reader = subprocess.Popen([sys.executable, "-c", script])
    (waiting,) = until(lambda: list(tmp_path.glob("*/waiting")), bool)
    children = Path(f"/proc/{reader.pid}/task/{reader.pid}/children").read_text().split()
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    until(lambda: [child for child in children if _lives(child)], lambda living: not living)
    with workspace(tmp_path):
        assert not waiting.parent.exists()


def _lives(child: str) -> bool:
    try:
        return Path(f"/proc/{child}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False

"""The report of an import may name people: its owner alone reads it, and it has an end."""

import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gisserver.common.imports import reports

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_only_its_owner_reads_a_report(laws: None, tmp_path: Path, settings: Any) -> None:
    settings.GISSERVER_HOME = tmp_path
    file = tmp_path / "homes.csv"
    file.write_text("building_code,room,name,tel\n,,张三,13800138000\n")
    with pytest.raises(CommandError, match="rows_rejected"):
        call_command("import_households", str(file), stdout=StringIO())
    [report] = (tmp_path / "reports").iterdir()
    assert "13800138000" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_a_report_that_was_there_is_closed_too(laws: None, tmp_path: Path) -> None:
    file, report = tmp_path / "homes.csv", tmp_path / "report.csv"
    file.write_text("building_code,room,name,tel\n,,张三,13800138000\n")
    report.touch(mode=0o644)
    with pytest.raises(CommandError, match="rows_rejected"):
        call_command("import_households", str(file), f"--report={report}", stdout=StringIO())
    assert report.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("day", "left"), [(30, ["a.csv"]), (31, [])])
def test_a_report_is_kept_for_a_month(tmp_path: Path, settings: Any, day: int, left: list[str]) -> None:
    settings.GISSERVER_HOME = tmp_path
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.csv").touch()
    os.utime(tmp_path / "reports" / "a.csv", (WRITTEN.timestamp(),) * 2)
    reports.forget_old(now=WRITTEN + reports.KEPT * (day / 30))
    assert [path.name for path in (tmp_path / "reports").iterdir()] == left


def test_without_reports_there_is_nothing_to_forget(tmp_path: Path, settings: Any) -> None:
    settings.GISSERVER_HOME = tmp_path
    assert reports.forget_old(now=WRITTEN) == 0

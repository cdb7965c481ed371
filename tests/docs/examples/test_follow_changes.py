"""The sample consumer is killed in the middle, and has each change once all the same."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gisserver.common.access.credentials import tokens
from gisserver.common.models import Change
from tests import factories
from tests.factories import at, building
from tests.waiting import until

SAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "follow_changes.py"


def follower(server: str, path: Path, token: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "TOKEN": token}
    return subprocess.Popen([sys.executable, str(SAMPLE), server, str(path)], env=environment)


def taken(path: Path) -> list[int]:
    """Return the numbers that it has kept; it can't keep one twice."""
    with sqlite3.connect(path) as kept:
        try:
            return [number for (number,) in kept.execute("SELECT number FROM changes ORDER BY number")]
        except sqlite3.OperationalError:  # it has not begun
            return []


@pytest.mark.usefixtures("transactional_db")
def test_a_killed_consumer_misses_nothing_and_takes_nothing_twice(live_server: Any, tmp_path: Path) -> None:
    path, token = tmp_path / "kept.sqlite", tokens.issue(user=factories.administrator())[0]
    for _ in range(20):
        building(at(0.5, 0.5))
    with follower(live_server.url, path, token) as killed:
        until(lambda: len(taken(path)), lambda number: number > 0)
        killed.kill()
    for _ in range(20):
        building(at(0.5, 0.5))
    with follower(live_server.url, path, token) as goes_on:
        until(lambda: len(taken(path)), lambda number: number >= Change.objects.count())
        goes_on.kill()
    assert taken(path) == list(Change.objects.order_by("number").values_list("number", flat=True))

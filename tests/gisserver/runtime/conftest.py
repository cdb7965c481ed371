"""What the tests of the runtime share: a home in a temporary place, and Python started on a piece of code."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from gisserver.runtime.home import Home

PACKAGE = Path(__file__).resolve().parents[3] / "gisserver"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "家 with spaces")
    made.create()
    return made


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start Python on a piece of code, with `runtime` importable as the Makefile does; killed at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str, env: Mapping[str, str] = os.environ, **options: object) -> subprocess.Popen[bytes]:
        path = {**env, "PYTHONPATH": str(PACKAGE)}
        process = subprocess.Popen([sys.executable, "-c", code], env=path, **options)  # type: ignore[call-overload]
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()

"""What the runtime tells the person at the terminal: lines, progress of long steps, plain refusals."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HEARTBEAT_S = 5.0
LOG_TAIL_LINES = 25


class Problem(Exception):
    """A reason why the server cannot start, written for the person who started it."""


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def step(title: str, argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> None:
    """Run ``argv``, its output going to ``log``; say what happens, every few seconds and at the end.

    Raises Problem with the end of the output when the command fails.
    """
    say(f"  {title} …")
    began = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=env or os.environ
        )
        try:
            while not _ended(child):
                say(f"    {time.monotonic() - began:3.0f} s  {_last_line(log)}")
        except BaseException:
            child.terminate()
            child.wait()
            raise
    if child.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
        raise Problem(f"{title}: the command failed ({child.returncode}).\n{tail}\nThe whole output is in {log}")
    say(f"    done in {time.monotonic() - began:.1f} s")


def _ended(child: subprocess.Popen[bytes]) -> bool:
    """Wait one heartbeat for ``child``; True once it has ended."""
    try:
        child.wait(HEARTBEAT_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1][:100] if lines else ""

"""Processes of Linux: ending with the parent, finding what an earlier run left, stopping a whole family."""

import contextlib
import ctypes
import os
import resource
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
POLL_S = 0.02
# So many files a process opens at most, connections among them; where a system allows a billion, some programs would
# make room for all of them.
MOST_FILES = 65_536
# Every process below the supervisor carries the home in this variable, so that orphans can be told.
MARK = "GISSERVER_RUN"


def die_with_parent(number: int) -> None:
    """Ask the kernel to send signal ``number`` to this process when its parent ends, however that ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, instead of process 1."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def allow_files() -> None:
    """Let this process and those that it starts open as many files as the system lets them, `MOST_FILES` at most.

    Shells give 1,024 for the sake of old programs (`select`).
    """
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    if files < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def wait_until(condition: Callable[[], bool], *, timeout_s: float, poll_s: float = POLL_S) -> bool:
    """Poll ``condition`` until it holds (True) or ``timeout_s`` have passed (False)."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(poll_s)
    return True


def alive(pid: int) -> bool:
    """Whether ``pid`` runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether ``pid`` has a handler for signal ``number``; one that has ended counts as having it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(mask, 16) >> (number - 1) & 1)


def marked(home: Path) -> list[int]:
    """Return the processes that carry this home's mark, except the caller."""
    mark = os.fsencode(f"{MARK}={home}")
    return [pid for pid in _pids() if mark in _read(pid, "environ").split(b"\0")]


def working_in(directory: Path) -> list[int]:
    """Return the processes whose working directory is ``directory``: a PostgreSQL server's whole family."""
    try:
        wanted = directory.stat()
    except FileNotFoundError:
        return []
    return [
        pid
        for pid in _pids()
        if _read(pid, "comm").strip() == b"postgres" and _same_directory(Path(f"/proc/{pid}/cwd"), wanted)
    ]


def end(pids: Iterable[int], *, signals: Iterable[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn to those of ``pids`` still alive, waiting the given seconds after each."""
    left = list(pids)
    for number, patience_s in signals:
        left = [pid for pid in left if alive(pid)]
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        wait_until(lambda: not any(alive(pid) for pid in left), timeout_s=patience_s)  # noqa: B023 called at once


def _pids() -> list[int]:
    own = os.getpid()
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) != own]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has ended, or belongs to somebody else
        return b""


def _same_directory(link: Path, wanted: os.stat_result) -> bool:
    try:
        return os.path.samestat(link.stat(), wanted)
    except OSError:
        return False

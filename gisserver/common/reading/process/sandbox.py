"""Untrusted files are read apart: by a child process with limits, and without a network.

    with workspace() as folder:
        (folder / "upload.gpkg").write_bytes(data)
        described = call("layers.intake.vector:prepare", {"path": …}, folder=folder, limits=Limits.for_file(len(data)))

The child (`child.py`) runs one named function, ``function(folder, **arguments)``. Arguments and answer are JSON;
what is larger it writes into the folder. Whatever it does, all that comes back is an answer or an `Invalid`.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gisserver.common.errors import Invalid, Unavailable
from gisserver.common.sentences import from_json

logger = logging.getLogger(__name__)

_CHILD = Path(__file__).with_name("child.py")
_MIB = 2**20
# Nobody listens here: whatever the child would fetch, curl asks this proxy first.
_NO_PROXY = "http://127.0.0.1:1"
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "GDAL_NUM_THREADS": "1",
    "GDAL_HTTP_PROXY": _NO_PROXY,
    "GDAL_HTTPS_PROXY": _NO_PROXY,
    "ALL_PROXY": _NO_PROXY,
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_PAM_ENABLED": "NO",
    "SHAPE_RESTORE_SHX": "YES",
    "OGR_XLSX_HEADERS": "DISABLE",
    "OGR_XLSX_FIELD_TYPES": "STRING",
    "OGR_ODS_HEADERS": "DISABLE",
    "OGR_ODS_FIELD_TYPES": "STRING",
}


# Of one serving process; it has a few threads more, so that files never hold them all.
_turns = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds of the processor and of the clock, bytes of memory and of any file it writes."""

    cpu_s: int
    wall_s: int
    memory_bytes: int
    output_bytes: int

    @classmethod
    def for_file(cls, size: int) -> "Limits":
        """Return the limits for a file of ``size`` bytes that somebody sent: what honest files of that size need.

        A small file may cost little, so that one that is made to cost much ends soon.
        """
        cpu_s = min(4 + size * 8 // _MIB, 600)
        memory = min(1024 * _MIB + size * 30, 4096 * _MIB)
        return cls(cpu_s=cpu_s, wall_s=cpu_s * 4, memory_bytes=memory, output_bytes=min(64 * _MIB + size * 100, 2**32))

    @classmethod
    def for_command(cls) -> "Limits":
        """Return the limits for a file that the operator names: an hour, and what a whole city needs."""
        return cls(cpu_s=3600, wall_s=4 * 3600, memory_bytes=16 * 2**30, output_bytes=16 * 2**30)


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of this process's few slots to read a file for a request; Unavailable ``reading_busy`` without waiting.

    Whoever waited for one would hold a thread that others need.
    """
    if not _turns.acquire(blocking=False):
        raise Unavailable("reading_busy", "Other files are being read now; send this one again in a few seconds.")
    try:
        yield
    finally:
        _turns.release()


def call(task: str, arguments: Mapping[str, Any], *, folder: Path, limits: Limits) -> Any:
    """Return what the function ``task`` (``module:function``) answers in a child process; ``folder`` is its own.

    Raises the Invalid that the function raises; Invalid ``reading_too_long`` or ``reading_too_much`` beyond the
    limits; Invalid ``unreadable_file`` when the child breaks.
    """
    confined = {"cpu_s": limits.cpu_s, "memory_bytes": limits.memory_bytes, "output_bytes": limits.output_bytes}
    (folder / "ask.json").write_text(json.dumps({"limits": confined, "arguments": dict(arguments)}))
    ended = _run([sys.executable, "-I", str(_CHILD), task, str(folder)], folder, limits.wall_s)
    try:
        answer = json.loads((folder / "answer.json").read_text())
    except FileNotFoundError:
        raise _broken(task, ended, folder) from None
    if "refused" in answer:
        code, detail, data = answer["refused"]
        raise Invalid(code, from_json(detail), **data)
    if "too_much" in answer:
        raise _too_much()
    return answer["done"]


def _run(command: list[str], folder: Path, wall_s: int) -> int | None:
    """Run a command and return how it ended, None when its time was up; nothing of it is left running."""
    environment = _ENVIRONMENT | {"TMPDIR": str(folder), "CPL_TMPDIR": str(folder), "HOME": str(folder)}
    with (folder / "output").open("wb") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            return child.wait(wall_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def _broken(task: str, ended: int | None, folder: Path) -> Invalid:
    if ended in (None, -signal.SIGXCPU, -signal.SIGKILL):
        return Invalid(
            "reading_too_long",
            "Reading the file takes longer than a file of its size may: send less at once, or a simpler format.",
        )
    output = (folder / "output").read_bytes()[-4000:].decode(errors="replace")
    if "MemoryError" in output or "bad_alloc" in output or ended == 0:
        return _too_much()
    logger.error("reading apart: %s ended with %s: %s", task, ended, output)
    return Invalid(
        "unreadable_file", "The file can't be read: its reader broke off. Save it anew, or in another format."
    )


def _too_much() -> Invalid:
    return Invalid(
        "reading_too_much",
        "Reading the file needs more memory or disk than a file of its size may: send less at once.",
    )

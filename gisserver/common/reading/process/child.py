"""The child process that reads an untrusted file: a script that confines itself, then calls one function.

Run by `apart.call` as ``python -I child.py MODULE:FUNCTION FOLDER``. ``FOLDER/ask.json`` holds the limits and the
function's arguments; what it returns, or the refusal it raises, is written to ``FOLDER/answer.json``. Nothing but the
standard library may be imported before the limits hold.
"""

import contextlib
import ctypes
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, cast

_TREE = Path(__file__).resolve().parents[4]
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MAX_OPEN_FILES = 256
_NICENESS = 10


def confine(*, cpu_s: int, memory_bytes: int, output_bytes: int) -> None:
    """Give up what reading a file doesn't need: time, memory, disk, further processes, the network, rights."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A network of its own, without a device. Where the system forbids it, GDAL's switches alone keep it off the net.
    if libc.unshare(_CLONE_NEWNET) != 0 and os.geteuid() != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    os.nice(_NICENESS)
    limits = {
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: output_bytes,
        resource.RLIMIT_NOFILE: _MAX_OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


def _answer(task: str, folder: Path, arguments: dict[str, Any]) -> dict[str, Any]:
    from gisserver.common.errors import DomainError
    from gisserver.common.sentences import to_json

    module, _, name = task.partition(":")
    try:
        return {"done": getattr(importlib.import_module(module), name)(folder, **arguments)}
    except DomainError as refusal:
        return {"refused": [refusal.code, to_json(refusal.detail), dict(refusal.data)]}
    except MemoryError:
        return {"too_much": True}
    except OSError as error:
        if error.errno is None or os.strerror(error.errno) != "File too large":
            raise
        return {"too_much": True}


def main() -> None:
    """Confine this process, call the function, write its answer; a defect leaves its place on stderr, no values."""
    task, folder = sys.argv[1], Path(sys.argv[2])
    ask = json.loads((folder / "ask.json").read_text())
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # too large a file is an error, not a death
    confine(**ask["limits"])
    # pyogrio looks for them, and they are slow to load.
    cast(dict[str, Any], sys.modules).update(dict.fromkeys(("pandas", "geopandas", "pyarrow")))
    sys.path.insert(0, str(_TREE))
    try:
        answer = _answer(task, folder, ask["arguments"])
    except Exception as error:
        sys.stderr.write("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + "\n")
        sys.exit(1)
    partial = folder / "answer.part"
    with contextlib.suppress(OSError):
        partial.write_text(json.dumps(answer, ensure_ascii=False))
        partial.rename(folder / "answer.json")


if __name__ == "__main__":
    main()

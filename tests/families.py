"""The processes that a process has begun, as Linux tells."""

from pathlib import Path


def children(pid: int) -> list[int]:
    """Return its living children."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> str:
    """Return the command line of a process, empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def name_of(pid: int) -> str:
    """Return what a process calls itself, empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def workers_of(pid: int) -> list[int]:
    """Return the processes that run Django, given the first one of a server (`gisserver.runtime.web`)."""
    masters = [child for child in children(pid) if "serving.workers.master" in command_of(child)]
    return [child for master in masters for child in children(master) if name_of(child) == "worker"]

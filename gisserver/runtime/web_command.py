"""How the web server is started; by `make run`, by tests of what it serves, by benches."""

import resource
from pathlib import Path

# Of the files that a process may open, so many of four are clients' connections; the others are answers on the disk,
# workers and the database.
OF_FOUR = 3
# What the kernel holds for a moment when many come at once.
BACKLOG = 4096
# A connection that says nothing for so long, before a request or between two, is closed; else those who only hold
# connections would keep everybody out.
SILENCE_MS = 20_000
# The request line and the headers together.
HEADER_BYTES = 64 * 1024


def web_command(python: Path | str, *, host: str, port: int) -> list[str]:
    """Return the command of all that answers on ``host`` and ``port``: the front and the workers, supervised."""
    return [str(python), "-m", "gisserver.runtime.web", host, str(port)]


def front_command(python: Path | str, *, host: str, port: int) -> list[str]:
    """Return the command of the front, which takes workers at the socket FRONT_SOCKET.

    It speaks HTTP/1.1 only: while granian finds out the version, it would wait for ever.
    """
    return [
        *(str(python), "-m", "gisserver.serving.front", "--interface", "rsgi", "--loop", "uvloop", "--no-ws"),
        *("--log-level", "warning", "--host", host, "--port", str(port), "--workers", "1"),
        *("--backlog", str(BACKLOG), "--backpressure", str(most_connections())),
        *("--http", "1", "--http1-header-read-timeout", str(SILENCE_MS), "--http1-buffer-size", str(HEADER_BYTES)),
        *("--respawn-failed-workers", "--workers-kill-timeout", "3", "gisserver.runtime.front:front"),
    ]


def most_connections() -> int:
    """Return how many clients' connections the front takes, by the files that this process may open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return files * OF_FOUR // 4


def application_command(python: Path | str) -> list[str]:
    """Return the command of the application, whose workers answer for the front at FRONT_SOCKET."""
    return [str(python), "-m", "gisserver.serving.workers.master"]

"""How the web server is started; by `make run`, by tests of what it serves, by benches."""

from pathlib import Path

# Every open map holds one connection besides those that ask.
CONNECTIONS = "8192"


def web_command(python: Path | str, *, host: str, port: int) -> list[str]:
    """Return the command of all that answers on ``host`` and ``port``: the front and the workers, supervised."""
    return [str(python), "-m", "gisserver.runtime.web", host, str(port)]


def front_command(python: Path | str, *, host: str, port: int) -> list[str]:
    """Return the command of the front, which takes workers at the socket FRONT_SOCKET."""
    return [
        *(str(python), "-m", "gisserver.serving.front", "--interface", "rsgi", "--loop", "uvloop", "--no-ws"),
        *("--log-level", "warning", "--host", host, "--port", str(port), "--workers", "1"),
        *("--backlog", CONNECTIONS, "--backpressure", CONNECTIONS),
        *("--respawn-failed-workers", "--workers-kill-timeout", "3", "gisserver.runtime.front:front"),
    ]


def application_command(python: Path | str) -> list[str]:
    """Return the command of the application, whose workers answer for the front at FRONT_SOCKET."""
    return [str(python), "-m", "gisserver.serving.workers.master"]

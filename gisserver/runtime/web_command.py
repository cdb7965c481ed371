"""How a web server is started; by `make run`, by tests of what it serves, by benches."""

from pathlib import Path

# Every open map holds one connection besides those that ask.
CONNECTIONS = "4096"


def web_command(python: Path | str, *, host: str, port: int, workers: int | str = 1) -> list[str]:
    """Return the command of granian's server on ``host`` and ``port``."""
    return [
        *(str(python), "-m", "gisserver.runtime.web_main", "--interface", "rsgi", "--loop", "asyncio", "--no-ws"),
        *("--log-level", "warning", "--host", host, "--port", str(port), "--workers", str(workers)),
        *("--backlog", CONNECTIONS, "--backpressure", CONNECTIONS),
        *("--respawn-failed-workers", "--workers-kill-timeout", "3", "gisserver.runtime.web:gateway"),
    ]

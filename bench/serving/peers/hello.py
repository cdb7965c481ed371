"""granian's hello world (RSGI): the least that our front's web server can be asked to do."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.serving.running import HOST, free_port, listening

NAME = "granian RSGI"
HELLO = """
async def app(scope, protocol):
    protocol.response_bytes(200, [("content-type", "application/json")], b'{"status": "ok"}')
"""


@contextlib.contextmanager
def hello() -> Iterator[str]:
    """Yield its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hello.py").write_text(HELLO)
        command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--loop", "asyncio", "--no-ws"]
        command += ["--log-level", "warning", "--host", HOST, "--port", str(port), "--workers", "1", "hello:app"]
        with listening(command, port, folder=Path(folder), environment={"PYTHONPATH": folder}) as address:
            yield address

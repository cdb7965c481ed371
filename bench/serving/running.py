"""Servers under load: ours as `make run` starts it, and any other program that listens on a port."""

import contextlib
import os
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench import Broken
from gisserver.runtime import processes, supervisor
from gisserver.runtime.web_command import web_command

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
READY_S = 90.0


@contextlib.contextmanager
def ours(url: str, *, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the address of our server on the database ``url``, with nothing kept from before."""
    with tempfile.TemporaryDirectory(prefix="gis-", ignore_cleanup_errors=True) as home:
        told = {
            "DATABASE_URL": url,
            "GISSERVER_HOME": home,
            "DJANGO_SETTINGS_MODULE": "gisserver.settings.dev",
            **(environment or {}),
        }
        port = free_port()
        command = web_command(sys.executable, host=HOST, port=port)
        with listening(command, port, folder=ROOT, environment=told, ready="readyz") as address:
            yield address


@contextlib.contextmanager
def listening(
    command: Sequence[str],
    port: int,
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    ready: str = "",
) -> Iterator[str]:
    """Yield the address of a program that listens on ``port``, once it answers well at ``ready``.

    Raises Broken with its last words when it does not.
    """
    address = f"http://{HOST}:{port}"
    with tempfile.TemporaryFile() as log:
        process = supervisor.launch(
            [str(word) for word in command], env=os.environ | (environment or {}), cwd=folder, stdout=log, stderr=log
        )
        try:
            if not processes.wait_until(
                lambda: process.poll() is not None or answers(f"{address}/{ready}"), timeout_s=READY_S, poll_s=0.1
            ) or (process.poll() is not None):
                log.seek(0)
                raise Broken(f"{command[0]} does not serve: {log.read()[-2000:].decode(errors='replace')}")
            yield address
        finally:
            supervisor.stop_family(process)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether something answers at ``url`` and says no error."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def fetched(url: str, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    """Return status, headers (their names in lower case) and body of an answer as they came, not unpacked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 -- our own address
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, _lower(answer.headers.items()), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, _lower(error.headers.items()), error.read()


def _lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}

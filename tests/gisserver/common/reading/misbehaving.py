"""What a reader of files might do: run by the child process in the tests of its limits."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from gisserver.common.errors import Invalid


def answer(folder: Path, *, value: object) -> object:
    return value


def environment(folder: Path) -> dict[str, str]:
    return dict(os.environ)


def refuse(folder: Path) -> None:
    raise Invalid("bad_row", "Row 3 is bad.", row=3)


def spin(folder: Path) -> None:
    while True:
        pass


def wait(folder: Path) -> None:
    (folder / "waiting").touch()
    sys.stdin.read()
    import signal

    signal.pause()


def swallow(folder: Path) -> int:
    return len(bytearray(8 * 2**30))


def write_much(folder: Path) -> None:
    with (folder / "much").open("wb") as file:
        for _ in range(1000):
            file.write(bytes(2**20))


def abort(folder: Path) -> None:
    os.abort()


def err(folder: Path) -> None:
    secret = "李四 13800138000"
    raise KeyError(secret)


def fork(folder: Path) -> int:
    return subprocess.run(["/bin/true"], check=False).returncode


def connect(folder: Path, *, port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()

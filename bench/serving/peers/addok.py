"""Addok: a geocoder in Python on Redis, with its plugin for files; it knows no users and asks no database.

It takes words in Latin letters that stand apart, which Chinese addresses do not write. So it is given each address of
the register, and asked for it, with its elements spelled and apart: what it finds is then the same, by its surest way.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import Broken
from bench.serving.running import HOST, ROOT, free_port, listening
from bench.serving.stage import Missing
from buildings.addresses.parsing.elements import EMPTY
from buildings.addresses.parsing.parse import parse
from buildings.addresses.text.normalize import normalize
from buildings.addresses.text.pinyin import spelled
from gisserver.runtime import processes, supervisor

VERSION = "1.3.2"
NAME = f"Addok {VERSION}"
PLACE = ROOT / ".tools" / f"addok-{VERSION}"
UV = ROOT / ".tools" / "bootstrap" / "bin" / "uv"
PACKAGES = (f"addok=={VERSION}", "addok-csv==1.1.0", "gunicorn==23.0.0")
READY_S = 20.0
# A text, its longitude and latitude.
Document = tuple[str, float, float]


def apart(text: str) -> str:
    """Return an address with its elements spelled and apart: pingshanqu pingshandadao 829hao."""
    return " ".join(spelled(element.text)[0] for element in parse(normalize(text), EMPTY)[0].elements)


@contextlib.contextmanager
def addok(documents: Sequence[Document]) -> Iterator[str]:
    """Yield the address of an Addok that has these documents, a process a processor. Raises Missing."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("redis-server is not installed (apt-get install redis-server)")
    _installed()
    with tempfile.TemporaryDirectory() as folder, _redis(program, Path(folder)) as redis:
        environment = {"REDIS_HOST": HOST, "REDIS_PORT": str(redis), "ADDOK_LOG_DIR": folder}
        _loaded(documents, Path(folder) / "register.ndjson", environment)
        port = free_port()
        command = [str(PLACE / "bin" / "gunicorn"), "addok.http.wsgi", f"--bind={HOST}:{port}"]
        command += [f"--workers={os.cpu_count()}", "--log-level=warning", "--timeout=600"]
        with listening(command, port, folder=Path(folder), environment=environment, ready="search/?q=a") as address:
            yield address


def _installed() -> None:
    if (PLACE / "bin" / "addok").exists():
        return
    if not UV.exists():
        raise Missing(f"it is not installed, nor is uv, which `make install` puts in {UV.relative_to(ROOT)}")
    python = PLACE / "bin" / "python"
    for command in (("venv", "--quiet", PLACE), ("pip", "install", "--quiet", "--python", python, *PACKAGES)):
        if subprocess.run([UV, *command], check=False).returncode:  # noqa: S603
            raise Missing("uv could not install it; its reasons are above")


@contextlib.contextmanager
def _redis(program: str, folder: Path) -> Iterator[int]:
    """Yield the port of a Redis that keeps all in memory."""
    port = free_port()
    command = [program, "--bind", HOST, "--port", str(port), "--dir", str(folder), "--save", "", "--appendonly", "no"]
    process = supervisor.launch(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not processes.wait_until(lambda: _listens(port), timeout_s=READY_S):
            raise Broken("redis-server does not serve")
        yield port
    finally:
        supervisor.stop_family(process)


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _loaded(documents: Sequence[Document], file: Path, environment: dict[str, str]) -> None:
    with file.open("w", encoding="utf-8") as lines:
        for number, (text, lon, lat) in enumerate(documents):
            told = {
                "_id": str(number),
                "type": "street",
                "name": apart(text),
                "lon": lon,
                "lat": lat,
                "importance": 0.5,
            }
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
    for command in (("batch", str(file)), ("ngrams",)):
        done = subprocess.run(  # noqa: S603
            [PLACE / "bin" / "addok", *command], env=os.environ | environment, capture_output=True, check=False
        )
        if done.returncode:
            raise Broken(f"addok {command[0]} failed: {done.stderr[-1000:].decode(errors='replace')}")

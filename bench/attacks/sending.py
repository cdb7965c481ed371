"""Sending what is hostile, from a process of its own: what it costs itself must not be taken for the server's."""

import multiprocessing
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import requests

from bench.attacks.files import HostileFile
from bench.attacks.wire import HostileRequest, Manner

AT_ONCE = 8
PATIENCE_S = 60.0
DRIPPING_S = 8.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one: its status (0 for none), the code of its problem, how long it took."""

    kind: str
    status: int
    code: str
    seconds: float


class Attacker:
    """Somebody with a token at the server on ``port``."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token

    def attack(self, files: Sequence[HostileFile], others: Sequence[HostileRequest]) -> list[Outcome]:
        """Send all of them, some at once; return what came of each."""
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as process:
            return process.apply(_attack, (self._port, self._token, files, others))


def _attack(port: int, token: str, files: Sequence[HostileFile], others: Sequence[HostileRequest]) -> list[Outcome]:
    with ThreadPoolExecutor(2) as senders, ThreadPoolExecutor(AT_ONCE) as askers:
        sent = [senders.submit(_timed, file.kind, _upload, port, token, file) for file in files]
        asked = [askers.submit(_timed, each.kind, _request, port, each) for each in others]
        return [future.result() for future in (*sent, *asked)]


def _timed(kind: str, work: Callable[..., tuple[int, str]], *arguments: object) -> Outcome:
    began = time.monotonic()
    status, code = work(*arguments)
    return Outcome(kind, status, code, time.monotonic() - began)


def _upload(port: int, token: str, file: HostileFile) -> tuple[int, str]:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = requests.post(
                f"http://127.0.0.1:{port}/api/layers/",
                files={"file": (file.name, file.content)},
                data={"crs": "wgs84", "id": f"hostile-{uuid.uuid4().hex[:12]}"},
                headers={"Authorization": f"Bearer {token}"},
                timeout=4 * PATIENCE_S,
            )
        except requests.RequestException as error:
            return 0, type(error).__name__
        code = answer.json().get("code", "") if "json" in answer.headers.get("Content-Type", "") else ""
        if code != "reading_busy" or time.monotonic() > deadline:
            return answer.status_code, code
        time.sleep(0.5)


def _request(port: int, request: HostileRequest) -> tuple[int, str]:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as link:
            link.sendall(request.data)
            return _MANNERS[request.manner](link)
    except OSError as error:
        return 0, type(error).__name__


def _read(link: socket.socket) -> tuple[int, str]:
    head = b""
    while b"\r\n\r\n" not in head and (piece := link.recv(65_536)):
        head += piece
    words = head.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1][:3].isdigit() else 0
    _, _, code = head.partition(b'"code": "')
    return status, code.split(b'"')[0].decode("ascii", "replace")


def _drip(link: socket.socket) -> tuple[int, str]:
    end = time.monotonic() + DRIPPING_S
    while time.monotonic() < end:
        link.sendall(b"x")
        time.sleep(0.5)
    return 0, "dripped"


def _ignore(link: socket.socket) -> tuple[int, str]:
    time.sleep(DRIPPING_S)
    return 0, "not read"


def _hang_up(link: socket.socket) -> tuple[int, str]:
    time.sleep(0.1)
    return 0, "gone"


_MANNERS = {Manner.PLAIN: _read, Manner.DRIP: _drip, Manner.DEAF: _ignore, Manner.GONE: _hang_up}

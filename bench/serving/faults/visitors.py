"""A mixed load that notes each answer: when it came, from which door, and whether it was whole and true.

It is not for the speed of doors, which `wrk` measures, but for what becomes of single requests.
"""

import contextlib
import gzip
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import quote
from uuid import uuid4

from bench.serving.faults.stack import Stack
from bench.trials.client import Answer, Client

EACH = 3
REPORTERS = 4
PAUSE_S = 0.01
AGAIN_S = 0.1
REPORT = "/api/incidents/"
# Titles of the reports begin so.
MARK = "struck-"


@dataclass(slots=True)
class Record:
    """Moments of good answers by door, how many answers were what, what was acknowledged (title to id) and torn."""

    good: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    told: "Counter[str]" = field(default_factory=Counter)
    acknowledged: dict[str, int] = field(default_factory=dict)
    torn: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Door:
    """A door: what it is asked, and whether an answer of 200 is whole."""

    path: Callable[[random.Random], str]
    whole: Callable[[bytes], object]


def doors(stack: Stack) -> dict[str, Door]:
    """Return the doors that are visited."""
    samples = stack.samples

    def tile(chance: random.Random) -> str:
        z, x, y = chance.choice(samples.tiles)
        return f"/tiles/buildings/{z}/{x}/{y}.mvt"

    def at(chance: random.Random) -> str:
        lon, lat = chance.choice(samples.places)
        return f"/api/grids/at?lon={lon}&lat={lat}&crs=wgs84"

    return {
        "/healthz": Door(lambda chance: "/healthz", lambda body: json.loads(body)["status"] == "ok"),
        "tiles": Door(tile, lambda body: not body or gzip.decompress(body)),
        "grids/at": Door(at, json.loads),
        "search": Door(lambda chance: f"/geocode/search?q={quote(chance.choice(samples.addresses))}", json.loads),
        "items": Door(
            lambda chance: "/ogc/collections/buildings/items?limit=20",
            lambda body: json.loads(unpacked(body))["features"],
        ),
    }


def unpacked(body: bytes) -> bytes:
    """Return a body that may be gzip."""
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


@contextlib.contextmanager
def visiting(stack: Stack, *, each: int = EACH) -> Iterator[Record]:
    """Have reporters at work while the block lasts, and so many visitors at each door; yield what they note."""
    record, end = Record(), threading.Event()
    threads = [
        threading.Thread(target=_visit, args=(stack, name, door, record, end, number))
        for name, door in doors(stack).items()
        for number in range(each)
    ]
    threads += [threading.Thread(target=_report, args=(stack, record, end, number)) for number in range(REPORTERS)]
    for thread in threads:
        thread.start()
    try:
        yield record
    finally:
        end.set()
        for thread in threads:
            thread.join()


def _visit(stack: Stack, name: str, door: Door, record: Record, end: threading.Event, number: int) -> None:
    client, chance = Client(stack.port, stack.tokens["bench"]), random.Random(number)
    while not end.wait(PAUSE_S):
        answer = _asked(client, "GET", door.path(chance), None, {"Accept-Encoding": "gzip"})
        _noted(name, answer, door.whole, record)


def _report(stack: Stack, record: Record, end: threading.Event, number: int) -> None:
    """Report again and again; each report is sent with its key until it is acknowledged."""
    client, chance = Client(stack.port, stack.tokens["bench"]), random.Random(number)
    while not end.wait(PAUSE_S):
        title = f"{MARK}{uuid4().hex}"
        body = chance.choice(stack.samples.reports) | {"title": title}
        while not end.is_set():
            answer = _asked(client, "POST", REPORT, body, {"Idempotency-Key": title})
            if _noted("report", answer, json.loads, record) and answer is not None:
                record.acknowledged[title] = int(answer.json()["id"])
                break
            end.wait(AGAIN_S)


def _asked(client: Client, method: str, path: str, body: object, headers: dict[str, str]) -> Answer | None:
    """Return an answer, or None when the connection broke before it was whole."""
    try:
        return client.request(method, path, body, headers)
    except (OSError, HTTPException):
        time.sleep(PAUSE_S)
        return None


def _noted(name: str, answer: Answer | None, whole: Callable[[bytes], object], record: Record) -> bool:
    """Note an answer; whether it was good."""
    if answer is None:
        record.told[f"{name}: connection broken"] += 1
        return False
    record.told[f"{name}: {answer.status}"] += 1
    if answer.status not in {200, 201, 204}:
        return False
    try:
        is_whole = whole(answer.body) is not False
    except (ValueError, KeyError, OSError, EOFError):
        is_whole = False
    if not is_whole:
        record.torn.append(f"{name}: {answer.status} {answer.body[:80]!r}")
        return False
    record.good[name].append(answer.ended)
    return True

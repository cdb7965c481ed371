"""Twenty people at their work: a map, a phone, a search, a report, a page of features; each answer is timed."""

import math
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import quote

from bench.trials.client import Client

USERS = 20
THINKING_S = (0.2, 0.8)
ZOOM = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the city, its address, and a type of incident that may happen there."""

    lon: float
    lat: float
    address: str
    incident: str


@dataclass(slots=True)
class Record:
    """The seconds of each door while the server was left in peace (False) and attacked (True), and what failed."""

    seconds: dict[tuple[str, bool], list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)


class Crowd:
    """Twenty users who work until the end; ``attacked`` says which slice of time an answer belongs to."""

    def __init__(self, port: int, tokens: list[str], places: list[Place]) -> None:
        self.record, self.attacked = Record(), False
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(Client(port, token), places, random.Random(number)))
            for number, token in enumerate(tokens)
        ]

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let them work within the block."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._end.set()
            for thread in self._threads:
                thread.join()

    def _work(self, client: Client, places: list[Place], chance: random.Random) -> None:
        while not self._end.wait(chance.uniform(*THINKING_S)):
            place = chance.choice(places)
            door, method, path, body = chance.choice(_steps(place))
            attacked = self.attacked
            try:
                answer = client.request(method, path, body)
            except (OSError, HTTPException) as error:
                self.record.failures.append(f"{door}: {error!r}")
                continue
            if self.attacked == attacked:  # else it was begun in one slice and ended in the other
                self.record.seconds[door, attacked].append(answer.seconds)
            if answer.status not in {200, 201, 204, 304}:
                self.record.failures.append(f"{door}: {answer.status} {answer.body[:200]!r}")


def _steps(place: Place) -> list[tuple[str, str, str, object]]:
    x, y = tile(place.lon, place.lat, ZOOM)
    here = f"lon={place.lon}&lat={place.lat}"
    box = f"{place.lon - 0.002},{place.lat - 0.002},{place.lon + 0.002},{place.lat + 0.002}"
    report = {"type": place.incident, "lon": place.lon, "lat": place.lat, "crs": "wgs84", "text": "井盖缺失"}
    report["occurred_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    return [
        ("tile", "GET", f"/tiles/grids,buildings/{ZOOM}/{x}/{y}.mvt", None),
        ("grid of a point", "GET", f"/api/grids/at?{here}&crs=wgs84", None),
        ("search", "GET", f"/geocode/search?q={quote(place.address)}", None),
        ("report", "POST", "/api/incidents/", report),
        ("features", "GET", f"/ogc/collections/buildings/items?limit=20&bbox={box}", None),
        ("health", "GET", "/healthz", None),
    ]


def tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return column and row of the tile over a place in degrees (Web Mercator)."""
    side = 2**zoom
    northing = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * side), int((1 - northing / math.pi) / 2 * side)

"""Geocoding's goals of speed, on the database in use: batches from CSV to CSV, and answers at 100 requests a second.

A batch goes through the view itself, from the bytes of a file to the bytes of the answer; this process and the
database share the machine's processors. Beside the clock's time stands the processor's, ours and the database's, which
other work on the machine changes little; the load says how much of that there was. Requests are sent at their time to
a server of its own, started as `make run` starts it, whether or not those before have been answered, and are timed
from when they were due.
"""

import csv
import io
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import requests
import shapely
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from rest_framework.test import APIRequestFactory, force_authenticate

from bench import Broken, Ratio
from bench.addresses.cases import noisy_cases
from bench.addresses.register import homes, town
from buildings.addresses.text.pinyin import spelled
from buildings.api.geocode.files import GeocodedFileView
from buildings.geocoding.register import candidates as store
from buildings.geocoding.reverse import reverse
from buildings.geocoding.reverse_many import reverse_many
from buildings.models import Building
from gisserver.common.access.credentials import tokens
from gisserver.common.collecting import collect_rarely
from gisserver.common.db import sql
from gisserver.common.geo.crs import WGS84, from_survey, to_survey
from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command
from grids.grid_of_point import EXACT_M
from grids.models import GridVersion

SEED = 1
READY_S = 60.0
ROWS = 100_000
PLACES = 100_000
PER_SECOND = 100
REQUESTS = 1_000
# Goals of issue 4: rows a second, MB, and milliseconds at the 95th percentile.
CLEAN, NOISY, REVERSED = 20_000, 5_000, 20_000
MEGABYTES = 1_500
SEARCHED_MS, COMPLETED_MS = 25, 15
TEXTS = """
SELECT text FROM buildings_address
WHERE kind = 'standard' AND division_id IS NULL AND valid @> now() ORDER BY md5(id::text) LIMIT %s
"""


def run() -> Iterator[Ratio]:
    """Print the figures for the database in use; there is no peer to time."""
    texts = registered_texts(ROWS)
    if texts:
        collect_rarely()  # as the processes do that serve
        user = User(username="bench", is_superuser=True, is_active=True)
        _batches(user, texts)
        _containment(user)
        _latencies(texts)
    yield from ()


def registered_texts(count: int) -> list[str]:
    """Return standard addresses, the same in every run."""
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, [count])
        return [text for (text,) in cursor.fetchall()]


def _short(text: str) -> str:
    """Return an address as people say it: without the divisions."""
    return text.rpartition("社区")[2] or text


def _batches(user: User, texts: Sequence[str]) -> None:
    few = [_short(text) for text in texts[: len(texts) // 5]]
    for name, asked, goal in (
        ("batch, as registered", texts, CLEAN),
        ("batch, without divisions", few, NOISY),
        ("batch, in all noisy ways", _misspelt(), NOISY),
    ):
        _batch(name, "search/csv", user, ["address"], [[text] for text in asked], goal)
    _batch("batch reverse", "reverse/csv", user, ["lon", "lat"], _places(PLACES).tolist(), REVERSED)


def _misspelt() -> list[str]:
    """Return addresses written in every noisy way that `bench.addresses` knows, mixed."""
    texts = [case.text for case in noisy_cases(homes(seed=SEED, count=3_000, half=0), town(), each=50, seed=SEED)]
    return random.Random(SEED).sample(texts, len(texts))


def _batch(name: str, work: str, user: User, header: list[str], rows: Sequence[Sequence[Any]], goal: int) -> None:
    """Send a file through a door and print how fast it came back, beside the goal in rows a second."""
    file = io.StringIO()
    csv.writer(file).writerows([header, *rows])
    request = APIRequestFactory().post("/", file.getvalue().encode(), content_type="text/csv")
    force_authenticate(request, user)
    began, ours, theirs = time.perf_counter(), time.process_time(), _database_s()
    answer: Any = GeocodedFileView.as_view(work=work)(request)
    lines = sum(piece.count(b"\n") for piece in answer.streaming_content)
    took, ours, theirs = time.perf_counter() - began, time.process_time() - ours, _database_s() - theirs
    if lines != len(rows) + 1:
        raise Broken(f"{name}: {len(rows)} rows in, {lines - 1} out")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {len(rows):,} rows, {len(rows) / took:,.0f}/s (goal {goal:,}); processor time a row: "
        f"{1e6 * ours / len(rows):.0f} µs ours, {1e6 * theirs / len(rows):.0f} µs the database's; "
        f"{megabytes:.0f} MB at most (goal {MEGABYTES:,}); load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _database_s() -> float:
    """Return the processor time that the database's processes have taken, 0 where they aren't on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        backends = [pid for (pid,) in cursor.fetchall()]
    ticks = 0
    for pid in backends:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _places(count: int) -> Any:
    """Return places in degrees: half near buildings, half a tenth of a metre beside the borders of grids."""
    chance = np.random.default_rng(SEED)
    homes = np.array([(p.x, p.y) for p in Building.objects.at().order_by("id").values_list("location", flat=True)])
    near = homes[chance.integers(0, len(homes), count // 2)] + chance.normal(0, 20, (count // 2, 2))
    shapes = [shapely.from_wkb(bytes(g.wkb)) for g in GridVersion.objects.at().values_list("geom", flat=True)]
    lines = np.array([shapely.boundary(shape) for shape in shapes], dtype=object)
    picked = lines[chance.integers(0, len(lines), count - count // 2)]
    on = shapely.line_interpolate_point(picked, chance.uniform(0, 1, len(picked)), normalized=True)
    turn = chance.uniform(0, 2 * np.pi, len(picked))
    beside = shapely.get_coordinates(on) + 0.1 * np.column_stack([np.cos(turn), np.sin(turn)])
    return from_survey(np.vstack([near, beside]), WGS84, settings.SURVEY_SRID)


def _containment(user: User) -> None:
    """Compare the divisions and grids of a batch with every shape asked for every place, and some with single answers.

    Raises Broken where they differ.
    """
    places = _places(PLACES)
    found = list(reverse_many(user=user, places=map(tuple, places.tolist())))
    survey = to_survey(places, WGS84, settings.SURVEY_SRID)
    codes = {"grid": _brute("grid", np.round(survey, 3), EXACT_M), "division": _brute("community", survey, 0.0)}
    for number, one in enumerate(found):
        for what, answer in (("grid", one.grid), ("division", one.division)):
            if codes[what][number] and answer != codes[what][number]:
                raise Broken(f"{what} of {places[number]}: {answer}, not {codes[what][number]}")
    for number in random.Random(SEED).sample(range(len(places)), 300):
        lon, lat = places[number].tolist()
        single = reverse(user=user, x=lon, y=lat)
        one = found[number]
        alone = (single.answer.id if single.answer else None, single.distance_m, single.grid.grid or "")
        if (one.id, one.distance_m, one.grid) != alone:
            raise Broken(f"{places[number]}: {one} in a batch, {alone} alone")
    print(f"containment: grid and community of {len(places):,} places as by brute force; 300 as one by one")


def _brute(level: str, survey: Any, within_m: float) -> list[str]:
    """Return for each place the code of the first shape of this level (by code) so near to it, '' for none."""
    from django.utils import timezone

    rows = [r for r in sql.rows(store.SQL / "ground.sql", moment=timezone.now(), areas=None) if r["level"] == level]
    codes = np.full(len(survey), "", dtype=object)
    for row in sorted(rows, key=lambda r: r["code"], reverse=True):
        shape = shapely.from_wkb(bytes(row["shape"]))
        west, south, east, north = shapely.bounds(shape) + np.array((-1, -1, 1, 1))
        x, y = survey[:, 0], survey[:, 1]
        near = np.flatnonzero((x > west) & (x < east) & (y > south) & (y < north))
        # Law 3 counts distances to the micrometre: so near to a border, a place is on it, and the lower code's.
        codes[near[shapely.distance(shape, shapely.points(survey[near])) <= within_m]] = row["code"]
    return codes.tolist()


def _latencies(texts: Sequence[str]) -> None:
    short = [_short(text) for text in texts[:REQUESTS]]
    begun = [text[: max(3, len(text) * 6 // 10)] for text in short]
    sounds = [spelled(text[:4])[number % 2] for number, text in enumerate(short)]
    points = _places(REQUESTS).tolist()
    with _server() as ask:
        for name, door, asked, goal in (
            ("search, as registered", "search", texts[:REQUESTS], SEARCHED_MS),
            ("search, without divisions", "search", short, SEARCHED_MS),
            ("autocomplete", "autocomplete", begun, COMPLETED_MS),
            ("autocomplete, pinyin", "autocomplete", sounds, COMPLETED_MS),
        ):
            _latency(name, ask, [(door, {"q": text}) for text in asked], goal)
        _latency("reverse", ask, [("reverse", {"lon": lon, "lat": lat}) for lon, lat in points], SEARCHED_MS)


Ask = Callable[[str, dict[str, Any]], int]


@contextmanager
def _server() -> Iterator[Ask]:
    """Start a server for the database in use; yield how to ask it."""
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_superuser": True, "is_active": True})
    text, token = tokens.issue(user=user, label="bench", lifetime_hours=1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web_command(sys.executable, host="127.0.0.1", port=port)
    null = subprocess.DEVNULL
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=64))
    session.headers["Authorization"] = f"Bearer {text}"

    def ask(door: str, query: dict[str, Any]) -> int:
        return session.get(f"http://127.0.0.1:{port}/geocode/{door}?{urlencode(query)}", timeout=30).status_code

    with subprocess.Popen(command, env=os.environ, stdout=null, stderr=null) as server:  # noqa: S603
        try:
            if not wait_until(lambda: _is_ready(port), timeout_s=READY_S):
                raise Broken("the server did not start")
            for door in ("search", "autocomplete") * 8:
                ask(door, {"q": "pingshan"})
                ask("reverse", {"lon": 114.35, "lat": 22.69})  # the first of a process loads the CRS
            yield ask
        finally:
            server.terminate()
            token.delete()


def _is_ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=30).ok
    except requests.ConnectionError:
        return False


def _latency(name: str, ask: Ask, queries: Sequence[tuple[str, dict[str, Any]]], goal_ms: int) -> None:
    """Send the queries at their times; print the median and the 95th percentile in ms, beside the goal."""
    began = time.perf_counter() + 0.2

    def one(number: int) -> float:
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        if ask(*queries[number]) != 200:
            raise Broken(f"{name}: {queries[number]} was refused")
        return 1000 * (time.perf_counter() - due)

    with ThreadPoolExecutor(64) as threads:
        took = sorted(threads.map(one, range(len(queries))))
    p95 = took[len(took) * 95 // 100]
    print(
        f"{name} at {PER_SECOND}/s: p50 {statistics.median(took):.1f} ms, p95 {p95:.1f} ms (goal {goal_ms}); "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


__all__ = ["run"]

"""Geocoding: addresses as registered, what people have typed so far, what stands at a place, and a file at once."""

import csv
import io
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from urllib.parse import quote, urlencode

from bench import Broken
from bench.serving import wrk
from bench.serving.doors.alone import alone
from bench.serving.figures import Load, Target
from bench.serving.peers import addok
from bench.serving.running import ours
from bench.serving.stage import Stage
from bench.serving.table import Peer, Row
from bench.serving.wrk import Plan, Request

CLIENTS = 64
PER_SECOND = 100
ROWS = 20_000
# Addok takes a while for a row: it is asked for fewer.
PEERS_ROWS = 2_000
MARK = "bench-geocode"
REGISTER = """
SELECT a.text, ST_X(place.lonlat), ST_Y(place.lonlat)
FROM buildings_address a
LEFT JOIN buildings_unit u ON u.id = a.unit_id
LEFT JOIN buildings_entrance e ON e.id = a.entrance_id
JOIN buildings_building b ON b.id = COALESCE(a.building_id, u.building_id, e.building_id)
CROSS JOIN LATERAL (SELECT ST_Transform(b.location, 4326) AS lonlat) place
WHERE a.kind = 'standard' AND a.valid @> now()
"""
# The nearest building, and the grid that holds it.
NEAREST = """\\set n random(1, {homes})
SELECT b.id, g.grid_id FROM bench.home,
    LATERAL (SELECT id FROM buildings_building ORDER BY footprint_3857 <-> bench.home.location_3857 LIMIT 1) AS b,
    grids_grid_of(bench.home.location, now(), 50) AS g WHERE n = :n;
"""


def rows(stage: Stage) -> Iterator[Row]:
    """Measure each door with many clients, and at a fixed pace; then a file of addresses."""
    texts = stage.addresses()
    begun = [text[: max(3, len(text) * 6 // 10)] for text in texts]
    doors = {
        "search, as registered": [Request(f"/geocode/search?q={quote(text)}") for text in texts],
        "autocomplete": [Request(f"/geocode/autocomplete?q={quote(text)}") for text in begun],
        "reverse": [Request(f"/geocode/reverse?lon={lon}&lat={lat}") for lon, lat in stage.places()],
    }
    peer, searched, filed = _of_addok(stage, texts)
    with ours(stage.url) as address:
        for door, asked in doors.items():
            plan = stage.plan(address, asked)
            load = wrk.loop(plan, clients=CLIENTS, seconds=stage.seconds)
            other, theirs = alone(stage, NEAREST, clients=8) if door == "reverse" else (peer, searched.get(door))
            yield Row(f"{door}, {CLIENTS} clients", load, Target(rate=1_000), other, theirs)
            load = wrk.loop(plan, clients=CLIENTS, seconds=stage.seconds, rate=PER_SECOND)
            yield Row(f"{door}, at {PER_SECOND}/s", load, Target(rate=0.95 * PER_SECOND, p95_ms=10))
        load = _file(f"{address}/geocode/search/csv/", stage.addresses(ROWS), stage.headers, {"columns": "address"})
        yield Row(f"a file of {ROWS:,} addresses", load, Target(ratio=5), peer, filed)


def _of_addok(stage: Stage, texts: Sequence[str]) -> tuple[Peer, Mapping[str, Load], Load | None]:
    """Return the peer, its loads by door, and that of a file, measured while nothing else runs."""
    with ExitStack() as stack:
        register = stage.rows(REGISTER) if "addok" not in stage.without else []
        peer = stage.begun(stack, addok.NAME, addok.addok(register))
        if peer.address is None:
            return peer, {}, None
        said = [addok.apart(text) for text in texts]
        begun = [text[: max(3, len(text) * 6 // 10)] for text in said]
        loads = {
            door: wrk.loop(
                Plan(
                    peer.address,
                    [Request(f"/search/?{urlencode({'q': text, 'autocomplete': whole})}") for text in asked],
                    {},
                ),
                clients=CLIENTS,
                seconds=stage.seconds,
            )
            for door, asked, whole in (("search, as registered", said, 0), ("autocomplete", begun, 1))
        }
        filed = _file(f"{peer.address}/search/csv/", said[:PEERS_ROWS], {}, {"columns": "address"})
        return peer, loads, filed


def _file(door: str, texts: Sequence[str], headers: Mapping[str, str], fields: Mapping[str, str]) -> Load:
    """Return how many rows a second come back of a file with these addresses, sent as a form as both take it."""
    file = io.StringIO()
    csv.writer(file).writerows([["address"], *([text] for text in texts)])
    head = f"--{MARK}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append(f'{head}"data"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n{file.getvalue()}')
    body = "\r\n".join([*parts, f"--{MARK}--", ""]).encode()
    sent = {**headers, "Accept-Encoding": "identity", "Content-Type": f"multipart/form-data; boundary={MARK}"}
    request = urllib.request.Request(door, body, sent)  # noqa: S310 -- our own address
    began = time.perf_counter()
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=600) as answer:
            lines = list(csv.reader(io.StringIO(answer.read().decode("utf-8-sig"))))
    except OSError as error:
        raise Broken(f"a file of {len(texts)} addresses: {error}") from error
    if len(lines) != len(texts) + 1:
        raise Broken(f"of {len(texts)} addresses of a file {len(lines) - 1} came back")
    return Load(rate=len(texts) / (time.perf_counter() - began))

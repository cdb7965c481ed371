"""Geocoding: addresses as registered, what people have typed so far, and what stands at a place."""

from collections.abc import Iterator
from urllib.parse import quote

from bench.serving import wrk
from bench.serving.doors.alone import alone
from bench.serving.figures import Load, Target
from bench.serving.running import ours
from bench.serving.stage import Stage
from bench.serving.table import Peer, Row
from bench.serving.wrk import Request

CLIENTS = 64
PER_SECOND = 100
ADDOK = Peer("Addok", missing="it needs Redis and an index of its own (its authors: 2,000/s)")
# The nearest building, and the grid that holds it.
NEAREST = """\\set n random(1, {homes})
SELECT b.id, g.grid_id FROM bench.home,
    LATERAL (SELECT id FROM buildings_building ORDER BY footprint_3857 <-> bench.home.location_3857 LIMIT 1) AS b,
    grids_grid_of(bench.home.location, now(), 50) AS g WHERE n = :n;
"""


def rows(stage: Stage) -> Iterator[Row]:
    """Measure each door with many clients, and at a fixed pace."""
    texts = stage.addresses()
    begun = [text[: max(3, len(text) * 6 // 10)] for text in texts]
    doors = {
        "search, as registered": [Request(f"/geocode/search?q={quote(text)}") for text in texts],
        "autocomplete": [Request(f"/geocode/autocomplete?q={quote(text)}") for text in begun],
        "reverse": [Request(f"/geocode/reverse?lon={lon}&lat={lat}") for lon, lat in stage.places()],
    }
    with ours(stage.url) as address:
        for door, asked in doors.items():
            plan = stage.plan(address, asked)
            load = wrk.loop(plan, clients=CLIENTS, seconds=stage.seconds)
            peer, theirs = _peer(stage, door)
            yield Row(f"{door}, {CLIENTS} clients", load, Target(rate=1_000), peer, theirs)
            load = wrk.loop(plan, clients=CLIENTS, seconds=stage.seconds, rate=PER_SECOND)
            yield Row(f"{door}, at {PER_SECOND}/s", load, Target(rate=0.95 * PER_SECOND, p95_ms=10))


def _peer(stage: Stage, door: str) -> tuple[Peer, Load | None]:
    return alone(stage, NEAREST, clients=8) if door == "reverse" else (ADDOK, None)

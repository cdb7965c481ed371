"""Pages of features at /ogc: ten rows, and a hundred in a random box."""

import random
from collections.abc import Iterator
from contextlib import ExitStack

from bench.serving import wrk
from bench.serving.figures import Load, Target
from bench.serving.peers import tipg
from bench.serving.running import ours
from bench.serving.stage import SEED, Stage
from bench.serving.table import Row
from bench.serving.wrk import Plan, Request

CLIENTS = 8
BOXES = 2_000
# Half the side of a box, in degrees: a few streets to a quarter of the town.
SIDES = (0.001, 0.01)
COLLECTIONS = ("buildings", "incidents")


def rows(stage: Stage) -> Iterator[Row]:
    """Measure both collections, the larger one having a million rows in the full demo."""
    with ExitStack() as stack:
        address = stack.enter_context(ours(stage.url))
        peer = stage.begun(stack, tipg.NAME, tipg.tipg(stage.url))
        for collection in COLLECTIONS:
            for door, queries in (("limit=10", ["limit=10"]), ("bbox, limit=100", _boxes(stage))):
                asked = [Request(f"/ogc/collections/{collection}/items?{query}") for query in queries]
                load = wrk.loop(stage.plan(address, asked), clients=CLIENTS, seconds=stage.seconds)
                theirs: Load | None = None
                if peer.address is not None:
                    asked = [Request(f"/collections/bench.{collection}/items?{query}") for query in queries]
                    plan = Plan(peer.address, asked, {"Accept-Encoding": "gzip", "Accept": "application/geo+json"})
                    theirs = wrk.loop(plan, clients=CLIENTS, seconds=stage.seconds)
                target = Target(ratio=3, p95_ms=15)
                yield Row(f"OGC {collection} {door}, {CLIENTS} clients", load, target, peer, theirs)


def _boxes(stage: Stage) -> list[str]:
    chance = random.Random(SEED)
    found = []
    for lon, lat in stage.places(BOXES):
        half = chance.uniform(*SIDES)
        box = ",".join(f"{value:.6f}" for value in (lon - half, lat - half, lon + half, lat + half))
        found.append(f"bbox={box}&limit=100")
    return found

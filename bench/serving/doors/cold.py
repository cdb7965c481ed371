"""Cold tiles: each asked once by two clients, in shuffled order, half of them where there may be nothing."""

import math
import random
from collections.abc import Iterator
from contextlib import ExitStack

from bench.serving import wrk
from bench.serving.figures import Load, Target, better
from bench.serving.peers import martin
from bench.serving.running import ours
from bench.serving.stage import SEED, Stage
from bench.serving.table import Row
from bench.serving.wrk import Plan, Request

CLIENTS = 2
ROUNDS = 2
# Where the world begins in Web Mercator, in metres.
EDGE = math.pi * 6378137
# Layer, its zooms, how many tiles of each at most, what is asked.
LAYERS = (
    ("buildings", range(13, 18), 112, Target(ratio=1, bytes=1)),
    ("grids", range(9, 17), 112, Target(ratio=1, bytes=1)),
    ("incidents", range(8, 17), 24, Target(ratio=4, bytes=1)),
)
EXTENT = "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(geom) FROM bench.{}) AS of(e)"
MIDDLES = """
SELECT ST_X(m), ST_Y(m) FROM (
    SELECT ST_PointOnSurface(geom) AS m FROM bench.{} WHERE geom IS NOT NULL ORDER BY md5(id::text) LIMIT 2000
) AS middles
"""
Tile = tuple[int, int, int]


def rows(stage: Stage) -> Iterator[Row]:
    """Measure the layers; both servers take turns, and the better of two rounds counts, for ours starts anew each."""
    for layer, zooms, most, target in LAYERS:
        tiles = tiles_of(stage, layer, zooms, most)
        with ExitStack() as stack:
            peer = stage.begun(stack, martin.NAME, martin.martin(stage.url, cache_mb=0))
            theirs: Load | None = None
            mine: Load | None = None
            for _ in range(ROUNDS):
                if peer.address is not None:
                    plan = Plan(
                        peer.address,
                        [Request(f"/{layer}/{z}/{x}/{y}") for z, x, y in tiles],
                        {"Accept-Encoding": "gzip"},
                    )
                    theirs = _better(theirs, wrk.once(plan, clients=CLIENTS))
                mine = _better(mine, _ours(stage, layer, zooms, tiles))
        assert mine is not None  # noqa: S101 -- there is at least one round
        name = f"cold tile, {layer} z{zooms[0]}-{zooms[-1]} ({len(tiles)})"
        yield Row(name, mine, target, peer, theirs)


def tiles_of(stage: Stage, layer: str, zooms: range, most: int) -> list[Tile]:
    """Return tiles over the district in shuffled order: half around features, half anywhere in their box."""
    chance = random.Random(SEED)
    middles = [(float(x), float(y)) for x, y in stage.rows(MIDDLES.format(layer))]
    west, south, east, north = map(float, stage.rows(EXTENT.format(layer))[0])
    found: list[Tile] = []
    for zoom in zooms:
        around = dict.fromkeys(tile_at(x, y, zoom) for x, y in middles)
        anywhere = dict.fromkeys(
            tile_at(chance.uniform(west, east), chance.uniform(south, north), zoom) for _ in range(2000)
        )
        half = list(around)[: most // 2]
        found += half + [tile for tile in anywhere if tile not in half][: most - len(half)]
    chance.shuffle(found)
    return found


def tile_at(x: float, y: float, zoom: int) -> Tile:
    """Return the tile over a place in Web Mercator."""
    side = 2 * EDGE / 2**zoom
    return zoom, int((x + EDGE) / side), int((EDGE - y) / side)


def _ours(stage: Stage, layer: str, zooms: range, tiles: list[Tile]) -> Load:
    with ours(stage.url) as address:
        # What Django says of a layer at each zoom, once in the life of a server; these tiles are none of those asked.
        wrk.once(
            stage.plan(address, [Request(f"/tiles/{layer}/{z}/0/{n}.mvt") for z in zooms for n in (0, 1)]), clients=1
        )
        requests = [Request(f"/tiles/{layer}/{z}/{x}/{y}.mvt") for z, x, y in tiles]
        return wrk.once(stage.plan(address, requests), clients=CLIENTS)


def _better(before: Load | None, now: Load) -> Load:
    return now if before is None else better(before, now)

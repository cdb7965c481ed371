"""Warm tiles: one of 20 kB, the same asked with its ETag, and a Zipf mix of 600."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench import Broken
from bench.serving import wrk
from bench.serving.doors.cold import Tile, tiles_of
from bench.serving.figures import Target, zipf_draws
from bench.serving.peers import martin, nginx
from bench.serving.running import fetched, ours
from bench.serving.stage import SEED, Stage
from bench.serving.table import Peer, Row
from bench.serving.wrk import Plan, Request

BYTES = 20_000
MIX, DRAWS = 600, 20_000
CACHE_MB = 512
MANY, FEW = 64, 8
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Sides:
    """Our server and its peers under one load; Martin's addresses of tiles differ from ours."""

    stage: Stage
    ours: str
    martin: Peer
    nginx: Peer

    def row(self, door: str, tiles: list[Tile], clients: int, target: Target, **headers: str) -> Row:
        """Measure tiles of buildings here and at Martin, who is asked each once before."""
        seconds, theirs = self.stage.seconds, None
        requests = [Request(path(tile)) for tile in tiles]
        wrk.once(self.stage.plan(self.ours, list(dict.fromkeys(requests))), clients=2)
        load = wrk.loop(self.stage.plan(self.ours, requests, **headers), clients=clients, seconds=seconds)
        if self.martin.address is not None:
            asked = [Request(f"/buildings/{z}/{x}/{y}") for z, x, y in tiles]
            given = {"Accept-Encoding": "gzip"}
            if headers:
                given["If-None-Match"] = _etag(self.martin.address + asked[0].path, given)
            wrk.once(Plan(self.martin.address, list(dict.fromkeys(asked)), given), clients=2)
            theirs = wrk.loop(Plan(self.martin.address, asked, given), clients=clients, seconds=seconds)
        return Row(door, load, target, self.martin, theirs)

    def beside_nginx(self, clients: int, mine: Row) -> Row:
        """Return a row again, beside an nginx that sends the same bytes."""
        theirs = None
        if self.nginx.address is not None:
            plan = Plan(self.nginx.address, [Request("/tile")])
            theirs = wrk.loop(plan, clients=clients, seconds=self.stage.seconds)
        return Row(f"{mine.door}, and a file", mine.ours, Target(), self.nginx, theirs)


def rows(stage: Stage) -> Iterator[Row]:
    """Measure them, with the permission check and the look at the database that each answer takes."""
    found = tiles_of(stage, "buildings", range(13, 18), MIX)
    with ExitStack() as stack:
        address = stack.enter_context(ours(stage.url))
        tile, body, etag = _of_20_kb(stage, address, found)
        sides = Sides(
            stage,
            address,
            stage.begun(stack, martin.NAME, martin.martin(stage.url, cache_mb=CACHE_MB)),
            stage.begun(stack, nginx.NAME, nginx.nginx(body)),
        )
        size = f"{len(body) / 1000:.0f} kB"
        warm = sides.row(f"warm tile {size}, {MANY} clients", [tile], MANY, Target(rate=12_000))
        yield warm
        yield sides.beside_nginx(MANY, warm)
        yield sides.row(f"warm tile {size}, {FEW} clients", [tile], FEW, Target())
        mix = zipf_draws(random.Random(SEED).sample(found, min(MIX, len(found))), DRAWS, seed=SEED)
        yield sides.row(f"Zipf mix of {len(set(mix))} tiles, {MANY} clients", mix, MANY, Target(ratio=2))
        headers = {"If-None-Match": etag}
        yield sides.row(f"304, {MANY} clients", [tile], MANY, Target(rate=15_000), **headers)


def path(tile: Tile) -> str:
    """Return where our server has a tile of buildings."""
    z, x, y = tile
    return f"/tiles/buildings/{z}/{x}/{y}.mvt"


def _of_20_kb(stage: Stage, address: str, tiles: list[Tile]) -> tuple[Tile, bytes, str]:
    """Return the tile nearest to 20 kB, its bytes and its ETag."""
    answers, told = [], Counter[int]()
    for tile in tiles[:LOOKED_AT]:
        status, headers, body = fetched(address + path(tile), stage.headers)
        told[status] += 1
        if status == 200:
            answers.append((tile, body, headers["etag"]))
    if not answers:
        raise Broken(f"no tile of buildings holds anything; statuses {dict(told)}")
    return min(answers, key=lambda answer: abs(len(answer[1]) - BYTES))


def _etag(url: str, headers: dict[str, str]) -> str:
    return fetched(url, headers)[1].get("etag") or "none"

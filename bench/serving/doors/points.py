"""The grid of a point, random points; beside it the same question asked of PostGIS alone."""

from collections.abc import Iterator

from bench.serving import wrk
from bench.serving.doors.alone import alone
from bench.serving.figures import Target
from bench.serving.running import ours
from bench.serving.stage import Stage
from bench.serving.table import Row
from bench.serving.wrk import Request

GRID_OF = """\\set n random(1, {homes})
SELECT g.grid_id FROM bench.home, grids_grid_of(location, now(), 50) AS g WHERE n = :n;
"""


def rows(stage: Stage) -> Iterator[Row]:
    """Measure few clients and many."""
    requests = [Request(f"/api/grids/at?lon={lon}&lat={lat}&crs=wgs84") for lon, lat in stage.places()]
    with ours(stage.url) as address:
        for clients, target in ((8, Target(p95_ms=5)), (64, Target(rate=8_000))):
            load = wrk.loop(stage.plan(address, requests), clients=clients, seconds=stage.seconds)
            peer, theirs = alone(stage, GRID_OF, clients=8)
            yield Row(f"grid of a point, {clients} clients", load, target, peer, theirs)

"""One edit with its proof, against splitting with shapely and proving the whole coverage again with GEOS.

The contract (issue 3): p99 of one command with its proof at most 20 ms in a community of 60 grids, at most 50 ms
inside a coverage of 12,000. The peer's time is a median, and its result is wrong: the neighbours lack the new
vertex, and nothing is snapped, rounded or undone. It shows what asking GEOS about everything costs.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import shapely
from shapely.ops import split as shapely_split

from bench import Ratio
from grids.editing.coverage.coverage import Coverage
from grids.editing.refusals import EditRefused
from grids.editing.verbs.verb import Edit
from tests.partitions import Supervisor, jittered

COMMANDS = 1500
PEER_ROUNDS = 5


def run() -> Iterator[Ratio]:
    """Time random commands, refused ones too, in a session that goes on from each result."""
    for columns, rows in ((10, 6), (120, 100)):
        coverage = jittered(columns, rows, seed=5)
        seconds, last = session(coverage, COMMANDS)
        peer = statistics.median(_seconds(partial(geos_split, last)) for _ in range(PEER_ROUNDS))
        name = "shapely split, GEOS check of all"
        yield Ratio(f"split with proof, {len(coverage)} grids, median", statistics.median(seconds["split"]), name, peer)
        for verb in ("split", "merge", "reshape", "transfer", "move_node"):
            yield Ratio(
                f"{verb} with proof, {len(coverage)} grids, p99",
                float(np.percentile(seconds[verb], 99)),
                name,
                peer,
            )


def session(coverage: Coverage, count: int) -> tuple[dict[str, list[float]], Coverage]:
    """Return the seconds of each command by verb, and the coverage in the end."""
    supervisor = Supervisor(5, start=len(coverage), hostile=0.05)
    seconds: dict[str, list[float]] = {}
    for _ in range(count):
        command = supervisor.command(coverage)
        began = time.perf_counter()
        coverage = _after(command, coverage)
        seconds.setdefault(command.verb, []).append(time.perf_counter() - began)
    return seconds, coverage


def geos_split(coverage: Coverage) -> bool:
    """Cut one polygon in two and ask GEOS whether all is well: it is not, the neighbours lack the vertex."""
    polygons = _polygons(coverage)
    first = polygons[len(polygons) // 2]
    west, south, east, north = first.bounds
    pieces = shapely_split(first, shapely.LineString([(west - 1, south - 1), (east + 1, north + 1)]))
    grids = np.array([*polygons[1:], *pieces.geoms])
    valid = bool(shapely.coverage_is_valid(grids))
    return valid and bool(shapely.equals(shapely.coverage_union_all(grids), coverage.frame.polygon))


_KEPT: dict[int, np.ndarray] = {}


def _polygons(coverage: Coverage) -> np.ndarray:
    """Return the polygons, made once: the peer would have them at hand."""
    if id(coverage) not in _KEPT:
        _KEPT[id(coverage)] = np.array(list(coverage.to_polygons().values()))
    return _KEPT[id(coverage)]


def _after(command: Edit, coverage: Coverage) -> Coverage:
    try:
        return command.step(coverage).coverage
    except EditRefused:
        return coverage


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

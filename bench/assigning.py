"""The grids of ten million points on 12,100 grids, a million of them exactly on vertices and edges (issue 14).

The contract: at least 3 M points a second on one processor, an index in at most 10 s and 200 MB, one answer each, the
same as the rule in the database (`grids/db/grid_of_point.sql`) gives. Beside it geopandas.sjoin and shapely's STRtree,
which answer a point on a border twice, and PostGIS. Rates are of processor time, so that a busy machine changes little.
The database is asked of all on borders and of as many others; `BENCH_ALL=1` asks it of all.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import geopandas
import numpy as np
import shapely
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from bench import Broken, Ratio
from bench.trials.town import town
from grids.assigning.edges import edges_of
from grids.assigning.index import PartitionIndex, Rule
from tests.partitions import jittered

ACROSS, STEPS = 110, 12
ANYWHERE, ON_BORDERS = 9_000_000, 1_000_000
COMPARED = 1_000_000
TOLERANCE_M = 50.0
PIECE = 250_000
ROWS = """
    SELECT coalesce(g.version_id - 1, -1), coalesce(g.rule, 'none')
    FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS asked (x, y, number)
    LEFT JOIN LATERAL grids_grid_of(ST_SetSRID(ST_MakePoint(x, y), %s::int), now(), %s) AS g ON true ORDER BY number
"""


def run() -> Iterator[Ratio]:
    """Build the index, assign all, compare with the database, and time the peers on a part."""
    polygons = np.array(list(jittered(ACROSS, ACROSS, 1, steps=STEPS).to_polygons().values()), dtype=object)
    began = time.process_time()
    index = PartitionIndex(polygons, tolerance_m=TOLERANCE_M)
    built_s = time.process_time() - began
    print(f"{len(polygons):,} grids, {shapely.get_num_coordinates(polygons).sum():,} vertices")
    print(f"index: {built_s:.1f} s (at most 10), {index.nbytes / 1e6:.0f} MB (at most 200)")
    anywhere, borders = _anywhere(polygons), _on_borders(polygons)
    rates = {"anywhere": _rate(index, anywhere), "on vertices and edges": _rate(index, borders)}
    rates["of all"] = len(anywhere) + len(borders), sum(seconds for _, seconds in rates.values())
    for name, (count, seconds) in rates.items():
        print(f"{count:,} points {name}: {count / seconds / 1e6:.2f} M/s", flush=True)
    some = anywhere[:COMPARED]
    ours = _busy(lambda: index.assign(some))
    yield Ratio(f"{COMPARED:,} points anywhere", ours, "geopandas.sjoin", _busy(lambda: _sjoin(polygons, some)))
    yield Ratio(f"{COMPARED:,} points anywhere", ours, "STRtree", _busy(lambda: _strtree(polygons, some)))
    with town(in_memory=True):
        _store(polygons)
        asked = anywhere if os.environ.get("BENCH_ALL") else some
        seconds = _same_as_sql(index, asked) * COMPARED / len(asked)
        yield Ratio(f"{COMPARED:,} points anywhere", ours, "PostGIS, by the clock", seconds)
        _same_as_sql(index, borders)
    print(f"{len(asked):,} points anywhere and {len(borders):,} on borders: the database says the same of each")


def _anywhere(polygons: NDArray[Any]) -> NDArray[np.float64]:
    west, south, east, north = shapely.total_bounds(polygons)
    return np.random.default_rng(2).uniform([west - 20, south - 20], [east + 20, north + 20], (ANYWHERE, 2))


def _on_borders(polygons: NDArray[Any]) -> NDArray[np.float64]:
    """Return vertices, and places of whole millimetres that lie exactly on edges."""
    random = np.random.default_rng(3)
    edges = edges_of(polygons)
    along = (edges.b - edges.a).astype(np.int64)
    parts = np.gcd(np.abs(along[:, 0]), np.abs(along[:, 1]))
    picked = random.choice(np.flatnonzero(parts > 1), ON_BORDERS // 2)
    part = random.integers(1, parts[picked])[:, None]
    on_edges = edges.a[picked] + along[picked] // parts[picked][:, None] * part
    places = np.concatenate([edges.a[random.integers(0, len(along), ON_BORDERS - len(picked))], on_edges])
    return np.asarray((places + edges.origin_mm) / 1000, dtype=np.float64)


def _rate(index: PartitionIndex, points: NDArray[np.float64]) -> tuple[int, float]:
    return len(points), _busy(lambda: index.assign(points))


def _sjoin(polygons: NDArray[Any], xy: NDArray[np.float64]) -> None:
    points = geopandas.GeoDataFrame(geometry=shapely.points(xy))
    geopandas.sjoin(points, geopandas.GeoDataFrame(geometry=polygons), how="left", predicate="intersects")


def _strtree(polygons: NDArray[Any], xy: NDArray[np.float64]) -> None:
    shapely.STRtree(polygons).query(shapely.points(xy), predicate="intersects")


def _store(polygons: NDArray[Any]) -> None:
    """Put the grids into the database as versions 1, 2, …; its laws are not the subject here."""
    wkb = [shapely.to_wkb(shapely.multipolygons([polygon])) for polygon in polygons]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO grids_gridversion (id, grid_id, community_id, code, kind, geom, valid)"
            " OVERRIDING SYSTEM VALUE SELECT n, n, 1, to_char(n, 'FM00000'), 'base', ST_GeomFromWKB(shape, %s),"
            " tstzrange('2024-01-01', NULL) FROM unnest(%s::bytea[]) WITH ORDINALITY AS given (shape, n)",
            [settings.SURVEY_SRID, wkb],
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE grids_gridversion")


def _same_as_sql(index: PartitionIndex, xy: NDArray[np.float64]) -> float:
    """Compare grid and rule of each point with what the database says; return its seconds. Raises Broken."""
    rounded, seconds = np.rint(xy * 1000) / 1000, 0.0
    for begin in range(0, len(xy), PIECE):
        piece = rounded[begin : begin + PIECE]
        found = index.assign(piece)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [*piece.T.tolist(), settings.SURVEY_SRID, TOLERANCE_M])
            said = cursor.fetchall()
        seconds += time.perf_counter() - began
        ours = [(grid, Rule(rule).name.lower()) for grid, rule in zip(found.positions, found.rules, strict=True)]
        wrong = [number for number, (us, them) in enumerate(zip(ours, said, strict=True)) if us != them]
        if wrong:
            number = wrong[0]
            raise Broken(f"{len(wrong)} differ; {piece[number].tolist()}: {ours[number]}, the database {said[number]}")
    return seconds


def _busy(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began

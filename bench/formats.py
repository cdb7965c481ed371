"""How fast features leave in each format: 200,000 invented buildings, against the GeoJSON of the same run.

Columns are milliseconds of processor time, of ours and of GeoJSON, so that neighbours on the machine do not count: that
of Python, of its child and of PostgreSQL's process together. Below each, what a reader waits for.
"""

import contextlib
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from bench import Broken, Ratio
from layers import tables
from layers.catalogue import collection_of
from layers.models import UploadedLayer
from layers.ogc.output.formats import FORMATS, Format
from layers.ogc.output.rowset import Rowset
from layers.ogc.params import Presentation
from layers.registry import Collection

ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
FIELDS = {"name": "string", "kind": "string", "floors": "integer", "height_m": "number", "code": "string"}
# An L of seven vertices, one every 30 m; as names and numbers are in a register, some missing.
BUILDINGS = """
INSERT INTO {table} (fid, geom, c0, c1, c2, c3, c4)
SELECT i, ST_Translate(shape, (i % 1000) * 30.125, (i / 1000) * 30.25),
       CASE WHEN i % 3 > 0 THEN '楼栋' || i END, 'residential', CASE WHEN i % 7 > 0 THEN i % 30 END, i % 90 + 0.5,
       lpad(i::text, 19, '0')
FROM generate_series(1, {rows}) AS i, ST_GeomFromText('POLYGON((500000.125 2500000.5, 500012.25 2500000.5,
     500012.25 2500006.125, 500008.5 2500006.125, 500008.5 2500012.75, 500000.125 2500012.75,
     500000.125 2500000.5))', 4547) AS shape
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """What it took to send a collection: seconds of processors, on the clock, to the first byte; bytes and memory."""

    cpu_s: float
    wall_s: float
    first_s: float
    size: int
    growth: int


def run() -> Iterator[Ratio]:
    """Send the buildings in each format; they are gone afterwards."""
    with transaction.atomic(), _buildings() as buildings:
        for each in FORMATS:
            if each.name != "xlsx":
                _sent(buildings, each, most=1000)  # loads what the format needs
        geojson = _sent(buildings, FORMATS[0])
        for each in FORMATS:
            if each.name == "xlsx":
                continue
            sent = _sent(buildings, each)
            yield Ratio(f"{ROWS:,} buildings as {each.name}", sent.cpu_s, "GeoJSON", geojson.cpu_s)
            print(
                f"    {ROWS / sent.wall_s:,.0f}/s on the clock, first byte {sent.first_s * 1000:,.0f} ms,"
                f" {sent.size / 1e6:,.1f} MB, growth {sent.growth / 2**20:,.0f} MB"
            )
        transaction.set_rollback(True)


@contextlib.contextmanager
def _buildings() -> Iterator[Collection]:
    """Yield a collection of invented buildings."""
    fields = [
        {"name": name, "type": kind, "column": f"c{number}", "title": name}
        for number, (name, kind) in enumerate(FIELDS.items())
    ]
    layer = UploadedLayer.objects.create(
        slug="bench-buildings", title="bench", srid=4547, source_name="bench", source_hash="bench",
        geometry_type="Polygon", fields=fields, feature_count=ROWS,
    )  # fmt: skip
    tables.create(layer)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(BUILDINGS.format(table=layer.table, rows=ROWS))
        cursor.execute(f"ANALYZE {layer.table}")
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # as a web server's connections have it
    yield collection_of(layer)


def _sent(buildings: Collection, form: Format, most: int = ROWS) -> Sent:
    rows = buildings.rows(AnonymousUser()).filter(fid__lte=most).order_by("fid")
    began, used, memory = time.perf_counter(), _cpu_s(), _resident()
    first_s, size, most = 0.0, 0, memory
    for piece in form.write(Rowset(buildings, rows, Presentation())):
        first_s = first_s or time.perf_counter() - began
        size, most = size + len(piece), max(most, _resident())
    if not size:
        raise Broken(f"{form.name} is empty")
    return Sent(_cpu_s() - used, time.perf_counter() - began, first_s, size, most - memory)


def _cpu_s() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(pid,)] = cursor.fetchall()
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(words[11]) + int(words[12])
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return ticks / os.sysconf("SC_CLK_TCK") + sum(each.ru_utime + each.ru_stime for each in used)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

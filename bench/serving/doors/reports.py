"""Incidents: reported one by one, each with a key of its own and durable before the answer; and 20,000 at once."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg

from bench import Broken
from bench.serving import wrk
from bench.serving.doors.alone import alone
from bench.serving.figures import Load, Target
from bench.serving.running import ours
from bench.serving.stage import Stage
from bench.serving.table import Peer, Row
from bench.serving.wrk import Request

CLIENTS = 64
BULK = 20_000
# Of the sixty connections that the database has, our own server holds some.
COMMITTING = 16
ONE_ROW = """\\set n random(1, {homes})
INSERT INTO bench.report (occurred_at, title, place) SELECT now(), 'bench', location FROM bench.home WHERE n = :n;
"""
PLACED = """
INSERT INTO bench.report (occurred_at, title, place)
SELECT now(), g.rule, place FROM sent, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), %s) AS place,
    LATERAL grids_grid_of(place, now(), 50) AS g
"""


def rows(stage: Stage) -> Iterator[Row]:
    """Measure as many as can be, half as many a second, and the bulk door."""
    asked = [Request("/api/incidents/", "POST", json.dumps(each)) for each in reports(stage, 2_000)]
    headers = {"Content-Type": "application/json"}
    with ours(stage.url) as address:
        load = wrk.loop(stage.plan(address, asked, **headers), clients=CLIENTS, seconds=stage.seconds)
        peer, theirs = alone(stage, ONE_ROW, clients=COMMITTING)
        yield Row(f"report of an incident, {CLIENTS} clients", load, Target(rate=1_500), peer, theirs)
        if not load.rate:
            raise Broken(f"no report was answered within {stage.seconds:g} s")
        half = load.rate / 2
        load = wrk.loop(stage.plan(address, asked, **headers), clients=CLIENTS, seconds=stage.seconds, rate=half)
        yield Row(f"report of an incident, at {half:,.0f}/s", load, Target(rate=0.95 * half, p95_ms=20))
        yield _bulk(stage, address)


def reports(stage: Stage, count: int) -> list[dict[str, object]]:
    """Return bodies of reports; ``{n}`` in a title is another text in each request."""
    kinds = [code for (code,) in stage.rows("SELECT code FROM incidents_incidenttype ORDER BY code LIMIT 20")]
    moment = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="seconds")
    return [
        {
            "type": kinds[number % len(kinds)],
            "lon": lon,
            "lat": lat,
            "crs": "wgs84",
            "occurred_at": moment,
            "title": "bench {n}",
            "text": "井盖缺失",
        }
        for number, (lon, lat) in enumerate(stage.places(count))
    ]


def _bulk(stage: Stage, address: str) -> Row:
    lines = [json.dumps(each, ensure_ascii=False) for each in reports(stage, BULK)]
    request = urllib.request.Request(  # noqa: S310 -- our own address
        f"{address}/api/incidents/bulk/",
        "\n".join(lines).encode(),
        {**stage.headers, "Accept-Encoding": "identity", "Content-Type": "application/x-ndjson"},
    )
    began = time.perf_counter()
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=300) as answer:
            taken = sum(b'"id"' in line for line in answer.read().splitlines())
    except OSError as error:
        raise Broken(f"{BULK} reports sent at once: {error}") from error
    load = _of_one(BULK, time.perf_counter() - began)
    if taken != BULK:
        raise Broken(f"of {BULK} reports sent at once {taken} were taken")
    peer = Peer("COPY and one placing statement")
    return Row(f"reports, {BULK:,} at once", load, Target(rate=15_000), peer, _copied(stage))


def _copied(stage: Stage) -> Load:
    places = stage.places(BULK)
    ((srid,),) = stage.rows("SELECT ST_SRID(location) FROM bench.home LIMIT 1")
    with psycopg.connect(stage.url) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute("CREATE TEMP TABLE sent (lon float8, lat float8) ON COMMIT DROP")
        with cursor.copy("COPY sent FROM STDIN") as copy:
            for place in places:
                copy.write_row(place)
        cursor.execute(PLACED, [srid])
        connection.commit()
        return _of_one(BULK, time.perf_counter() - began)


def _of_one(count: int, seconds: float) -> Load:
    return Load(rate=count / seconds, p50_ms=1000 * seconds, p95_ms=1000 * seconds, max_ms=1000 * seconds)

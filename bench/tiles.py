"""Tiles: made cold, against another server's SQL on the same rows; served warm, against the bare web server."""

import http.client
import math
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.contrib.auth.models import User
from django.db import connection

from bench import Ratio, compare
from gisserver.common.access.credentials import tokens
from gisserver.runtime.processes import wait_until
from gisserver.runtime.web_command import web_command
from tiles import mvt, tilejson
from tiles.address import TileAddress, tile_address
from tiles.tileset import Tileset, tileset

ROOT = Path(__file__).resolve().parents[1]
ZOOMS = {"grids": (12, 14, 16), "buildings": (14, 15, 16, 17), "incidents": (10, 14, 16, 17)}
TILES_PER_ZOOM = 12
ROUNDS = 3
WRK_SECONDS = 4
READY_S = 60.0
SEED = 1

# What Martin 1.14 sends for a table (martin/src/pg/query_tables.rs, in our own words), prepared once for each source
# and pointed at the same stored and indexed EPSG:3857 column that we use, which is the best an operator can do for
# it. Its database time alone is a floor for the whole server; ours includes the version, gzip and what users may see.
MARTIN = """
SELECT ST_AsMVT(tile, '{layer}', 4096, 'geom', 'id') FROM (
    SELECT ST_AsMVTGeom(ST_Transform(ST_CurveToLine({geom}), 3857), ST_TileEnvelope(%s, %s, %s), 4096, 64, true)
               AS geom, id, {columns}
    FROM {table} WHERE {geom} && ST_TileEnvelope(%s, %s, %s, margin => 0.015625)
) AS tile
"""
# The least that granian can be asked to do.
HELLO = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
TABLES = {
    "grids": ("grids_gridversion", "geom_3857", "code, name, kind"),
    "buildings": ("buildings_building", "footprint_3857", "name, kind, floors, height_m"),
    "incidents": ("incidents_incident", "location_3857", "occurred_at, type_id, status, title"),
}


def run() -> Iterator[Ratio]:
    """Compare on the rows of the database in use; says so when there is nothing in it, or no `wrk`."""
    user = User.objects.filter(is_superuser=True, is_active=True).first()
    if user is None or tilejson.bounds_of(tileset("buildings", user)) == tilejson.WORLD:
        print("tiles: this database holds no buildings; load the demo district first.")
        return
    connection.ensure_connection()
    connection.connection.prepare_threshold = 5
    for layer, zooms in ZOOMS.items():
        for zoom in zooms:
            yield _cold(tileset(layer, user), zoom)
    if shutil.which("wrk") is None:
        print("tiles: `wrk` is not installed, so nothing was served warm.")
        return
    yield from _warm(user)


def _cold(tiles: Tileset, zoom: int) -> Ratio:
    layer, addresses = tiles.ids[0], _addresses(tiles, zoom)

    def ours() -> None:
        for address in addresses:
            mvt.render(tiles, address)

    def theirs() -> None:
        for address in addresses:
            _martin(layer, address)

    return compare(
        f"{len(addresses)} cold tiles {layer} z{zoom}",
        ours=ours,
        peer="Martin's SQL alone",
        theirs=theirs,
        rounds=ROUNDS,
    )


def _addresses(tiles: Tileset, zoom: int) -> list[TileAddress]:
    """Return tiles with something in them, the same in every run."""
    west, south, east, north = tilejson.bounds_of(tiles)
    rng = random.Random(SEED)
    found: set[TileAddress] = set()
    for _ in range(TILES_PER_ZOOM * 20):
        address = _tile_at(rng.uniform(west, east), rng.uniform(south, north), zoom)
        if address not in found and mvt.render(tiles, address).body:
            found.add(address)
        if len(found) == TILES_PER_ZOOM:
            break
    return sorted(found)


def _tile_at(lon: float, lat: float, zoom: int) -> TileAddress:
    y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return tile_address(zoom, int((lon / 360 + 0.5) * 2**zoom), int(y * 2**zoom))


def _martin(layer: str, address: TileAddress) -> bytes:
    table, geom, columns = TABLES[layer]
    text = MARTIN.format(layer=layer, table=table, geom=geom, columns=columns)
    place = (address.z, address.x, address.y)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(text, place + place, prepare=True, binary=True)
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def _warm(user: User) -> Iterator[Ratio]:
    tiles = tileset("buildings", user)
    address = _addresses(tiles, 15)[0]
    text, token = tokens.issue(user=user, label="bench", lifetime_hours=1)
    headers = {"Authorization": f"Bearer {text}", "Accept-Encoding": "gzip"}
    try:
        with _hello_world() as hello, _started(web_command, ROOT) as ours:
            url = f"{ours}tiles/buildings/{address.z}/{address.x}/{address.y}.mvt"
            held = {**headers, "If-None-Match": _etag(url, headers)}
            limit_s = _wrk(hello, {})
            yield Ratio("a tile in memory, by HTTP", _wrk(url, headers), "granian's hello world", limit_s)
            yield Ratio("304, by HTTP", _wrk(url, held), "granian's hello world", limit_s)
    finally:
        tokens.end(text)
        token.delete()


def _etag(url: str, headers: dict[str, str]) -> str:
    parts = urllib.parse.urlsplit(url)
    client = http.client.HTTPConnection(parts.netloc, timeout=30)
    client.request("GET", parts.path, headers=headers)
    answer = client.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{url} answers {answer.status}")
    return str(answer.headers["ETag"])


def _wrk(url: str, headers: dict[str, str]) -> float:
    """Return the seconds that one request takes of the server, eight at a time."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", "-c8", f"-d{WRK_SECONDS}s", *given, url]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words
    rate = re.search(r"Requests/sec:\s*([\d.]+)", report)
    if rate is None or "Non-2xx" in report:
        raise RuntimeError(report)
    return 1 / float(rate[1])


@contextmanager
def _hello_world() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "hello.py").write_text(HELLO)
        with _started(_hello_command, Path(folder)) as address:
            yield address


def _hello_command(python: str, *, host: str, port: int) -> list[str]:
    """Return the command of a granian that does as little as it can."""
    return [
        *(python, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning", "--host", host),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "hello:application"),
    ]


@contextmanager
def _started(command: Callable[..., list[str]], folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started, environment = (
        command(sys.executable, host="127.0.0.1", port=port),
        os.environ | {"PYTHONPATH": str(folder)},
    )
    server = subprocess.Popen(started, cwd=folder, env=environment)  # noqa: S603
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int) -> None:
    if not wait_until(lambda: _is_ready(port), timeout_s=READY_S):
        raise RuntimeError(f"The server did not start within {READY_S:.0f} s")


def _is_ready(port: int) -> bool:
    """Whether a server answers well; the hello world does so whatever it is asked."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        client.request("GET", "/readyz")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()

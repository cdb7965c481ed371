"""Making packs: the tiles of an area by the renderer of /tiles, its grids and addresses, and what has changed."""

import gzip
import hashlib
import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from pmtiles.reader import MmapSource, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer, write

from gisserver.common.db.clock import database_now
from gisserver.common.db.snapshot import one_look
from gisserver.common.geo.mercator import HALF_WORLD_M, Bounds, stretch, to_degrees
from layers import registry
from layers.versions import Reads, names_of, version_of
from tiles import mvt, tilejson
from tiles.address import MARGIN, TileAddress
from tiles.packs.area import Area
from tiles.packs.content import BEYOND_M, content
from tiles.packs.shelf import Pack, forget_old, newest, written
from tiles.tileset import Tileset

LAYERS = ("divisions", "grids", "buildings")
ZOOMS = range(8, 19)


def make(area: Area) -> tuple[Pack, bool]:
    """Return the pack of the area as it is now, and whether it had to be made: not if nothing in it has changed."""
    state = version_of(Reads(names_of(*LAYERS, "building_points"), _with_neighbours(area.bounds)))
    known = newest(area.code)
    if known is not None and state is not None and known.read()["state"] == state:
        return known, False
    with one_look():
        document = content(area)
        made_at = database_now()
        digest = hashlib.sha256(orjson.dumps([document, state, made_at])).hexdigest()[:16]
        pack = Pack(area.code, f"{made_at:%Y%m%dT%H%M%S%fZ}-{digest}")
        with written(pack.tiles) as part:
            _write_tiles(part, tileset_of(area), area, {"version": pack.version})
    said = document | {"version": pack.version, "made_at": made_at.isoformat(), "state": state}
    # Last, since a version is there when its content is.
    with written(pack.content) as part:
        part.write_bytes(gzip.compress(orjson.dumps(said), 6, mtime=0))
    forget_old(area.code)
    return pack, True


def _with_neighbours(bounds: Bounds) -> Bounds:
    """Return the box in which a change changes the pack: others' ground near by is in it, too."""
    west, south, east, north = bounds
    wider = (settings.NEAREST_TOLERANCE_M + BEYOND_M) * stretch(max(abs(south), abs(north)))
    return west - wider, south - wider, east + wider, north + wider


def tileset_of(area: Area) -> Tileset:
    """Return what the tiles of a pack hold."""
    found = (registry.find(name) for name in LAYERS)
    return Tileset(tuple(each for each in found if each is not None), area.reader)


def delta(pack: Pack, since: Pack) -> Path:
    """Return the file with the tiles that are new or other than in ``since``, made once.

    Its metadata lists under ``removed`` the tiles [z, x, y] that are no more. It holds the first tile in any case.
    """
    file = pack.delta(since)
    if not file.exists():
        now, then = (_digests(each.tiles) for each in (pack, since))
        changed = {place for place, digest in now.items() if then.get(place) != digest}
        kept = changed | {min(now, key=lambda place: zxy_to_tileid(*place))}
        said = {"since": since.version, "version": pack.version, "removed": sorted(then.keys() - now.keys())}
        with pack.tiles.open("rb") as new, written(file) as part, _writing(part) as writer:
            # Tiles come in the order of their ids, as they are written.
            for place, body in all_tiles(MmapSource(new)):
                if place in kept:
                    writer.write_tile(zxy_to_tileid(*place), body)
            writer.finalize(_header(pack.read()["bounds"]), said)
    return file


def _digests(file: Path) -> dict[tuple[int, int, int], bytes]:
    """Return a digest of each tile by z, x, y: all tiles of a city would not fit into the memory of a worker."""
    with file.open("rb") as opened:
        return {place: hashlib.sha256(body).digest() for place, body in all_tiles(MmapSource(opened))}


def _write_tiles(file: Path, tileset: Tileset, area: Area, said: dict[str, Any]) -> None:
    metadata = {
        **said,
        "name": area.name,
        "description": area.code,
        # Titles are translated when they are written.
        "vector_layers": orjson.loads(orjson.dumps(tilejson.vector_layers(tileset), default=str)),
    }
    with _writing(file) as writer:
        for address in sorted(_addresses(area.bounds), key=lambda each: zxy_to_tileid(each.z, each.x, each.y)):
            body = mvt.render(tileset, address).body
            if body:
                writer.write_tile(zxy_to_tileid(address.z, address.x, address.y), body)
        writer.finalize(_header(to_degrees(area.bounds)), metadata)


@contextmanager
def _writing(file: Path) -> Iterator[Writer]:
    """Give a writer of PMTiles, whose own file is closed also when something goes wrong."""
    with write(file) as writer, closing(writer.tile_f):
        yield writer


def _addresses(bounds: Bounds) -> Iterator[TileAddress]:
    """Yield the tiles of all zooms in which something of the box may be drawn."""
    west, south, east, north = bounds
    for z in ZOOMS:
        side = TileAddress(z, 0, 0).side_m

        def number(metres: float, margin: float, side: float = side) -> int:
            return math.floor((HALF_WORLD_M + metres) / side + margin)

        for x in range(number(west, -MARGIN), number(east, MARGIN) + 1):
            for y in range(number(-north, -MARGIN), number(-south, MARGIN) + 1):
                yield TileAddress(z, x, y)


def _header(degrees: Bounds) -> dict[str, Any]:
    west, south, east, north = (round(side * 1e7) for side in degrees)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 14,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }

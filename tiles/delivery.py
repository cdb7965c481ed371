"""From a request for a tile to its bytes: what is cached, what is still true, and under which ETag."""

from collections.abc import Container
from dataclasses import dataclass

from prometheus_client import Counter

from gisserver.common.conditional import etags_in as etags_in
from tiles import mvt, tile_version
from tiles.address import TileAddress
from tiles.cache import CachedTile, TileCache
from tiles.matrix_sets import MatrixTile
from tiles.tileset import Tileset

MVT = "application/vnd.mapbox-vector-tile"
# Everyone asks again, cheap by a 304, so that nobody sees an old tile.
PRIVATE = "private, max-age=0, must-revalidate"
PUBLIC = "public, max-age=0, must-revalidate"
VARY = "Accept-Encoding, Authorization, Cookie"

# The front keeps tiles; here only those are met again whose readers take no gzip.
CACHE_BYTES = 8 * 1024**2
cache = TileCache(CACHE_BYTES)
TILES = Counter("gisserver_tiles_total", "Tiles answered: not modified, from memory, or made", ["outcome"])


@dataclass(frozen=True, slots=True)
class Delivery:
    """A tile with its ETag and the version of the data in it.

    ``body`` is gzip, empty when nothing is there, None when the client holds it.
    """

    etag: str
    body: bytes | None
    version: int


def deliver(
    tileset: Tileset, address: TileAddress | MatrixTile, *, held: Container[str] = (), gzipped: bool = True
) -> Delivery:
    """Return the tile of the data as it is now.

    ``held`` are the ETags the user_id has. One query makes a tile that nobody has; a tile held here or by the
    user_id costs one query for the version and no tile query. ``gzipped`` says which of the two encodings
    the ETag names (RFC 9110 §8.8.3: they differ in bytes, so in ETag).
    """
    key = (tileset.key, address)
    known = cache.get(key)
    if known is not None or held:
        version = tile_version.version_under(tileset.versioned_layers, address)
        etag = etag_of(tileset.key, version, gzipped=gzipped)
        if etag in held:
            TILES.labels("not_modified").inc()
            return Delivery(etag, None, version)
        if known is not None and known.version >= version:
            TILES.labels("memory").inc()
            return Delivery(etag_of(tileset.key, known.version, gzipped=gzipped), known.body, known.version)
    tile = _fresh(tileset, address)
    TILES.labels("made").inc()
    return Delivery(etag_of(tileset.key, tile.version, gzipped=gzipped), tile.body, tile.version)


def _fresh(tileset: Tileset, address: TileAddress | MatrixTile) -> CachedTile:
    return cache.fill(
        (tileset.key, address),
        compute=lambda: mvt.render(tileset, address),
        current=lambda: tile_version.version_under(tileset.versioned_layers, address),
    )


def etag_of(tileset_key: str, version: int, *, gzipped: bool) -> str:
    """Return the strong ETag of a tile in one encoding."""
    return f'"{tileset_key}-{version:x}{"-gz" if gzipped else ""}"'


def layers_of(tileset: Tileset) -> list[str]:
    """Return the names of all versioned layers that a tile of the tileset rests on."""
    return [tile_version.EVERY_LAYER, *tileset.versioned_layers]


def headers_of(tileset: Tileset) -> list[tuple[str, str]]:
    """Return the headers that say who may keep a tile."""
    if tileset.is_public:
        return [("cache-control", PUBLIC), ("vary", "Accept-Encoding")]
    return [("cache-control", PRIVATE), ("vary", VARY)]

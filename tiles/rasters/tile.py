"""One tile of a raster, and what else needs one: the door, WMTS, and map tiles of OGC API."""

import hashlib
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from layers.models import RasterLayer
from rasters import encoding, pixels
from rasters.asked import Rendering
from tiles.address import TileAddress

SIDE: Final = 256


@dataclass(frozen=True, slots=True)
class RasterTile:
    """A tile with its ETag; ``body`` is None when the client holds it."""

    etag: str
    body: bytes | None
    media_type: str


def raster_tile(
    raster: RasterLayer, rendering: Rendering, address: TileAddress, *, format: str, held: Container[str] = ()
) -> RasterTile:
    """Return the tile of a raster at an address, transparent where it has no data.

    A version of a raster never changes, so what the client holds of it is still true: that reads no pixel. ``raster``
    is one that the user may see (`rasters.selectors.raster`).
    """
    parts = (raster.pk, raster.path, rendering.key, address, format)
    etag = f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'
    media_type = encoding.MEDIA_TYPES[format]
    if etag in held:
        return RasterTile(etag, None, media_type)
    box = address.clip
    painted = pixels.picture(raster, rendering, (box.west, box.south, box.east, box.north), SIDE, SIDE)
    body = _nothing(format) if painted is None else encoding.encoded(painted, format)
    return RasterTile(etag, body, media_type)


@lru_cache
def _nothing(format: str) -> bytes:
    return encoding.empty(SIDE, SIDE, format)

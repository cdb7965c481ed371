"""TileJSON 3.0 of a raster."""

import math
from typing import Any

from gisserver.common.geo import mercator
from layers.models import RasterLayer
from tiles.address import MAX_ZOOM
from tiles.rasters.tile import SIDE
from tiles.tilejson import WORLD

# So far beyond the zoom at which a pixel of the raster is one of the screen, maps ask for tiles of their own.
_BEYOND = 2


def zooms(raster: RasterLayer) -> tuple[int, int]:
    """Return from which zoom the raster is larger than a few pixels, and up to which tiles show more of it."""
    west, south, east, north = mercator.from_degrees(tuple(raster.extent))
    world = 2 * mercator.HALF_WORLD_M
    native = math.ceil(math.log2(world / SIDE / ((east - west) / raster.width)))
    whole = math.floor(math.log2(world / max(east - west, north - south)))
    lowest = min(max(whole - 2, 0), MAX_ZOOM)
    return lowest, min(max(native + _BEYOND, lowest), MAX_ZOOM)


def bounds(raster: RasterLayer) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees, cut to what Web Mercator shows."""
    west, south, east, north = raster.extent
    return (
        round(max(west, WORLD[0]), 7),
        round(max(south, WORLD[1]), 7),
        round(min(east, WORLD[2]), 7),
        round(min(north, WORLD[3]), 7),
    )


def document(raster: RasterLayer, tiles_url: str) -> dict[str, Any]:
    """Return the TileJSON; ``tiles_url`` is the absolute template with ``{z}/{x}/{y}``."""
    lowest, highest = zooms(raster)
    box = bounds(raster)
    return {
        "tilejson": "3.0.0",
        "name": raster.slug,
        "description": raster.title,
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [tiles_url],
        "tileSize": SIDE,
        "minzoom": lowest,
        "maxzoom": highest,
        "bounds": list(box),
        "center": [round((box[0] + box[2]) / 2, 6), round((box[1] + box[3]) / 2, 6), lowest + 2],
    }

"""Tiles of a COG of 1 GB as the door makes them, against rio-tiler called directly with the same picture asked for.

The contract (issue 17): p95 of cold tiles at most 40 ms, at least 0.9 of rio-tiler's pace. Cold: no tile is asked for
twice. The ratios are of medians and of 95th percentiles.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import rasterio
from rasterio.transform import from_origin

from bench import Ratio

Address = TypeVar("Address")

SIDE = 16_384
TILES = 150
ZOOMS = (11, 13, 15, 17)
WEST, NORTH, PIXEL_DEG = 114.2, 22.9, 1e-5


def run() -> Iterator[Ratio]:
    """Time both on the same tiles, in turn."""
    from django.test import override_settings

    # The server keeps GDAL from loading these drivers; rio-tiler packs its pictures by one of them.
    for skipped in ("OGR_SKIP", "GDAL_SKIP"):
        os.environ.pop(skipped, None)
    with tempfile.TemporaryDirectory() as home, override_settings(GISSERVER_HOME=home):
        yield from _compared(Path(home))


def _compared(home: Path) -> Iterator[Ratio]:
    from rio_tiler.colormap import cmap
    from rio_tiler.io import Reader

    from layers.models import RasterLayer
    from layers.rasters import raster_path
    from layers.reading import raster as reading
    from rasters import asked
    from tiles.address import TileAddress
    from tiles.rasters.tile import raster_tile

    described = reading.prepare(home, path=str(_relief(home / "relief.tif")), crs=None)
    raster = RasterLayer(pk=1, slug="relief", path="relief.tif", **described)
    raster_path(raster).parent.mkdir()
    (home / reading.COG).rename(raster_path(raster))
    rendering = asked.rendering(raster, {"rescale": "0,600", "resampling": "bilinear"})
    colours = cmap.get("viridis")

    def ours(address: TileAddress) -> None:
        raster_tile(raster, rendering, address, format="png")

    def theirs(address: TileAddress) -> None:
        with Reader(str(raster_path(raster))) as source:
            image = source.tile(
                address.x, address.y, address.z, resampling_method="bilinear", reproject_method="bilinear"
            )
        image.rescale(in_range=((0, 600),))
        image.render(img_format="PNG", colormap=colours)

    for zoom in ZOOMS:
        addresses = _addresses(zoom, TileAddress)
        half = len(addresses) // 2
        mine, peers = _seconds(ours, addresses[:half]), _seconds(theirs, addresses[half:])
        for share in (50, 95):
            work = f"zoom {zoom}, {share} % of {half} tiles"
            yield Ratio(work, float(np.percentile(mine, share)), "rio-tiler", float(np.percentile(peers, share)))


def _relief(path: Path) -> Path:
    """Write heights that no packer makes small: 1 GB of float32."""
    noise = np.random.default_rng(1)
    profile = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    transform = from_origin(WEST, NORTH, PIXEL_DEG, PIXEL_DEG)
    with rasterio.open(path, "w", transform=transform, tiled=True, blockxsize=512, blockysize=512, **profile) as file:
        for _, window in file.block_windows(1):
            rows = np.arange(window.row_off, window.row_off + window.height)[:, None]
            heights = 300 + 250 * np.sin(rows / 900) + noise.normal(0, 5, (window.height, window.width))
            file.write(heights.astype("float32"), 1, window=window)
    return path


def _addresses(zoom: int, address: Callable[[int, int, int], Address]) -> list[Address]:
    """Return tiles within the raster in random order, none twice."""
    n = 2**zoom
    side = SIDE * PIXEL_DEG

    def column(lon: float) -> int:
        return int((lon + 180) / 360 * n)

    def row(lat: float) -> int:
        return int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n)

    columns = range(column(WEST), column(WEST + side) + 1)
    rows = range(row(NORTH), row(NORTH - side) + 1)
    found = [(x, y) for x in columns for y in rows]
    luck = Random(zoom)
    luck.shuffle(found)
    return [address(zoom, x, y) for x, y in found[: 2 * TILES]]


def _seconds(work: Callable[[Address], None], addresses: list[Address]) -> list[float]:
    taken = []
    for address in addresses:
        began = time.perf_counter()
        work(address)
        taken.append(time.perf_counter() - began)
    return taken

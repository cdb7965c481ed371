"""The pixels of stored rasters: only COGs that a child process wrote itself are opened here, by serving threads.

A dataset is used by one thread only, so each keeps the few that it opened last.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gisserver.common.geo import gcj02, mercator
from gisserver.common.geo.crs import WGS84_SRID, between
from gisserver.common.geo.mercator import Bounds
from layers.models import RasterLayer
from layers.rasters import raster_path
from rasters.asked import Rendering
from rasters.hillshade import hillshade

Values = NDArray[np.float64]
Valid = NDArray[np.bool_]

_KEPT = 8
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Area:
    """The values of some bands over a box, float64 (bands, rows, columns), and where all of them are valid."""

    values: Values
    valid: Valid


def opened(raster: RasterLayer) -> Any:
    """Return this thread's dataset of a raster, open for reading."""
    import rasterio

    kept: OrderedDict[str, Any] = _local.__dict__.setdefault("kept", OrderedDict())
    if raster.path in kept:
        kept.move_to_end(raster.path)
        return kept[raster.path]
    while len(kept) >= _KEPT:
        kept.popitem(last=False)[1].close()
    kept[raster.path] = rasterio.open(raster_path(raster), driver="GTiff")
    return kept[raster.path]


def reaches(raster: RasterLayer, bounds_3857: Bounds) -> bool:
    """Say whether a box in EPSG:3857 metres may hold pixels of the raster; GCJ-02 shifts by less than 2 km."""
    west, south, east, north = mercator.from_degrees(tuple(raster.extent), wider=2000.0)
    left, bottom, right, top = bounds_3857
    return left < east and right > west and bottom < north and top > south


def picture(raster: RasterLayer, rendering: Rendering, bounds_3857: Bounds, width: int, height: int) -> Any:
    """Return the picture of a box in EPSG:3857 metres as `Indexed`, or as RGBA pixels; None when nothing is there."""
    if not reaches(raster, bounds_3857):
        return None
    if rendering.hillshade:
        area = _shaded(raster, rendering, bounds_3857, width, height)
    else:
        area = _read(raster, rendering, bounds_3857, width, height)
    if not area.valid.any():
        return None
    values = area.values
    if rendering.expression is not None:
        computed = rendering.expression.of(dict(zip(rendering.bands, values, strict=True)))
        values = computed[None]
    valid = area.valid & np.isfinite(values).all(axis=0)
    if values.shape[0] == 1:
        return rendering.paint.paint(values[0], valid)
    return rendering.paint.paint(values, valid)


def _shaded(raster: RasterLayer, rendering: Rendering, bounds: Bounds, width: int, height: int) -> Area:
    """Read a pixel more on each side, so that the shades of neighbouring tiles meet."""
    west, south, east, north = bounds
    side_x, side_y = (east - west) / width, (north - south) / height
    wider = (west - side_x, south - side_y, east + side_x, north + side_y)
    area = _read(raster, rendering, wider, width + 2, height + 2)
    heights = np.where(area.valid, area.values[0], np.nan)
    shade = hillshade(heights, side_x / mercator.stretch((south + north) / 2))
    return Area(shade[None], ~np.isnan(shade))


def _read(raster: RasterLayer, rendering: Rendering, bounds: Bounds, width: int, height: int) -> Area:
    if rendering.is_gcj02:
        return _shifted(raster, rendering, bounds, width, height)
    return _part(raster, rendering, bounds, width, height)


def _part(raster: RasterLayer, rendering: Rendering, bounds: Bounds, width: int, height: int) -> Area:
    """Read a box in Web Mercator."""
    from rio_tiler.reader import part

    how: Any = rendering.resampling
    image = part(
        opened(raster),
        bounds,
        width=width,
        height=height,
        dst_crs=_web_mercator(),
        indexes=rendering.bands,
        resampling_method=how,
        reproject_method=how,
    )
    valid: Valid = np.logical_not(np.ma.getmaskarray(image.array).any(axis=0))
    return Area(image.array.data.astype(np.float64), valid)


def _web_mercator() -> Any:
    from rasterio.crs import CRS

    if not hasattr(_local, "web_mercator"):
        _local.web_mercator = CRS.from_epsg(mercator.SRID)
    return _local.web_mercator


def _shifted(raster: RasterLayer, rendering: Rendering, bounds: Bounds, width: int, height: int) -> Area:
    """Read a box of a map in GCJ-02: each of its pixels shows the pixel of WGS84 at its true place, the nearest."""
    west, south, east, north = bounds
    x = west + (np.arange(width) + 0.5) * (east - west) / width
    y = north - (np.arange(height) + 0.5) * (north - south) / height
    columns, rows = np.meshgrid(x, y)
    true = _unshifted(columns.ravel(), rows.ravel())
    side_x, side_y = (east - west) / width, (north - south) / height
    left, top = true[:, 0].min() - side_x / 2, true[:, 1].max() + side_y / 2
    wide = int(np.ceil((true[:, 0].max() - left) / side_x)) + 1
    tall = int(np.ceil((top - true[:, 1].min()) / side_y)) + 1
    area = _part(raster, rendering, (left, top - tall * side_y, left + wide * side_x, top), wide, tall)
    column = np.clip(((true[:, 0] - left) / side_x).astype(int), 0, wide - 1).reshape(height, width)
    row = np.clip(((top - true[:, 1]) / side_y).astype(int), 0, tall - 1).reshape(height, width)
    return Area(area.values[:, row, column], area.valid[row, column])


def _unshifted(x: Values, y: Values) -> Values:
    """Return places of a Web Mercator map in GCJ-02 as Web Mercator of WGS84, both in metres."""
    radius = mercator.EARTH_RADIUS_M
    lonlat = np.column_stack([np.degrees(x / radius), np.degrees(np.arctan(np.sinh(y / radius)))])
    true = np.radians(gcj02.gcj02_to_wgs84(lonlat))
    return np.column_stack([true[:, 0] * radius, np.arcsinh(np.tan(true[:, 1])) * radius])


def values_at(raster: RasterLayer, lonlat: tuple[float, float]) -> list[float | None]:
    """Return the value of each band in the pixel that a WGS84 position lies in; None for no data, and outside."""
    from rasterio.windows import Window

    source = opened(raster)
    [[x, y]] = between(np.array([lonlat]), WGS84_SRID, raster.srid)
    a, _, c, _, e, f = list(source.transform)[:6]
    column, row = (x - c) / a, (y - f) / e
    if not (0 <= column < source.width and 0 <= row < source.height):
        return [None] * source.count
    found = source.read(window=Window(int(column), int(row), 1, 1), masked=True)[:, 0, 0]
    return [None if value is np.ma.masked or not np.isfinite(value) else float(value) for value in found]


def values_of(raster: RasterLayer, band: int, places: Values) -> Values:
    """Return the value of the pixel at each of some positions (n, 2) in the raster's CRS; NaN for none.

    Positions are read by blocks of the file, so that memory and reading are bounded by what they touch.
    """
    from rasterio.windows import Window

    source = opened(raster)
    a, _, c, _, e, f = list(source.transform)[:6]
    with np.errstate(invalid="ignore"):
        columns, rows = np.floor((places[:, 0] - c) / a), np.floor((places[:, 1] - f) / e)
        inside = (columns >= 0) & (columns < source.width) & (rows >= 0) & (rows < source.height)
    found = np.full(len(places), np.nan)
    which = np.flatnonzero(inside)
    columns, rows = columns[which].astype(np.int64), rows[which].astype(np.int64)
    tall, wide = source.block_shapes[band - 1]
    blocks, owner = np.unique(np.column_stack([rows // tall, columns // wide]), axis=0, return_inverse=True)
    order = np.argsort(owner.ravel(), kind="stable")
    ends = np.cumsum(np.bincount(owner.ravel(), minlength=len(blocks)))
    for (down, across), members in zip(blocks, np.split(order, ends[:-1]), strict=True):
        top, left = int(down) * tall, int(across) * wide
        window = Window(left, top, min(wide, source.width - left), min(tall, source.height - top))
        block = source.read(band, window=window, masked=True).astype(np.float64).filled(np.nan)
        found[which[members]] = block[rows[members] - top, columns[members] - left]
    return np.where(np.isfinite(found), found, np.nan)

"""A GeoTIFF proved and turned into a COG. Runs in the child process: the server itself never opens an upload. Pure."""

import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
import rasterio.shutil
from pyproj.exceptions import CRSError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS, Shift, parse_crs
from gisserver.common.sentences import Sentence
from layers.reading import tiff
from layers.reading.bands import BandStatistics, check_nodata, sample_step
from layers.reading.picture_bands import is_classes
from layers.reading.vector import lonlat_extent

COG = "raster.cog.tif"
_MAX_BANDS = 256
_MAX_PIXELS = 40_000_000_000
# GDAL warps by way of doubles, which hold each whole number up to here.
_EXACT = 2**53
# Pixels on the edge of the world stand a little beyond it.
_BEYOND_DEG = 1.0
# About so many pixels of a band are looked at together.
_TOGETHER = 4_000_000
_REAL = frozenset("iuf")
# Blocks as large as a tile, packed without loss by what unpacks fastest.
_COG: dict[str, Any] = {
    "driver": "GTiff",
    "interleave": "pixel",
    "tiled": True,
    "blockxsize": 256,
    "blockysize": 256,
    "compress": "ZSTD",
    "bigtiff": "IF_SAFER",
}


def prepare(folder: Path, *, path: str, crs: str | None) -> dict[str, Any]:
    """Prove the GeoTIFF ``path``, write it as a COG into ``folder``, and return the members of a `RasterLayer`.

    Every block is read. ``crs`` wins over the file's own claim; of a compound CRS the horizontal part is kept. Raises
    Invalid ``unreadable_file``, ``damaged_raster``, ``not_georeferenced``, ``bad_transform``, ``bad_nodata``,
    ``crs_missing``, ``shifted_raster``, ``unsupported_raster`` or ``too_many_bands``.
    """
    declared = parse_crs(crs) if crs else None
    nodata = tiff.check_blocks(Path(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver="GTiff") as raster:
                _check_kind(raster)
                check_nodata(nodata, raster.dtypes[0])
                srid = _srid(raster, declared)
                extent = _extent(raster, srid)
                bands = _bands(raster)
                described = {"width": raster.width, "height": raster.height, "transform": list(raster.transform)[:6]}
            _write_cog(Path(path), folder, srid, bands)
    except RasterioError as error:
        raise Invalid("unreadable_file", "The file is no readable GeoTIFF.") from error
    return described | {"srid": srid, "extent": extent, "bands": bands}


def _check_kind(raster: Any) -> None:
    if raster.count > _MAX_BANDS:
        raise Invalid("too_many_bands", Sentence("The raster has more than {max_bands} bands.", max_bands=_MAX_BANDS))
    if len(set(raster.dtypes)) > 1 or np.dtype(raster.dtypes[0]).kind not in _REAL:
        raise Invalid("unsupported_raster", "The bands of a raster must all be of one type, whole or real numbers.")
    if raster.width * raster.height > _MAX_PIXELS:
        raise Invalid("unsupported_raster", "The raster has too many pixels: cut it into parts.")


def _extent(raster: Any, srid: int) -> list[float]:
    """Return [west, south, east, north] in degrees; refuse a transform that is none, or leads off the earth."""
    if raster.transform.is_identity:
        raise Invalid("not_georeferenced", "The raster does not say where it lies.")
    a, b, c, d, e, f = list(raster.transform)[:6]
    if not all(map(math.isfinite, (a, b, c, d, e, f))) or a * e - b * d == 0:
        raise Invalid("bad_transform", "The raster's transform is no map from pixels to places.")
    if b or d:
        raise Invalid("bad_transform", "The raster is turned against its CRS: warp it to straight rows first.")
    if a < 0 or e > 0:
        raise Invalid("bad_transform", "The raster's rows must go from west to east, and from north to south.")
    extent = list(lonlat_extent(tuple(raster.bounds), srid))
    west, south, east, north = extent
    if not all(map(math.isfinite, extent)) or not (-360 <= west < east <= 360 and -90.001 <= south < north <= 90.001):
        raise Invalid("bad_transform", "The raster's transform leads off the earth: check its CRS.")
    if not -180 - _BEYOND_DEG <= west < east <= 180 + _BEYOND_DEG:
        raise Invalid(
            "bad_transform", "The raster goes beyond longitude 180: cut it there, and count from -180 to 180."
        )
    return extent


def _srid(raster: Any, crs: DeclaredCRS | None) -> int:
    if crs is not None:
        if crs.shift is not Shift.NONE:
            raise Invalid("shifted_raster", "A raster in gcj02 or bd09 would have to be resampled; convert it first.")
        return crs.srid
    try:
        own = pyproj.CRS.from_wkt(raster.crs.to_wkt()) if raster.crs else None
        code = None if own is None else (own.sub_crs_list[0] if own.is_compound else own.to_2d()).to_epsg()
        return parse_crs(f"EPSG:{code}").srid if code is not None else _no_crs()
    except (CRSError, Invalid):
        return _no_crs()


def _no_crs() -> int:
    raise Invalid("crs_missing", "The raster's CRS has no EPSG code: declare it with --crs.")


def _bands(raster: Any) -> list[dict[str, Any]]:
    """Read every block and describe the bands. Raises Invalid ``damaged_raster`` for one that can't be read."""
    step = sample_step(raster.width, raster.height)
    found = [BandStatistics(every=step) for _ in range(raster.count)]
    try:
        for window in _windows(raster):
            for number, statistics in enumerate(found, start=1):
                statistics.add(raster.read(number, window=window, masked=True))
    except RasterioError as error:
        raise tiff.damaged(Sentence("Its data break off, or can't be unpacked.")) from error
    whole = np.dtype(raster.dtypes[0]).kind in "iu"
    if whole and any(each.count and max(-each.least, each.greatest) > _EXACT for each in found):
        raise Invalid("unsupported_raster", "Whole numbers beyond 2^53 can't be kept exactly in a raster.")
    if not all(map(math.isfinite, (*raster.scales, *raster.offsets))):
        raise Invalid("unsupported_raster", "The scale or the offset of a band is no number.")
    return [_band(raster, number, statistics) for number, statistics in enumerate(found, start=1)]


def _windows(raster: Any) -> Iterator[Window]:
    """Yield windows of whole rows of blocks, from north to south, so that no block is unpacked twice."""
    block_rows = raster.block_shapes[0][0]
    rows = max(1, _TOGETHER // (raster.width * block_rows)) * block_rows
    for top in range(0, raster.height, rows):
        yield Window(0, top, raster.width, min(rows, raster.height - top))


def _band(raster: Any, number: int, statistics: BandStatistics) -> dict[str, Any]:
    nodata = raster.nodatavals[number - 1]
    if nodata is None and statistics.has_nan:
        nodata = math.nan
    return {
        "dtype": raster.dtypes[number - 1],
        "nodata": None if nodata is None else str(nodata),
        "description": raster.descriptions[number - 1] or "",
        "unit": raster.units[number - 1] or "",
        "scale": raster.scales[number - 1],
        "offset": raster.offsets[number - 1],
        "stands_for": raster.colorinterp[number - 1].name,
        "colours": _colours(raster, number, statistics),
        **statistics.as_json(),
    }


def _colours(raster: Any, number: int, statistics: BandStatistics) -> dict[str, list[int]] | None:
    """Return the colour table of a band for the classes that occur, [red, green, blue, alpha] by value."""
    try:
        table = raster.colormap(number)
    except ValueError:
        return None
    return {key: list(table[int(key)]) for key in (statistics.as_json()["classes"] or {}) if int(key) in table}


def _write_cog(path: Path, folder: Path, srid: int, bands: list[dict[str, Any]]) -> None:
    """Write the COG: the same pixels without loss, with overviews, in the CRS that was declared or found."""
    from rio_cogeo.cogeo import cog_translate

    profile = _COG | {"predictor": 3 if bands[0]["dtype"].startswith("float") else 2}
    nodata = bands[0]["nodata"]
    as_declared = folder / "declared.vrt"
    rasterio.shutil.copy(path, as_declared, driver="VRT")
    with rasterio.open(as_declared, "r+") as declared:
        declared.crs = rasterio.crs.CRS.from_epsg(srid)
    with rasterio.Env(GDAL_CACHEMAX=128, GDAL_TIFF_OVR_BLOCKSIZE=_COG["blockxsize"]):
        cog_translate(
            str(as_declared),
            str(folder / COG),
            profile,
            nodata=None if nodata is None else float(nodata),
            overview_resampling="nearest" if is_classes(bands) else "average",
            in_memory=False,
            quiet=True,
            forward_band_tags=True,
        )

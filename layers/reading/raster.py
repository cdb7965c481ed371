"""What a GeoTIFF says of itself. Runs in the child process: the server itself never opens an upload with rasterio."""

import warnings
from pathlib import Path
from typing import Any

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS, Shift, parse_crs
from gisserver.common.sentences import Sentence
from layers.reading.vector import lonlat_extent

_MAX_BANDS = 256


def describe(folder: Path, *, path: str, crs: str | None) -> dict[str, Any]:
    """Return the members of a `RasterLayer` that its file tells, as JSON; ``crs`` wins over the file's own claim.

    Raises Invalid ``unreadable_file``, ``not_georeferenced``, ``crs_missing``, ``shifted_raster`` or
    ``too_many_bands``.
    """
    declared = parse_crs(crs) if crs else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver="GTiff") as raster:
                return _description(raster, declared)
    except RasterioError as error:
        raise Invalid("unreadable_file", "The file is no readable GeoTIFF.") from error


def _description(raster: Any, crs: DeclaredCRS | None) -> dict[str, Any]:
    srid = _srid(raster, crs)
    if raster.transform.is_identity:
        raise Invalid("not_georeferenced", "The raster does not say where it lies.")
    if raster.count > _MAX_BANDS:
        raise Invalid("too_many_bands", Sentence("The raster has more than {max_bands} bands.", max_bands=_MAX_BANDS))
    bands = [
        {
            "dtype": raster.dtypes[number],
            "nodata": None if raster.nodatavals[number] is None else str(raster.nodatavals[number]),
            "description": raster.descriptions[number] or "",
        }
        for number in range(raster.count)
    ]
    return {
        "srid": srid,
        "width": raster.width,
        "height": raster.height,
        "bands": bands,
        "transform": list(raster.transform)[:6],
        "extent": list(lonlat_extent(tuple(raster.bounds), srid)),
    }


def _srid(raster: Any, crs: DeclaredCRS | None) -> int:
    if crs is not None:
        if crs.shift is not Shift.NONE:
            raise Invalid("shifted_raster", "A raster in gcj02 or bd09 would have to be resampled; convert it first.")
        return crs.srid
    code = raster.crs.to_epsg() if raster.crs else None
    if code is None:
        raise Invalid("crs_missing", "The raster's CRS has no EPSG code: declare it with --crs.")
    return int(code)

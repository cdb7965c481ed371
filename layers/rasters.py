"""GeoTIFFs: recognised, described and kept in the home."""

import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import rasterio
from django.conf import settings
from django.db import transaction
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from gisserver.common.crs import DeclaredCRS, Shift
from gisserver.common.errors import Invalid
from layers.models import RasterLayer
from layers.reading import fingerprint, lonlat_extent
from layers.services import Imported, check_slug, current, make_room, slug_of
from layers.signals import layer_changed

_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def is_raster(path: Path) -> bool:
    """Tell whether the file begins as a TIFF or BigTIFF does, whatever its name."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in _SIGNATURES


def raster_path(row: RasterLayer) -> Path:
    """Return where the file of a raster lies."""
    return Path(settings.GISSERVER_HOME) / "rasters" / row.path


def import_raster(
    path: Path,
    *,
    slug: str = "",
    title: str = "",
    crs: DeclaredCRS | None = None,
    owner: Any = None,
    replace: bool = False,
    source_name: str = "",
) -> Imported:
    """Publish the GeoTIFF ``path``: its file is copied into the home, its description into the catalogue.

    The same file again changes nothing; ``crs`` wins over the file's own claim. Raises Invalid for a file
    that is no readable georeferenced TIFF, Conflict for a slug in use.
    """
    name = source_name or path.name
    wanted = slug or slug_of(Path(name).stem)
    check_slug(wanted)
    digest = fingerprint(path, crs)
    present = current(wanted, source_hash=digest)
    if present is not None:
        return Imported(present, changed=False)
    described = _describe(path, crs)
    kept = f"{digest}.tif"
    with transaction.atomic():
        make_room(wanted, owner=owner, replace=replace)
        row = RasterLayer.objects.create(
            slug=wanted,
            title=title or wanted,
            owner=owner,
            source_name=name,
            source_hash=digest,
            path=kept,
            **described,
        )
        _keep(path, raster_path(row))
        layer_changed.send(RasterLayer, collection_id=wanted)
    return Imported(row, changed=True)


def _keep(source: Path, target: Path) -> None:
    """Copy the file under the name of its content; a copy that was interrupted never bears that name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    partial = target.with_suffix(f".{os.getpid()}.part")
    shutil.copyfile(source, partial)
    partial.replace(target)


def _describe(path: Path, crs: DeclaredCRS | None) -> dict[str, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, driver="GTiff") as raster:
                return _description(raster, crs)
    except RasterioError as error:
        raise Invalid("unreadable_file", "The file is no readable GeoTIFF.") from error


def _description(raster: Any, crs: DeclaredCRS | None) -> dict[str, Any]:
    srid = _srid(raster, crs)
    if raster.transform.is_identity:
        raise Invalid("not_georeferenced", "The raster does not say where it lies.")
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

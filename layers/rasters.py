"""GeoTIFFs: recognised, described and kept in the home."""

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from gisserver.common.geo.crs import DeclaredCRS
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.workspace import workspace
from layers.models import RasterLayer
from layers.services import Imported, check_slug, current, fingerprint, make_room, reading_room, slug_of
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
    limits: Limits | None = None,
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
    with workspace(reading_room()) as folder:
        asked = {"path": str(path.absolute()), "crs": crs and crs.name}
        within = limits or Limits.for_file(path.stat().st_size)
        described = call("layers.reading.raster:describe", asked, folder=folder, limits=within)
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

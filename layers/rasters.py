"""GeoTIFFs: recognised, proved, and kept in the home as COGs."""

import shutil
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from gisserver.common.access import areas
from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.errors import Forbidden, Invalid
from gisserver.common.geo.crs import DeclaredCRS
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.sentences import Sentence
from gisserver.common.workspace import workspace
from layers.models import RasterLayer
from layers.services import Imported, check_slug, current, fingerprint, make_room, reading_room, slug_of
from layers.signals import layer_changed

# What `layers.reading.raster`, which loads rasterio, calls the COG it writes.
_COG = "raster.cog.tif"
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
    area: str = "",
) -> Imported:
    """Publish the GeoTIFF ``path``: its pixels are kept in the home as a COG, what they are in the catalogue.

    The same file again changes nothing; ``crs`` wins over the file's own claim. ``area`` is the code of the division
    whose readers may see it. Raises Invalid for a file that is no sound georeferenced TIFF (`layers.reading.raster`)
    and for an area that is none, Forbidden for one where the owner may not upload, Conflict for a slug in use.
    """
    name = source_name or path.name
    wanted = slug or slug_of(Path(name).stem)
    check_slug(wanted)
    area_id = _area(area, owner)
    digest = fingerprint(path, crs, "cog", area_id)
    present = current(wanted, source_hash=digest)
    if present is not None:
        return Imported(present, changed=False)
    with workspace(reading_room()) as folder:
        asked = {"path": str(path.absolute()), "crs": crs and crs.name}
        within = limits or Limits.for_file(path.stat().st_size)
        described = call("layers.reading.raster:prepare", asked, folder=folder, limits=within)
        with transaction.atomic():
            make_room(wanted, owner=owner, replace=replace)
            row = RasterLayer.objects.create(
                slug=wanted,
                title=title or wanted,
                owner=owner,
                source_name=name,
                source_hash=digest,
                path=f"{digest}.tif",
                is_cog=True,
                area_id=area_id,
                **described,
            )
            _keep(folder / _COG, raster_path(row))
            layer_changed.send(RasterLayer, collection_id=wanted)
    return Imported(row, changed=True)


def _area(code: str, owner: Any) -> int | None:
    """Return the id of the division of that code; Invalid for none, Forbidden where the owner may not upload."""
    if not code:
        return None
    area = areas.find(code)
    if area is None:
        raise Invalid("unknown_area", Sentence("There is no division {code!r}.", code=code[:40]))
    held = None if owner is None else scope_of(owner).areas(Permission.UPLOAD_LAYERS)
    if held is not None and not areas.reach(held, area):
        raise Forbidden("not_your_area", "You may not publish layers for this division.")
    return area


def _keep(source: Path, target: Path) -> None:
    """Copy the file under the name of its content; a copy that was interrupted never bears that name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    partial = target.with_suffix(f".{threading.get_native_id()}.part")
    shutil.copyfile(source, partial)
    partial.replace(target)

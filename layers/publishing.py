"""One door for every kind of file: what is a raster goes one way, everything else the other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS
from gisserver.common.reading import files
from gisserver.common.reading.process.sandbox import Limits
from layers.rasters import import_raster, is_raster
from layers.services import Imported, import_vector


def publish_file(
    path: Path,
    *,
    layer: str | None = None,
    slug: str = "",
    title: str = "",
    crs: DeclaredCRS | None = None,
    encoding: str | None = None,
    columns: Mapping[str, Any] | None = None,
    partial: bool = False,
    owner: Any = None,
    replace: bool = False,
    source_name: str = "",
    limits: Limits | None = None,
    area: str = "",
) -> Imported:
    """Publish ``path`` as a collection; see `import_vector` and `import_raster` for what they raise.

    A child process reads it, within ``limits`` (by default those for what somebody sent). ``area`` is the code of the
    division whose readers may see it, of a raster only: Invalid ``area_not_taken`` for others.
    """
    files.check(path)
    options: dict[str, Any] = {"slug": slug, "title": title, "owner": owner, "replace": replace}
    options |= {"source_name": source_name, "limits": limits}
    if is_raster(path):
        return import_raster(path, crs=crs, area=area, **options)
    if area:
        raise Invalid("area_not_taken", "Only a raster can be published for the readers of one division.")
    return import_vector(path, layer=layer, crs=crs, encoding=encoding, columns=columns, partial=partial, **options)

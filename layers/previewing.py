"""A file looked at before it is published: what its columns become, and where its positions would lie."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import DeclaredCRS, parse_crs
from gisserver.common.reading import files
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.sentences import from_json
from gisserver.common.workspace import workspace
from layers.crs_readings import doubt, readings
from layers.rasters import is_raster
from layers.reading.declared import parse_declared
from layers.services import reading_room


def preview_file(
    path: Path,
    *,
    user: Any,
    layer: str | None = None,
    crs: DeclaredCRS | None = None,
    encoding: str | None = None,
    columns: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the vector or delimited file ``path`` would become, ready for JSON; nothing of it is kept.

    The members are those of `layers.reading.preview.preview`, with ``readings`` (each way to read its positions, the
    declared first) and ``doubt`` (a CRS that fits the known houses far better than the declared one) beside. Raises
    Invalid as an import would, but not for single rows, nor ``crs_missing``; ``raster_preview`` for a GeoTIFF.
    """
    files.check(path)
    if is_raster(path):
        raise Invalid("raster_preview", "A GeoTIFF has no rows to show: publish it, and look at it on the map.")
    parse_declared(columns or {})
    asked: dict[str, Any] = {
        "path": str(path.absolute()),
        "layer": layer,
        "crs": crs and crs.name,
        "encoding": encoding,
    }
    asked |= {"crs": crs and crs.name, "zone": settings.TIME_ZONE, "columns": columns or {}}
    with workspace(reading_room()) as folder:
        limits = Limits.for_file(path.stat().st_size)
        found: dict[str, Any] = call("layers.reading.preview:preview", asked, folder=folder, limits=limits)
    positions = np.asarray(found.pop("positions"), dtype=np.float64).reshape(-1, 2)
    taken_for = parse_crs(found["crs"]) if found["crs"] else None
    found["readings"] = readings(positions, taken_for, user)
    verdict = doubt(positions, taken_for, user) if taken_for else None
    found["doubt"] = verdict.better if verdict else None
    for column in found["columns"]:
        column["why"] = from_json(column["why"])
    for problem in found["problems"]:
        problem["detail"] = from_json(problem["detail"])
    return found

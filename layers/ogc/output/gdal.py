"""Files that GDAL writes, each on the disk before it is sent: an index needs all features.

GDAL runs in a child process, so that neither its memory nor its time is that of the threads that serve. The child gets
the features as Arrow's stream (`gdal_child.py`).
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Timer
from typing import IO, TYPE_CHECKING, Any

from django.db.models import Q

from gisserver.common.errors import Unavailable
from gisserver.common.workspace import workspace
from layers.ogc.output.arrow import batches, stream_of
from layers.ogc.output.layout import Layout, layout_of
from layers.ogc.output.rowset import Rowset

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger(__name__)

_CHILD = Path(__file__).with_name("gdal_child.py")
_PIECE_BYTES = 256 * 1024
_WALL_S = 600.0
_ENVIRONMENT = {"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "GDAL_NUM_THREADS": "1"}


def flatgeobuf(rowset: Rowset) -> Iterator[bytes]:
    """Yield a FlatGeobuf with its spatial index; there is none where a feature has no place, says the format."""
    placeless = Q(**{f"{rowset.collection.geometry}__isnull": True})
    is_indexed = rowset.has_geometry and not rowset.rows.filter(placeless).order_by().exists()
    options = {"SPATIAL_INDEX": "YES" if is_indexed else "NO"}
    layout = layout_of(rowset)
    return written(rowset, layout, batches(rowset, layout), driver="FlatGeobuf", suffix="fgb", options=options)


def geopackage(rowset: Rowset) -> Iterator[bytes]:
    """Yield a GeoPackage with one layer, called as the collection is."""
    layout = layout_of(rowset)
    return written(rowset, layout, batches(rowset, layout), driver="GPKG", suffix="gpkg")


def written(
    rowset: Rowset,
    layout: Layout,
    made: Iterable["pa.RecordBatch"],
    *,
    driver: str,
    suffix: str,
    options: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """Yield the file that GDAL's ``driver`` writes of batches with the columns of ``layout``."""
    with workspace() as folder:
        path = folder / f"{rowset.collection.id}.{suffix}"
        asked = {
            "path": str(path),
            "layer": rowset.collection.id,
            "driver": driver,
            "crs": f"EPSG:{rowset.presentation.crs.srid}" if layout.geometry else None,
            "geometry_name": layout.geometry or None,
            "geometry_type": _geometry_type(rowset) if layout.geometry else None,
            "options": dict(options or {}),
        }
        _have_written(asked, stream_of(made, layout), folder)
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece


def _geometry_type(rowset: Rowset) -> str:
    kind = rowset.collection.geometry_type.value
    return "Unknown" if kind == "Geometry" else kind


def _have_written(asked: Mapping[str, Any], features: Iterable[bytes], folder: Path) -> None:
    """Send the features to a child, and wait until the file is whole."""
    environment = _ENVIRONMENT | {"TMPDIR": str(folder), "CPL_TMPDIR": str(folder), "HOME": str(folder)}
    command = [sys.executable, "-I", str(_CHILD), json.dumps(asked)]
    with (folder / "output").open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - our own script
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output
        )
    timer = Timer(_WALL_S, child.kill)
    timer.start()
    try:
        if child.stdin is not None:
            _send(child.stdin, features)
        ended = child.wait()
    finally:
        timer.cancel()
        child.kill()
        child.wait()
    if ended != 0:
        logger.error("writing %s: %s", asked["driver"], (folder / "output").read_text(errors="replace")[-4000:])
        raise Unavailable("writing_failed", "The file could not be written; ask for it again, or for another format.")


def _send(sink: IO[bytes], features: Iterable[bytes]) -> None:
    try:
        with sink:
            for piece in features:
                sink.write(piece)
    except BrokenPipeError:
        return  # how the child ended says why

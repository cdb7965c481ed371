"""Whatever OGR reads, as columns and Shapely geometries; what GDAL refuses is an Invalid, no traceback."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gisserver.common.errors import Invalid
from gisserver.common.reading import files
from gisserver.common.reading.encoding import detect

T = TypeVar("T")
# All of pyogrio's own errors are RuntimeErrors; undecodable text and bad arguments are ValueErrors.
_GDAL_ERRORS = (RuntimeError, ValueError)
# Every byte is a character of Latin-1, so a Shapefile read as Latin-1 gives its bytes back.
_BYTES_AS_TEXT = "ISO-8859-1"


@dataclass(frozen=True, slots=True)
class Vector:
    """One layer as OGR gave it; ``unreadable`` are the indexes of rows whose geometry can't be read."""

    layer: str
    fields: tuple[str, ...]
    columns: dict[str, NDArray[Any]]
    types: dict[str, str]
    length: int
    geometry: NDArray[np.object_] | None
    unreadable: NDArray[np.int64]
    claimed: str | None
    encoding: str
    notes: tuple[str, ...]


def layers_of(path: Path) -> list[tuple[str, str | None]]:
    """Return the layers of a file as (name, geometry type or None); Invalid when OGR can't read it."""
    opened = files.open_for_gdal(path, None)
    listed, _ = _quietly(lambda: pyogrio.list_layers(opened.source))
    return [(str(name), None if kind is None else str(kind)) for name, kind in listed]


def read_vector(
    path: Path, *, layer: str | None = None, encoding: str | None = None, max_rows: int | None = None
) -> Vector:
    """Return one layer of a file that OGR reads.

    Raises Invalid: ``unreadable_file``, ``layer_needed`` (several, none chosen), ``layer_not_found``,
    ``pointing_file``, or what the encoding raises.
    """
    opened = files.open_for_gdal(path, layer)
    name = opened.forced_layer or _choose(opened.source, layer)
    # The names of a Shapefile's columns are in the encoding of its table, which is found out below.
    first = _BYTES_AS_TEXT if str(opened.source).lower().endswith(".shp") else _readable(encoding)
    info, noted = _quietly(lambda: pyogrio.read_info(opened.source, layer=name, encoding=first))
    if info["driver"] in files.POINTING_DRIVERS:
        raise Invalid("pointing_file", "The file only points at other sources: send the data itself.")
    is_shapefile = info["driver"] == "ESRI Shapefile"
    asked = _BYTES_AS_TEXT if is_shapefile else _readable(encoding)
    (meta, _, wkb, data), more = _quietly(
        lambda: pyogrio.raw.read(
            opened.source, layer=name, encoding=asked, datetime_as_string=True, max_features=max_rows
        )
    )
    fields = [str(field) for field in meta["fields"]]
    used = encoding or str(info["encoding"] or "utf-8")
    if is_shapefile:
        used = _shapefile_encoding(path, encoding, fields, data)
        fields, data = [_again(field, used) for field in fields], [_recode(values, used) for values in data]
    geometry, unreadable = _geometries(wkb)
    return Vector(
        layer=name if isinstance(name, str) else path.name.split(".")[0],
        fields=tuple(fields),
        columns=dict(zip(fields, data, strict=True)),
        types=dict(zip(fields, map(str, meta["dtypes"]), strict=True)),
        length=len(data[0]) if data else 0 if wkb is None else len(wkb),
        geometry=geometry,
        unreadable=unreadable,
        claimed=meta["crs"],
        encoding=used,
        notes=tuple(dict.fromkeys(noted + more)),
    )


def _choose(source: str | bytes, layer: str | None) -> str | int:
    if isinstance(source, bytes):
        return 0  # a rewritten file has one layer, of no name
    listed, _ = _quietly(lambda: pyogrio.list_layers(source))
    names = [str(name) for name, _ in listed]
    if layer is None and len(names) == 1:
        return names[0]
    shown = ", ".join(names[:40])
    if not names:
        raise Invalid("unreadable_file", "The file holds no layer.")
    if layer is None:
        raise Invalid("layer_needed", f"The file holds several layers: choose one with --layer ({shown}).")
    if layer not in names:
        raise Invalid("layer_not_found", f"The file has no layer {layer!r}; it has {shown}.")
    return layer


def _quietly(call: Callable[[], T]) -> tuple[T, list[str]]:
    """Return what ``call`` gives, and GDAL's warnings as notes; errors become Invalid ``unreadable_file``."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            result = call()
        except _GDAL_ERRORS as error:
            words = str(error).split(";")[0].split("\n")[0]
            words = words.rsplit("/", 1)[-1].strip("'\" ")
            raise Invalid("unreadable_file", f"The file can't be read: {words[:200]}") from error
    return result, [str(warning.message)[:200] for warning in heard]


def _geometries(wkb: NDArray[np.object_] | None) -> tuple[NDArray[np.object_] | None, NDArray[np.int64]]:
    if wkb is None:
        return None, np.empty(0, dtype=np.int64)
    try:
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    except (ShapelyError, TypeError) as error:
        raise Invalid("unreadable_file", "The file holds geometries that can't be read.") from error
    present = np.array([value is not None for value in wkb], dtype=bool)
    return geometry, np.flatnonzero(present & shapely.is_missing(geometry))


def _readable(encoding: str | None) -> str | None:
    if encoding is not None:
        detect(b"", encoding)  # an unknown name is refused before GDAL sees it
    return encoding


def _shapefile_encoding(path: Path, told: str | None, fields: list[str], data: list[NDArray[Any]]) -> str:
    """Return the encoding of a Shapefile's table: told, or in its .cpg, or recognised from all its bytes."""
    beside = files.shapefile_encoding(path) if told is None else None
    words = [word for values in data if values.dtype == object for word in values if isinstance(word, str)]
    sample = "\n".join([*fields, *dict.fromkeys(words)]).encode(_BYTES_AS_TEXT)
    try:
        return detect(sample, told or beside)
    except Invalid:
        if told is not None or beside is None:
            raise
        return detect(sample)  # the .cpg names nothing that is known


def _again(text: str, encoding: str) -> str:
    try:
        return text.encode(_BYTES_AS_TEXT).decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("wrong_encoding", f"The table is not {encoding}: say what it is with --encoding.") from error


def _recode(values: NDArray[Any], encoding: str) -> NDArray[Any]:
    if values.dtype != object:
        return values
    return np.array([_again(value, encoding) if isinstance(value, str) else value for value in values], dtype=object)

"""Whatever OGR reads, as columns and Shapely geometries; what GDAL refuses is an Invalid, no traceback."""

import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.delimited import MAX_COLUMNS
from gisserver.common.reading.formats.encoding import detect
from gisserver.common.reading.formats.geopackages import geometries_in
from gisserver.common.reading.formats.shapefiles import BYTES_AS_TEXT, text_of_table
from gisserver.common.sentences import Sentence

T = TypeVar("T")
Column = NDArray[Any]
# All of pyogrio's own errors are RuntimeErrors; undecodable text and bad arguments are ValueErrors.
_GDAL_ERRORS = (RuntimeError, ValueError)
DRIVERS = frozenset({
    "ESRI Shapefile", "GPKG", "FlatGeobuf", "GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON", "JSONFG", "GML", "KML",
    "LIBKML", "GPX", "MapInfo File", "OpenFileGDB", "DXF", "DGN", "XLSX", "ODS",
})  # fmt: skip
_OPTIONS = {
    # Lists as JSON text; else equal long ones can't be distinguished from a matrix.
    "GeoJSON": {"ARRAY_AS_STRING": "YES"},
    # Numbers of more than 18 digits are whole numbers too, if all of them are.
    "ESRI Shapefile": {"ADJUST_TYPE": "YES"},
}


@dataclass(frozen=True, slots=True)
class Vector:
    """One layer as OGR gave it; ``unreadable`` are the indexes of rows whose geometry can't be read.

    Columns are NumPy numbers without nulls, floats with NaN for null, or objects: texts, whole numbers, truth values
    and None. ``types`` are OGR's in NumPy's names, and "json".
    """

    layer: str
    fields: tuple[str, ...]
    columns: dict[str, Column]
    types: dict[str, str]
    length: int
    geometry: NDArray[np.object_] | None
    unreadable: NDArray[np.int64]
    claimed: str | None
    encoding: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a layer is opened, the same way each time."""

    path: str
    layer: str
    encoding: str | None
    options: dict[str, str]
    max_rows: int | None

    def read(self, **more: Any) -> tuple[tuple[Any, Any, Any, list[Column]], list[str]]:
        asked = {"encoding": self.encoding, "datetime_as_string": True, "max_features": self.max_rows, **more}
        return _quietly(lambda: pyogrio.raw.read(self.path, **asked, **self.options))


def layers_of(path: Path) -> list[tuple[str, str | None]]:
    """Return the layers of a file as (name, geometry type or None); Invalid when OGR can't read it."""
    listed, _ = _quietly(lambda: pyogrio.list_layers(str(path.resolve())))
    return [(str(name), None if kind is None else str(kind)) for name, kind in listed]


def read_vector(
    path: Path, *, layer: str | None = None, encoding: str | None = None, max_rows: int | None = None
) -> Vector:
    """Return one layer of a plain file that OGR reads.

    Raises Invalid: ``unreadable_file``, ``layer_needed`` (several, none chosen), ``layer_not_found``,
    ``pointing_file``, ``too_many_columns``, or what the encoding raises.
    """
    source, name = str(path.resolve()), _choose(path, layer)
    # The names of a Shapefile's columns are in the encoding of its table, which is found out below.
    is_shapefile = path.suffix.lower() in {".shp", ".dbf"}
    asked_encoding = BYTES_AS_TEXT if is_shapefile else _readable(encoding)
    info, noted = _quietly(lambda: pyogrio.read_info(source, layer=name, encoding=asked_encoding))
    _check(info)
    asked = _Asked(source, name, asked_encoding, _OPTIONS.get(info["driver"], {}), max_rows)
    (meta, ids, wkb, data), more = asked.read(layer=name, return_fids=True)
    fields, notes = [str(field) for field in meta["fields"]], noted + more
    data = _exact(asked, fields, meta, list(data))
    used = encoding or str(info["encoding"] or "utf-8")
    if is_shapefile:
        table = text_of_table(path, encoding, fields, data)
        fields, data, used = table.fields, table.columns, table.encoding
        notes += table.notes
    types, data = _typed(meta, data, is_utc=info["driver"] == "GPKG")
    if info["driver"] == "GeoJSON" and _are_declared(ids, fields, notes):
        fields, types, data = ["id", *fields], ["int64", *types], [ids, *data]
    geometry, unreadable = _geometries(wkb)
    if info["driver"] == "GPKG" and geometry is not None and max_rows is None:
        lost = geometries_in(path, name) - int((~shapely.is_missing(geometry)).sum()) - len(unreadable)
        if lost > 0:
            raise Invalid(
                "unreadable_file", Sentence("{lost} geometries of the layer can't be read: save it anew.", lost=lost)
            )
    return Vector(
        layer=name,
        fields=tuple(fields),
        columns=dict(zip(fields, data, strict=True)),
        types=dict(zip(fields, types, strict=True)),
        length=len(data[0]) if data else 0 if wkb is None else len(wkb),
        geometry=geometry,
        unreadable=unreadable,
        claimed=meta["crs"],
        encoding=used,
        notes=tuple(dict.fromkeys(notes)),
    )


def _choose(path: Path, layer: str | None) -> str:
    names = [name for name, _ in layers_of(path)]
    if layer is None and len(names) == 1:
        return names[0]
    shown = ", ".join(names[:40])
    if not names:
        raise Invalid("unreadable_file", "The file holds no layer.")
    if layer is None:
        raise Invalid(
            "layer_needed", Sentence("The file holds several layers: choose one with --layer ({shown}).", shown=shown)
        )
    if layer not in names:
        raise Invalid(
            "layer_not_found", Sentence("The file has no layer {layer!r}; it has {shown}.", layer=layer, shown=shown)
        )
    return layer


def _check(info: dict[str, Any]) -> None:
    if info["driver"] not in DRIVERS:
        raise Invalid("pointing_file", "The file only points at other sources: send the data itself.")
    if len(info["fields"]) > MAX_COLUMNS:
        raise Invalid(
            "too_many_columns", Sentence("The file has more than {max_columns} columns.", max_columns=MAX_COLUMNS)
        )


def _quietly(call: Callable[[], T]) -> tuple[T, list[str]]:
    """Return what ``call`` gives, and GDAL's warnings as notes; errors become Invalid ``unreadable_file``."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call()
        except _GDAL_ERRORS as error:
            reason = str(error).split(";")[0].split("\n")[0]
            reason = reason.rsplit("/", 1)[-1].strip("'\" ")
            raise Invalid(
                "unreadable_file", Sentence("The file can't be read: {reason}", reason=reason[:200])
            ) from error
    return result, [str(warning.message)[:200] for warning in caught]


def _exact(asked: _Asked, fields: Sequence[str], meta: dict[str, Any], data: list[Column]) -> list[Column]:
    """Return the columns, whole numbers and truth values with nulls read again as text: as floats they lose digits."""
    kinds = [str(kind) for kind in meta["dtypes"]]
    lossy = [
        number
        for number, (kind, values) in enumerate(zip(kinds, data, strict=True))
        if kind.startswith(("int", "uint", "bool")) and values.dtype.kind == "f"
    ]
    if not lossy:
        return data
    wanted = ", ".join(f"CAST({_quoted(fields[number])} AS CHARACTER) AS c{number}" for number in lossy)
    sql = " ".join(("SELECT", wanted, "FROM", _quoted(asked.layer)))
    (_, _, _, texts), _ = asked.read(sql=sql, sql_dialect="OGRSQL", read_geometry=False)
    for number, values in zip(lossy, texts, strict=True):
        convert = _truth if kinds[number].startswith("bool") else int
        data[number] = np.array([None if value is None else convert(value) for value in values], dtype=object)
    return data


def _are_declared(ids: NDArray[np.int64], fields: Sequence[str], notes: Sequence[str]) -> bool:
    """Whether GeoJSON's features have ids of their own, all different; GDAL numbers them from 0 otherwise."""
    if "id" in fields or any("Altering it to be unique" in note for note in notes):
        return False
    return not np.array_equal(ids, np.arange(len(ids)))


def _truth(text: str) -> bool:
    return text in ("1", "true")


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _typed(meta: dict[str, Any], data: Sequence[Column], *, is_utc: bool) -> tuple[list[str], list[Column]]:
    """Return types and columns as `Vector` says: lists and objects as JSON, GeoPackage's moments in UTC."""
    types, columns = [], []
    for kind, subtype, values in zip(map(str, meta["dtypes"]), meta["ogr_subtypes"], data, strict=True):
        if kind.startswith("list") or (subtype == "OFSTJSON" and _is_json(values)):
            kind, values = "json", _texts(values, _as_json)
        elif kind.startswith("datetime64[ms") and is_utc:
            values = _texts(values, _in_utc)
        elif values.dtype == object:
            values = _texts(values, lambda value: value.hex() if isinstance(value, bytes) else value)
        types.append(kind)
        columns.append(values)
    return types, columns


def _texts(values: Column, change: Callable[[Any], Any]) -> Column:
    made = np.full(len(values), None, dtype=object)
    for index, value in enumerate(values):
        if value is not None and not (isinstance(value, float) and np.isnan(value)):
            made[index] = change(value)
    return made


def _is_json(values: Column) -> bool:
    """Whether the texts are JSON that PostgreSQL takes, lists or objects among them."""
    try:
        found = [json.loads(value, parse_constant=_refuse) for value in values if value is not None]
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    has_nul = any("\\u0000" in value for value in values if value is not None)
    return not has_nul and any(isinstance(value, list | dict) for value in found)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value.tolist(), ensure_ascii=False)


def _in_utc(value: str) -> str:
    """Return a moment of a GeoPackage: its standard says UTC."""
    has_offset = value.endswith("Z") or "+" in value[10:] or "-" in value[10:]
    return value if has_offset else value + "+00:00"


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

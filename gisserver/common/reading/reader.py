"""One function from a path to a `Table`, whatever the format, and the rule of who says what the CRS is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from gisserver.common.crs import ACCEPTED, DeclaredCRS, parse_crs
from gisserver.common.errors import Invalid
from gisserver.common.reading import files
from gisserver.common.reading.delimited import read_delimited
from gisserver.common.reading.fields import POSITION_FIELDS, resolve
from gisserver.common.reading.positions import geometry_from_columns
from gisserver.common.reading.table import RowProblem, Table
from gisserver.common.reading.vector import layers_of, read_vector


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A layer of a file; ``geometry_type`` is None for a plain table."""

    name: str
    geometry_type: str | None


def list_layers(path: Path) -> list[LayerInfo]:
    """Return the layers of a file; a CSV is one layer of its own name. Invalid as for `read_table`."""
    files.check(path)
    if files.is_delimited(path):
        return [LayerInfo(_stem(path), None)]
    return [LayerInfo(name, kind) for name, kind in layers_of(path)]


def read_table(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: DeclaredCRS | None = None,
    mapping: Mapping[str, str] | None = None,
    max_rows: int | None = None,
) -> Table:
    """Return the rows of one layer of ``path``.

    ``crs`` is what the user declares; it wins over the file's own claim (a note says when they differ), and
    a file with positions that claims nothing is refused without it. ``mapping`` may name the columns ``lon``
    and ``lat``, or ``wkt``, of a file without geometries; common names are found without it.

    Raises Invalid with a code: file_not_found, file_empty, file_too_large, bad_archive, unreadable_file,
    layer_needed, layer_not_found, pointing_file, crs_missing, unknown_crs, wrong_encoding, encoding_unclear,
    bad_csv, bad_header, missing_column, no_rows.
    """
    files.check(path)
    read = _read_delimited if files.is_delimited(path) else _read_vector
    table = read(path, layer, encoding, max_rows)
    if not len(table):
        raise Invalid("no_rows", "The file holds no rows.")
    table = _with_positions(table, mapping or {})
    return _with_crs(table, crs)


def _read_delimited(path: Path, layer: str | None, encoding: str | None, max_rows: int | None) -> Table:
    cells = read_delimited(files.read_bytes(path), encoding=encoding, max_rows=max_rows)
    columns = {
        name: np.array([row[number] or None for row in cells.rows], dtype=object)
        for number, name in enumerate(cells.header)
    }
    return Table(
        name=path.name,
        layer=_stem(path),
        fields=cells.header,
        columns=columns,
        types=dict.fromkeys(cells.header, "object"),
        length=len(cells.rows),
        geometry=None,
        crs=None,
        claimed=None,
        encoding=cells.encoding,
        problems=cells.problems,
    )


def _read_vector(path: Path, layer: str | None, encoding: str | None, max_rows: int | None) -> Table:
    vector = read_vector(path, layer=layer, encoding=encoding, max_rows=max_rows)
    sentence = "The geometry can't be read."
    return Table(
        name=path.name,
        layer=vector.layer,
        fields=vector.fields,
        columns=vector.columns,
        types=vector.types,
        length=vector.length,
        geometry=vector.geometry,
        crs=None,
        claimed=vector.claimed,
        encoding=vector.encoding,
        notes=vector.notes,
        problems={
            int(index): RowProblem(int(index) + 1, "geometry_unreadable", sentence) for index in vector.unreadable
        },
    )


def _with_positions(table: Table, mapping: Mapping[str, str]) -> Table:
    """Return the table with the geometry that its columns spell, when it has no other."""
    told = {name: column for name, column in mapping.items() if name in {"lon", "lat", "wkt"}}
    if table.geometry is not None and not told:
        return table
    found = resolve(table.fields, wanted=POSITION_FIELDS, given=told)
    geometry, problems = geometry_from_columns(table, found)
    return table if geometry is None else replace(table, geometry=geometry, problems={**table.problems, **problems})


def _with_crs(table: Table, declared: DeclaredCRS | None) -> Table:
    if table.geometry is None:
        return table
    claimed = _claimed(table.claimed)
    if declared is None:
        if claimed is None:
            what = f"says it is {table.claimed[:60]!r}, which has no EPSG code" if table.claimed else "does not say"
            raise Invalid("crs_missing", f"The file {what}: declare its coordinate system with --crs, {ACCEPTED}.")
        return replace(table, crs=claimed)
    if claimed is not None and claimed != declared:
        note = f"The file claims {claimed.name}; it is read as {declared.name}, as declared."
        return replace(table, crs=declared, notes=(*table.notes, note))
    return replace(table, crs=declared)


def _claimed(text: str | None) -> DeclaredCRS | None:
    if not text:
        return None
    try:
        code = pyproj.CRS.from_user_input(text).to_epsg()
        return None if code is None else parse_crs(f"EPSG:{code}")
    except (CRSError, Invalid):
        return None


def _stem(path: Path) -> str:
    return path.name.split(".")[0]

"""One function from a path to a `Table`, whatever the format, and the rule of who says what the CRS is."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import ACCEPTED, DeclaredCRS, parse_crs
from gisserver.common.reading import files
from gisserver.common.reading.exactness import without_debris
from gisserver.common.reading.fields import POSITION_FIELDS, resolve
from gisserver.common.reading.formats.delimited import Delimited, read_delimited
from gisserver.common.reading.formats.positions import geometry_from_columns, without_places
from gisserver.common.reading.formats.unpacking import members_of, names_of
from gisserver.common.reading.formats.vector import layers_of, read_vector
from gisserver.common.reading.formats.workbooks import read_sheet
from gisserver.common.reading.heading import ANY_SHEET, Expected
from gisserver.common.reading.table import RowProblem, Table
from gisserver.common.sentences import Sentence
from gisserver.common.workspace import workspace

_NO_GEOMETRY = "geometry_unreadable"


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A layer of a file; ``geometry_type`` is None for a plain table."""

    name: str
    geometry_type: str | None


def list_layers(path: Path, *, folder: Path | None = None) -> list[LayerInfo]:
    """Return the layers of a file; a CSV is one layer of its own name. Invalid as for `read_table`."""
    files.check(path)
    with _given(folder) as room:
        if path.suffix.lower() == ".zip" and len(members := members_of(path)) > 1:
            return [LayerInfo(name, None) for name in names_of(members)]
        source = files.unpacked(path, None, room)
        if files.is_delimited(source.path):
            return [LayerInfo(_stem(path), None)]
        found = layers_of(files.plain(source.path, room))
        return [LayerInfo(source.name or name, kind) for name, kind in found]


def read_table(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: DeclaredCRS | None = None,
    mapping: Mapping[str, str] | None = None,
    max_rows: int | None = None,
    folder: Path | None = None,
    origin_is_a_place: bool = False,
    expected: Expected = ANY_SHEET,
    placed: bool = True,
) -> Table:
    """Return the rows of one layer of ``path``, read in this very process; what is packed is unpacked in ``folder``.

    ``crs`` is what the user declares; it wins over the file's own claim (a note says when they differ), and
    a file with positions that claims nothing is refused without it. ``mapping`` may name the columns ``lon``
    and ``lat``, or ``wkt``, of a file without geometries; common names are found without it. A point at (0, 0) stands
    for no coordinates, unless ``origin_is_a_place`` and it is a geometry of the file itself. ``expected`` helps to find
    the header of a sheet below its titles. What is not ``placed`` is read without positions, so without a CRS.

    Raises Invalid with a code: file_not_found, file_empty, file_too_large, bad_archive, unreadable_file,
    layer_needed, layer_not_found, layer_is_view, pointing_file, crs_missing, unknown_crs, wrong_encoding,
    encoding_unclear, bad_csv, bad_header, missing_column, too_many_columns, no_rows.
    """
    files.check(path)
    with _given(folder) as room:
        source = files.unpacked(path, layer, room)
        table = _read(source, room, encoding, max_rows, expected)
    if not len(table):
        raise Invalid("no_rows", "The file holds no rows.")
    table = replace(table, name=path.name, layer=source.name or (table.layer if table.typed else _stem(path)))
    if not placed:
        return _without_positions(table)
    there = _with_crs(_with_positions(table, mapping or {}), crs)
    return there if origin_is_a_place and table.geometry is not None else without_places(there)


def _given(folder: Path | None) -> AbstractContextManager[Path]:
    return workspace() if folder is None else nullcontext(folder)


def _read(source: files.Source, room: Path, encoding: str | None, max_rows: int | None, expected: Expected) -> Table:
    if files.is_delimited(source.path):
        cells = read_delimited(source.path.read_bytes(), encoding=encoding, max_rows=max_rows, expected=expected)
        return _of_cells(_stem(source.path), cells)
    path = files.plain(source.path, room)
    if files.is_sheet(path):
        layer, cells = read_sheet(path, layer=source.layer, max_rows=max_rows, expected=expected)
        return _of_cells(layer, cells)
    return _read_vector(path, source.layer, encoding, max_rows)


def _of_cells(layer: str, cells: Delimited) -> Table:
    columns = {
        name: np.array([without_debris(row[number]) or None for row in cells.rows], dtype=object)
        for number, name in enumerate(cells.header)
    }
    return Table(
        name=layer,
        layer=layer,
        fields=cells.header,
        columns=columns,
        types=dict.fromkeys(cells.header, "object"),
        length=len(cells.rows),
        geometry=None,
        crs=None,
        claimed=None,
        encoding=cells.encoding,
        notes=cells.notes,
        typed=False,
        problems=cells.problems,
    )


def _read_vector(path: Path, layer: str | None, encoding: str | None, max_rows: int | None) -> Table:
    vector = read_vector(path, layer=layer, encoding=encoding, max_rows=max_rows)
    sentence = Sentence("The geometry can't be read.")
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
        problems={int(index): RowProblem(int(index) + 1, _NO_GEOMETRY, sentence) for index in vector.unreadable},
    )


def _without_positions(table: Table) -> Table:
    problems = {index: each for index, each in table.problems.items() if each.code != _NO_GEOMETRY}
    return replace(table, geometry=None, problems=problems)


def _with_positions(table: Table, mapping: Mapping[str, str]) -> Table:
    """Return the table with the geometry that its columns spell, when it has no other."""
    declared = {name: column for name, column in mapping.items() if name in {"lon", "lat", "wkt"}}
    if table.geometry is not None and not declared:
        return table
    found = resolve(table.fields, wanted=POSITION_FIELDS, given=declared)
    geometry, problems = geometry_from_columns(table, found)
    if geometry is None:
        return table
    without = int(shapely.is_missing(geometry).sum()) - len(problems)
    notes = (*table.notes, f"{without} rows have no coordinates.") if without else table.notes
    return replace(table, geometry=geometry, problems={**table.problems, **problems}, notes=notes)


def _no_crs(claimed: str | None) -> Sentence:
    if claimed:
        return Sentence(
            "The file says it is {claimed!r}, which has no EPSG code: declare its coordinate system with --crs, "
            "{accepted}.",
            claimed=claimed[:60],
            accepted=ACCEPTED,
        )
    return Sentence(
        "The file does not say its coordinate system: declare it with --crs, {accepted}.", accepted=ACCEPTED
    )


def _with_crs(table: Table, declared: DeclaredCRS | None) -> Table:
    if table.geometry is None:
        return table
    claimed = _claimed(table.claimed)
    if declared is None:
        if claimed is None:
            raise Invalid("crs_missing", _no_crs(table.claimed))
        return replace(table, crs=claimed)
    if claimed is not None and claimed != declared:
        note = f"The file claims {claimed.name}; it is read as {declared.name}, as declared."
        return replace(table, crs=declared, notes=(*table.notes, note))
    return replace(table, crs=declared)


def _claimed(text: str | None) -> DeclaredCRS | None:
    if not text:
        return None
    try:
        code = _flat(pyproj.CRS.from_user_input(text)).to_epsg()
        return None if code is None else parse_crs(f"EPSG:{code}")
    except (CRSError, Invalid):
        return None


def _flat(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the horizontal part of a CRS: heights are not kept, so their system does not matter."""
    return crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()


def _stem(path: Path) -> str:
    return path.name.split(".")[0]

"""XLSX for small collections: a workbook that a spreadsheet opens as it is meant (`gisserver.common.spreadsheets`)."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gisserver.common.errors import Invalid
from gisserver.common.sentences import Sentence
from layers.fields import Field, FieldType, GeometryType
from layers.ogc.output import table
from layers.ogc.output.arrow import batches
from layers.ogc.output.gdal import written
from layers.ogc.output.layout import Layout, arrow_type, free_names
from layers.ogc.output.rowset import Rowset
from layers.rows import FID, GEOMETRY, identifier

if TYPE_CHECKING:
    import pyarrow as pa

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 50_000
# What a cell holds: so many signs of a text, and whole numbers up to where a double still tells them apart.
_MAX_CELL, _MAX_NUMBER = 32_767, 2**53
_PLAIN = {FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE}


def workbook(rowset: Rowset) -> Iterator[bytes]:
    """Yield a workbook with a row for each feature; of geometries it has the coordinates of points.

    Raises Invalid for more rows than `MAX_ROWS`.
    """
    if rowset.rows.order_by()[: MAX_ROWS + 1].count() > MAX_ROWS:
        told = Sentence("A workbook has at most {most} rows: filter, or ask for another format.", most=MAX_ROWS)
        raise Invalid("too_many_rows", told, parameter="f")
    layout = _layout(rowset)
    yield from written(rowset, layout, _fitting(batches(rowset, layout)), driver="XLSX", suffix="xlsx")


def _fitting(made: Iterable["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """Yield the batches. Raises Invalid for what a cell cannot hold."""
    import pyarrow as pa
    from pyarrow import compute

    for batch in made:
        for field, column in zip(batch.schema, batch.columns, strict=True):
            if pa.types.is_string(field.type):
                fits = (compute.max(compute.utf8_length(column)).as_py() or 0) <= _MAX_CELL
            else:
                fits = not pa.types.is_int64(field.type) or all(
                    abs(bound or 0) <= _MAX_NUMBER for bound in compute.min_max(column).as_py().values()
                )
            if not fits:
                told = Sentence("{name} holds more than a cell of a workbook can: ask for CSV.", name=field.name)
                raise Invalid("too_long_for_cell", told, parameter="f")
        yield batch


def _layout(rowset: Rowset) -> Layout:
    import pyarrow as pa

    free = free_names(rowset)
    fields, columns = [pa.field(free["fid"], pa.int64())], [f"f.{identifier(FID)}"]
    for field in rowset.fields:
        fields.append(pa.field(field.name, arrow_type(_shown_as(field))))
        columns.append(_cell(field))
    if rowset.has_geometry and rowset.collection.geometry_type is GeometryType.POINT:
        fields += [pa.field(free[axis], pa.float64()) for axis in ("x", "y")]
        columns += [f"ST_{axis}(f.{identifier(GEOMETRY)})" for axis in ("x", "y")]
    return Layout(pa.schema(fields), tuple(columns))


def _shown_as(field: Field) -> FieldType:
    """Return the type of a cell: moments are texts, which keep their zone."""
    return field.type if field.type in _PLAIN | {FieldType.INTEGER} else FieldType.STRING


def _cell(field: Field) -> str:
    plain = f"f.{identifier(field.name)}"
    return plain if _shown_as(field) is not FieldType.STRING else table.cell(field)

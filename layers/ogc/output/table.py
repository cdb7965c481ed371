"""CSV that a spreadsheet opens as it is meant (`gisserver.common.spreadsheets`), made by the database."""

from collections.abc import Iterator

from psycopg import sql

from gisserver.common.spreadsheets import BOM, FORMULA
from layers.fields import Field, FieldType, GeometryType
from layers.ogc.output.rowset import Rowset
from layers.rows import FID, GEOMETRY, identifier

_TEXTS = {FieldType.STRING, FieldType.JSON}
_SIGNS = ", ".join(sql.Literal(sign).as_string(None) for sign in FORMULA)


def table(rowset: Rowset) -> Iterator[bytes]:
    """Yield a header and a row for each feature: its id, its properties, its place.

    A point has its coordinates as ``x`` and ``y``, in the order of the CRS; another geometry is WKT, in ``geometry``.
    """
    columns = [f"f.{identifier(FID)} AS fid"]
    columns += [f"{cell(field)} AS {identifier(field.name)}" for field in rowset.fields]
    columns += _place(rowset) if rowset.presentation.geometry else []
    yield BOM.encode()
    for some in rowset.table(", ".join(columns)):
        yield b"".join(some)


def cell(field: Field) -> str:
    """Return the SQL of a cell; what a person wrote never begins a formula."""
    plain = f"f.{identifier(field.name)}"
    if field.type not in _TEXTS:
        return f"to_json({plain}) #>> '{{}}'"  # as GeoJSON says it: true, and moments as in RFC 3339
    return f"CASE WHEN left({plain}::text, 1) IN ({_SIGNS}) THEN '''' ELSE '' END || {plain}::text"


def _place(rowset: Rowset) -> list[str]:
    geometry = f"f.{identifier(GEOMETRY)}"
    if rowset.collection.geometry_type is GeometryType.NONE:
        return []
    if rowset.collection.geometry_type is GeometryType.POINT:
        return [f"round(ST_{axis}({geometry})::numeric, {rowset.decimals}) AS {axis}" for axis in ("x", "y")]
    return [f"ST_AsText({geometry}, {rowset.decimals}) AS geometry"]

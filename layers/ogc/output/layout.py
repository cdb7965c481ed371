"""What the columns of a table are: their names, their types, the SQL of each.

No two names are alike, even for who doesn't tell capitals from small letters: properties keep theirs, and the id and
the geometry give way. Geometries are WKB with the metadata of GeoArrow, coordinates east before north whatever the
CRS (geoarrow.org/extension-types).
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyproj

from layers.fields import FieldType
from layers.ogc.output.rowset import Rowset
from layers.rows import FID, GEOMETRY, identifier
from layers.spatial.crs import CRS84, Crs

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns, and SQL over ``f`` that makes a text of each that Arrow's reader of CSV understands."""

    schema: "pa.Schema"
    columns: tuple[str, ...]
    geometry: str = ""


def layout_of(rowset: Rowset) -> Layout:
    """Return the id, the properties with their types, and the geometry as ``Layout.geometry``, if there is one."""
    import pyarrow as pa

    free = free_names(rowset)
    fields = [pa.field(free["fid"], pa.int64(), nullable=False)]
    fields += [pa.field(field.name, arrow_type(field.type)) for field in rowset.fields]
    columns = [f"f.{identifier(FID)}", *(f"f.{identifier(field.name)}" for field in rowset.fields)]
    if not rowset.has_geometry:
        return Layout(pa.schema(fields), tuple(columns))
    crs = {"crs": crs_document(rowset.presentation.crs), "crs_type": "projjson"}
    told = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps(crs)}
    fields.append(pa.field(free["geometry"], pa.binary(), metadata=told))
    columns.append(f"encode(ST_AsBinary({east_first(rowset)}, 'NDR'), 'hex')")
    return Layout(pa.schema(fields), tuple(columns), free["geometry"])


def free_names(rowset: Rowset) -> dict[str, str]:
    """Return names for what stands beside the properties."""
    taken = {field.name.lower() for field in rowset.fields}
    return {name: _free(name, taken) for name in ("fid", "geometry", "bbox", "x", "y")}


def arrow_type(kind: FieldType) -> "pa.DataType":
    """Return the type of a property; a list or an object is JSON text."""
    import pyarrow as pa

    return {
        FieldType.INTEGER: pa.int64(),
        FieldType.NUMBER: pa.float64(),
        FieldType.BOOLEAN: pa.bool_(),
        FieldType.DATE: pa.date32(),
        FieldType.DATETIME: pa.timestamp("us", tz="UTC"),
        FieldType.TIME: pa.time64("us"),
    }.get(kind, pa.string())


def crs_document(crs: Crs) -> dict[str, Any]:
    """Return the CRS as PROJJSON; WGS 84 is CRS84, whose axes are in the order in which they are written here."""
    return _projjson("OGC:CRS84" if crs.srid == CRS84.srid else f"EPSG:{crs.srid}")


@lru_cache(64)
def _projjson(name: str) -> dict[str, Any]:
    return dict(pyproj.CRS.from_user_input(name).to_json_dict())


def east_first(rowset: Rowset) -> str:
    """Return the SQL of the geometry with its coordinates east before north."""
    shown = f"f.{identifier(GEOMETRY)}"
    return f"ST_FlipCoordinates({shown})" if rowset.presentation.crs.north_first else shown


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name

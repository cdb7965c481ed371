"""From a file on disk to what is loaded: geometries ready for the database, typed columns.

Extent and fingerprint.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gisserver.common.crs import WGS84_SRID, DeclaredCRS, Misplaced, Shift, geometries_to_wgs84
from gisserver.common.errors import Invalid
from gisserver.common.reading import Table, files, read_table
from layers.columns import Column, columns_of
from layers.fields import GeometryType

_MULTI = {
    GeometryType.POINT: GeometryType.MULTIPOINT,
    GeometryType.LINESTRING: GeometryType.MULTILINESTRING,
    GeometryType.POLYGON: GeometryType.MULTIPOLYGON,
}
_BLOCK_BYTES = 1024 * 1024
_WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Features:
    """What one layer of a file holds. ``geometries`` are Shapely's, 2D, in ``srid``, or all None."""

    layer: str
    srid: int
    geometry_type: GeometryType
    geometries: NDArray[np.object_]
    columns: list[Column]
    extent: tuple[float, float, float, float] | None
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.geometries)


def fingerprint(path: Path, *told: Any) -> str:
    """Return the SHA-256 of the file's bytes and of how it was told to be read."""
    digest = hashlib.sha256(repr(told).encode())
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def read_features(path: Path, *, layer: str | None, crs: DeclaredCRS | None, encoding: str | None) -> Features:
    """Read one layer of ``path``.

    Coordinates stay in the CRS they came in; only a web map's displacement (gcj02, bd09) is undone, into
    WGS 84. Invalid polygons are mended and counted in ``notes``. Raises Invalid for a file that cannot be
    read whole.
    """
    table = read_table(path, layer=layer, crs=crs, encoding=encoding)
    if table.problems:
        problem = next(iter(table.problems.values()))
        raise Invalid("bad_row", f"Row {problem.number}: {problem.sentence}", row=problem.number)
    columns = columns_of(table, delimited=files.is_delimited(path))
    if table.geometry is None or table.crs is None:
        nothing = np.full(len(table), None, dtype=object)
        return Features(table.layer, WGS84_SRID, GeometryType.NONE, nothing, columns, None, table.notes)
    geometries, srid = _placed(table, table.crs)
    geometries, mended = _mended(geometries)
    kind, geometries = _one_kind(geometries)
    notes = (*table.notes, f"{mended} geometries were invalid and have been mended.") if mended else table.notes
    return Features(table.layer, srid, kind, geometries, columns, _extent(geometries, srid), notes)


def _placed(table: Table, crs: DeclaredCRS) -> tuple[NDArray[np.object_], int]:
    geometries = shapely.force_2d(table.geometry)
    if crs.shift is not Shift.NONE:
        return geometries_to_wgs84(geometries, crs), WGS84_SRID
    coordinates = shapely.get_coordinates(geometries)
    if not np.isfinite(coordinates).all():
        raise Invalid(Misplaced.NOT_FINITE.value, Misplaced.NOT_FINITE.sentence)
    if crs.is_geographic and len(coordinates) and (np.abs(coordinates) > (360.0, 90.0)).any():
        detail = f"Coordinates are no degrees of {crs.name}; declare the right CRS."
        raise Invalid(Misplaced.OUTSIDE.value, detail)
    return geometries, crs.srid


def _mended(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Return the geometries, invalid ones mended: PostGIS may refuse to compare an invalid polygon at all."""
    invalid = ~shapely.is_missing(geometries) & ~shapely.is_valid(geometries)
    if not invalid.any():
        return geometries, 0
    mended = geometries.copy()
    mended[invalid] = shapely.make_valid(geometries[invalid], method="structure", keep_collapsed=False)
    return mended, int(invalid.sum())


def _one_kind(geometries: NDArray[np.object_]) -> tuple[GeometryType, NDArray[np.object_]]:
    """Return the layer's one type; a mixture of single and multi becomes multi.

    Any other mixture Geometry.
    """
    made = geometries.copy()
    made[shapely.is_empty(geometries)] = None
    names = {geometry.geom_type for geometry in made if geometry is not None}
    kinds = {GeometryType("LineString" if name == "LinearRing" else name) for name in names}
    if not kinds:
        return GeometryType.GEOMETRY, made
    if len(kinds) == 1:
        return kinds.pop(), made
    single = next((kind for kind, multi in _MULTI.items() if kinds == {kind, multi}), None)
    if single is None:
        return GeometryType.GEOMETRY, made
    gather = {
        "Point": shapely.multipoints,
        "LineString": shapely.multilinestrings,
        "Polygon": shapely.multipolygons,
    }
    for index in np.flatnonzero([geometry is not None and geometry.geom_type == single for geometry in made]):
        made[index] = gather[single]([made[index]])
    return _MULTI[single], made


def _extent(geometries: NDArray[np.object_], srid: int) -> tuple[float, float, float, float] | None:
    """Return the extent in lon/lat degrees, or None without geometries."""
    bounds = shapely.total_bounds(geometries)
    if not np.isfinite(bounds).all():
        return None
    return lonlat_extent(tuple(bounds.tolist()), srid)


def lonlat_extent(bounds: tuple[float, ...], srid: int) -> tuple[float, float, float, float]:
    """Return bounds in ``srid`` as lon/lat degrees (the world when they cannot be told)."""
    if srid == WGS84_SRID:
        return bounds[0], bounds[1], bounds[2], bounds[3]
    transformer = pyproj.Transformer.from_crs(srid, WGS84_SRID, always_xy=True)
    found = transformer.transform_bounds(bounds[0], bounds[1], bounds[2], bounds[3], densify_pts=21)
    if not np.isfinite(found).all():
        return _WORLD
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])

"""From a file on disk to rows ready for COPY: geometries, typed columns, extent. Runs in the child process. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
import shapely.affinity
from numpy.typing import NDArray

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import WGS84_SRID, DeclaredCRS, Shift, geometries_to_wgs84, parse_crs
from gisserver.common.geo.misplaced import Misplaced
from gisserver.common.reading.reader import read_table
from gisserver.common.reading.table import Table
from gisserver.common.sentences import Sentence
from layers.kinds import GeometryType
from layers.reading.columns import Column, columns_of
from layers.reading.copying import copy_line

ROWS = "rows.copy"
# A tenth of a millimetre on the ground.
_NOISE_DEGREES = 1e-9
_MULTI = {
    GeometryType.POINT: GeometryType.MULTIPOINT,
    GeometryType.LINESTRING: GeometryType.MULTILINESTRING,
    GeometryType.POLYGON: GeometryType.MULTIPOLYGON,
}
_GATHER = {
    GeometryType.POINT: shapely.multipoints,
    GeometryType.LINESTRING: shapely.multilinestrings,
    GeometryType.POLYGON: shapely.multipolygons,
}
_WORLD = (-180.0, -90.0, 180.0, 90.0)
_SHOWN_ROWS = 20

Geometries = NDArray[np.object_]
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Features:
    """What one layer of a file holds. ``geometries`` are Shapely's, 2D, in ``srid``, or all None."""

    layer: str
    srid: int
    geometry_type: GeometryType
    geometries: Geometries
    columns: list[Column]
    extent: Extent | None
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.geometries)


def prepare(
    folder: Path, *, path: str, layer: str | None, crs: str | None, encoding: str | None, zone: str
) -> dict[str, Any]:
    """Read one layer of ``path``, write its rows for COPY into ``folder``, and return the rest as JSON.

    A row is fid (from 1), geometry as hexadecimal EWKB, and the columns in order.
    """
    declared = parse_crs(crs) if crs else None
    features = read_features(Path(path), layer=layer, crs=declared, encoding=encoding, zone=zone, folder=folder)
    wkb = shapely.to_wkb(shapely.set_srid(features.geometries, features.srid), hex=True, include_srid=True)
    rows = zip(range(1, len(features) + 1), wkb, *(column.values for column in features.columns), strict=True)
    with (folder / ROWS).open("w", encoding="utf-8", newline="") as file:
        file.writelines(map(copy_line, rows))
    return {
        "layer": features.layer,
        "srid": features.srid,
        "geometry_type": features.geometry_type,
        "fields": [column.description() for column in features.columns],
        "feature_count": len(features),
        "extent": features.extent,
        "notes": features.notes,
    }


def read_features(
    path: Path,
    *,
    layer: str | None,
    crs: DeclaredCRS | None,
    encoding: str | None,
    zone: str,
    folder: Path | None = None,
) -> Features:
    """Read one layer of ``path``.

    Coordinates stay in the CRS they came in; only a web map's displacement (gcj02, bd09) is undone, into WGS 84, and
    what reaches beyond 180 degrees is cut there. Invalid polygons are mended and named in ``notes``. Moments without
    an offset are in ``zone``. Raises Invalid for a file that cannot be read whole.
    """
    table = read_table(path, layer=layer, crs=crs, encoding=encoding, folder=folder, origin_is_a_place=True)
    if table.problems:
        problem = min(table.problems.values(), key=lambda each: each.number)
        raise Invalid(
            "bad_row",
            Sentence("Row {number}: {sentence}", number=problem.number, sentence=problem.sentence),
            row=problem.number,
            reason=problem.code,
        )
    columns = columns_of(table, zone=zone)
    if table.geometry is None or table.crs is None:
        nothing = np.full(len(table), None, dtype=object)
        return Features(table.layer, WGS84_SRID, GeometryType.NONE, nothing, columns, None, table.notes)
    notes = list(table.notes)
    geometries, srid = _placed(table, table.crs, notes)
    geometries = _mended(_flattened(geometries, notes), notes)
    if table.crs.is_geographic:
        geometries = _wrapped(geometries, notes)
    kind, geometries = _one_kind(geometries)
    return Features(table.layer, srid, kind, geometries, columns, _extent(geometries, srid), tuple(notes))


def _placed(table: Table, crs: DeclaredCRS, notes: list[str]) -> tuple[Geometries, int]:
    tall = int((shapely.has_z(table.geometry) | shapely.has_m(table.geometry)).sum())
    if tall:
        notes.append(f"{tall} geometries have heights or measures, which are not kept.")
    geometries: Geometries = shapely.force_2d(table.geometry)
    coordinates, rows = shapely.get_coordinates(geometries, return_index=True)
    _refuse_first(~np.isfinite(coordinates).all(axis=1), rows, Misplaced.NOT_FINITE)
    if crs.is_geographic:
        x, y = np.abs(coordinates[:, 0]), np.abs(coordinates[:, 1])
        outside = (x > 360.0) | (y > 90.0)
        _refuse_first(outside & (x <= 90.0) & (y <= 180.0), rows, Misplaced.SWAPPED)
        _refuse_first(outside, rows, Misplaced.OUTSIDE)
    if crs.shift is not Shift.NONE:
        return geometries_to_wgs84(geometries, crs), WGS84_SRID
    return geometries, crs.srid


def _refuse_first(wrong: NDArray[np.bool_], rows: NDArray[np.int64], why: Misplaced) -> None:
    for row in rows[wrong][:1] + 1:
        cure = "" if why is Misplaced.SWAPPED else Sentence("Declare the CRS in which they are.")
        raise Invalid(
            why.value, Sentence("Row {row}: {sentence} {cure}", row=row, sentence=why.sentence, cure=cure), row=int(row)
        )


def _flattened(geometries: Geometries, notes: list[str]) -> Geometries:
    """Return the geometries, collections within collections resolved: GeoJSON and PostGIS' output know none."""
    nested = [index for index, geometry in enumerate(geometries) if any(map(_is_collection, _members(geometry)))]
    if not nested:
        return geometries
    flat = geometries.copy()
    for index in nested:
        members = _members(geometries[index])
        while any(map(_is_collection, members)):
            members = [each for member in members for each in (_members(member) or [member])]
        flat[index] = shapely.geometrycollections(members)
    notes.append(f"{len(nested)} geometries held collections in collections, now one: rows {_listed(nested)}.")
    return flat


def _is_collection(geometry: shapely.Geometry) -> bool:
    return geometry is not None and geometry.geom_type == "GeometryCollection" and not geometry.is_empty


def _members(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    return list(geometry.geoms) if _is_collection(geometry) else []


def _mended(geometries: Geometries, notes: list[str]) -> Geometries:
    """Return the geometries, invalid ones mended: PostGIS may refuse to compare an invalid polygon at all."""
    invalid = np.flatnonzero(~shapely.is_missing(geometries) & ~shapely.is_valid(geometries))
    if not len(invalid):
        return geometries
    mended = geometries.copy()
    mended[invalid] = shapely.make_valid(geometries[invalid], method="structure", keep_collapsed=False)
    gone = invalid[shapely.is_empty(mended[invalid])]
    kept = np.setdiff1d(invalid, gone)
    if len(kept):
        notes.append(f"{len(kept)} geometries were invalid and have been mended: rows {_listed(kept)}.")
    if len(gone):
        notes.append(f"{len(gone)} geometries enclose nothing, and are left out of their rows: rows {_listed(gone)}.")
    return mended


def _listed(indexes: Iterable[Any]) -> str:
    rows = [str(index + 1) for index in indexes]
    return ", ".join(rows[:_SHOWN_ROWS]) + (", …" if len(rows) > _SHOWN_ROWS else "")


def _wrapped(geometries: Geometries, notes: list[str]) -> Geometries:
    """Return geometries in degrees, those beyond 180 cut there and their parts moved (RFC 7946, section 3.1.9)."""
    geometries = shapely.transform(geometries, _without_noise)
    west, _, east, _ = shapely.bounds(geometries).T
    beyond = np.flatnonzero((west < -180.0) | (east > 180.0))
    if not len(beyond):
        return geometries
    wrapped = geometries.copy()
    for index in beyond:
        wrapped[index] = _cut_at_180(geometries[index])
    notes.append(f"{len(beyond)} geometries reach beyond 180 degrees and have been cut there: rows {_listed(beyond)}.")
    return wrapped


def _without_noise(points: Geometries) -> Geometries:
    """Return positions with 180.00000000000003 as 180: arithmetic's noise, from which a cut would leave slivers."""
    lon = points[:, 0]
    noisy = (np.abs(lon) > 180.0) & (np.abs(lon) < 180.0 + _NOISE_DEGREES)
    return np.column_stack([np.where(noisy, np.copysign(180.0, lon), lon), points[:, 1:]])


def _cut_at_180(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        inside = shapely.intersection(geometry, shapely.box(-180.0 - turn, -90.0, 180.0 - turn, 90.0))
        pieces = shapely.get_parts(shapely.affinity.translate(inside, xoff=turn)).tolist()
        parts += [each for each in pieces if not each.is_empty and _dimension(each) == _dimension(geometry)]
    kind = GeometryType(parts[0].geom_type)
    return parts[0] if len(parts) == 1 else _GATHER[kind](parts)


def _dimension(geometry: shapely.Geometry) -> int:
    return int(shapely.get_dimensions(geometry))


def _one_kind(geometries: Geometries) -> tuple[GeometryType, Geometries]:
    """Return the layer's one type; a mixture of single and multi becomes multi, any other mixture Geometry."""
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
    for index in np.flatnonzero([geometry is not None and geometry.geom_type == single for geometry in made]):
        made[index] = _GATHER[single]([made[index]])
    return _MULTI[single], made


def _extent(geometries: Geometries, srid: int) -> Extent | None:
    """Return the extent in lon/lat degrees, or None without geometries."""
    bounds = shapely.total_bounds(geometries)
    if not np.isfinite(bounds).all():
        return None
    return lonlat_extent(tuple(bounds.tolist()), srid)


def lonlat_extent(bounds: tuple[float, ...], srid: int) -> Extent:
    """Return bounds in ``srid`` as lon/lat degrees (the world when they are unknown)."""
    if srid == WGS84_SRID:
        return bounds[0], bounds[1], bounds[2], bounds[3]
    transformer = pyproj.Transformer.from_crs(srid, WGS84_SRID, always_xy=True)
    found = transformer.transform_bounds(bounds[0], bounds[1], bounds[2], bounds[3], densify_pts=21)
    if not np.isfinite(found).all():
        return _WORLD
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])

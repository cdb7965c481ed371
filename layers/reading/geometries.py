"""Geometries as PostGIS and GeoJSON can hold them: flat, valid, within 180 degrees, of one type. Pure.

Rows are counted from 1 in what is noted; None is a row without geometry.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray

from layers.kinds import GeometryType

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
_SHOWN_ROWS = 20

Geometries = NDArray[np.object_]


def flattened(geometries: Geometries, notes: list[str]) -> Geometries:
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
    notes.append(f"{len(nested)} geometries held collections in collections, now one: rows {listed(nested)}.")
    return flat


def _is_collection(geometry: shapely.Geometry) -> bool:
    return geometry is not None and geometry.geom_type == "GeometryCollection" and not geometry.is_empty


def _members(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    return list(geometry.geoms) if _is_collection(geometry) else []


def mended(geometries: Geometries, notes: list[str]) -> Geometries:
    """Return the geometries, invalid ones mended: PostGIS may refuse to compare an invalid polygon at all."""
    invalid = np.flatnonzero(~shapely.is_missing(geometries) & ~shapely.is_valid(geometries))
    if not len(invalid):
        return geometries
    mended = geometries.copy()
    mended[invalid] = shapely.make_valid(geometries[invalid], method="structure", keep_collapsed=False)
    gone = invalid[shapely.is_empty(mended[invalid])]
    kept = np.setdiff1d(invalid, gone)
    if len(kept):
        notes.append(f"{len(kept)} geometries were invalid and have been mended: rows {listed(kept)}.")
    if len(gone):
        notes.append(f"{len(gone)} geometries enclose nothing, and are left out of their rows: rows {listed(gone)}.")
    return mended


def listed(indexes: Iterable[Any]) -> str:
    """Return the numbers of rows for a note, at most 20 of them."""
    rows = [str(index + 1) for index in indexes]
    return ", ".join(rows[:_SHOWN_ROWS]) + (", …" if len(rows) > _SHOWN_ROWS else "")


def wrapped(geometries: Geometries, notes: list[str]) -> Geometries:
    """Return geometries in degrees, those beyond 180 cut there and their parts moved (RFC 7946, section 3.1.9)."""
    geometries = shapely.transform(geometries, _without_noise)
    west, _, east, _ = shapely.bounds(geometries).T
    beyond = np.flatnonzero((west < -180.0) | (east > 180.0))
    if not len(beyond):
        return geometries
    wrapped = geometries.copy()
    for index in beyond:
        wrapped[index] = _cut_at_180(geometries[index])
    notes.append(f"{len(beyond)} geometries reach beyond 180 degrees and have been cut there: rows {listed(beyond)}.")
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


def one_kind(geometries: Geometries) -> tuple[GeometryType, Geometries]:
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

"""Coordinate systems: what a source may declare, and the one way from there to the survey CRS and back. Pure.

Everywhere inside the server the order is east, north (longitude, latitude), whatever an authority's axis
order says. ``xy`` arrays are float64 of shape (n, 2). Law 6 (DESIGN §3): nothing is stored without a
declared CRS; law 2: the survey CRS is projected and in metres.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import CRSError, ProjError

from gisserver.common.errors import Invalid
from gisserver.common.geo import gcj02
from gisserver.common.geo.misplaced import Misplaced
from gisserver.common.sentences import Sentence

XY = NDArray[np.float64]

WGS84_SRID = 4326
CGCS2000_SRID = 4490
# A deployment's data may reach a little beyond the zone of its survey CRS, never a continent beyond.
AREA_MARGIN_DEG = 1.5
ACCEPTED = "wgs84, cgcs2000, gcj02, bd09 or EPSG:n (for example EPSG:4547)"


class Shift(StrEnum):
    """A web map's deliberate displacement of WGS84."""

    NONE = "none"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class DeclaredCRS:
    """What a source says its coordinates are: an EPSG code, and a web map's displacement of it."""

    name: str
    srid: int
    shift: Shift = Shift.NONE

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees rather than lengths."""
        return bool(_crs(self.srid).is_geographic)


_NAMED = {
    "wgs84": DeclaredCRS("wgs84", WGS84_SRID),
    "crs84": DeclaredCRS("wgs84", WGS84_SRID),
    "epsg:4326": DeclaredCRS("wgs84", WGS84_SRID),
    "cgcs2000": DeclaredCRS("cgcs2000", CGCS2000_SRID),
    "epsg:4490": DeclaredCRS("cgcs2000", CGCS2000_SRID),
    "gcj02": DeclaredCRS("gcj02", WGS84_SRID, Shift.GCJ02),
    "bd09": DeclaredCRS("bd09", WGS84_SRID, Shift.BD09),
}
WGS84 = _NAMED["wgs84"]


def parse_crs(text: str) -> DeclaredCRS:
    """Return the CRS that ``text`` names, in any case, with or without a hyphen (``GCJ-02``).

    Raises Invalid ``unknown_crs``, naming what is accepted, for anything else, and for an EPSG code that is
    not a horizontal CRS.
    """
    wanted = text.strip().lower().replace(" ", "")
    named = _NAMED.get(wanted) or _NAMED.get(wanted.replace("-", "").replace("_", ""))
    if named is not None:
        return named
    authority, _, number = wanted.partition(":")
    if authority == "epsg" and number.isascii() and number.isdigit() and len(number) <= 6:
        srid = int(number)
        if _is_horizontal(srid):
            return DeclaredCRS(f"EPSG:{srid}", srid)
    shown = text if len(text) <= 40 else text[:40] + "…"
    raise Invalid(
        "unknown_crs",
        Sentence("Unknown coordinate system {shown!r}: accepted are {accepted}.", shown=shown, accepted=ACCEPTED),
        accepted=ACCEPTED,
    )


def survey_crs(srid: int) -> pyproj.CRS:
    """Return the survey CRS; Invalid ``bad_survey_srid`` unless it is projected and in metres (law 2)."""
    crs = _crs(srid) if _is_horizontal(srid) else None
    if crs is None or not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1.0:
        raise Invalid(
            "bad_survey_srid", Sentence("The survey CRS must be projected, in metres: EPSG:{srid} is not.", srid=srid)
        )
    return crs


def to_survey(xy: ArrayLike, crs: DeclaredCRS, survey_srid: int) -> XY:
    """Return ``xy``, declared as ``crs``, in the survey CRS (metres, not rounded).

    Raises Invalid ``coordinate_not_finite``, ``coordinate_outside_area`` or ``coordinate_axes_swapped`` at
    the first position that can't be taken, with its index as data.
    """
    points = as_xy(xy)
    _refuse_first(misplaced(points, crs, survey_srid), points)
    return _project(_unshift(points, crs), crs.srid, survey_srid)


def from_survey(xy: ArrayLike, crs: DeclaredCRS, survey_srid: int) -> XY:
    """Return survey coordinates (metres) in ``crs``; Invalid for values that are not finite."""
    points = _finite(as_xy(xy))
    return _shifted(_project(points, survey_srid, crs.srid), crs)


def to_wgs84(xy: ArrayLike, crs: DeclaredCRS) -> XY:
    """Return ``xy``, declared as ``crs``, as WGS84 longitude and latitude; Invalid as for `to_survey`."""
    points = as_xy(xy)
    _refuse_first(misplaced(points, crs), points)
    return _project(_unshift(points, crs), crs.srid, WGS84_SRID)


def from_wgs84(xy: ArrayLike, crs: DeclaredCRS) -> XY:
    """Return WGS84 longitude and latitude in ``crs``; Invalid for values that are not finite."""
    points = _finite(as_xy(xy))
    return _shifted(_project(points, WGS84_SRID, crs.srid), crs)


def between(xy: ArrayLike, source: int, target: int) -> XY:
    """Return positions in EPSG ``source`` in EPSG ``target``, infinite where a projection can't say."""
    return _project(as_xy(xy), source, target, strict=False)


def geometries_to_survey(geometries: Any, crs: DeclaredCRS, survey_srid: int) -> Any:
    """Return Shapely geometries (one or an array) in the survey CRS, in two dimensions, not rounded."""
    return _each(geometries, lambda xy: to_survey(xy, crs, survey_srid))


def geometries_from_survey(geometries: Any, crs: DeclaredCRS, survey_srid: int) -> Any:
    """Return Shapely geometries (one or an array), given in the survey CRS, in ``crs``."""
    return _each(geometries, lambda xy: from_survey(xy, crs, survey_srid))


def geometries_to_wgs84(geometries: Any, crs: DeclaredCRS) -> Any:
    """Return Shapely geometries (one or an array), declared as ``crs``, in WGS84 longitude and latitude."""
    return _each(geometries, lambda xy: to_wgs84(xy, crs))


def misplaced(xy: ArrayLike, crs: DeclaredCRS, survey_srid: int | None = None) -> NDArray[np.object_]:
    """Return for each position None, or the `Misplaced` reason why it can't be taken as ``crs``.

    A position must be finite, lie in the area of use of ``crs`` and, when given, of the survey CRS, each
    widened by 1.5 degrees.
    """
    points = as_xy(xy)
    reasons = np.full(len(points), None, dtype=object)
    finite = _is_finite(points)
    reasons[~finite] = Misplaced.NOT_FINITE
    outside = finite.copy()
    outside[finite] = ~_in_area(points[finite], crs, survey_srid)
    reasons[outside] = Misplaced.OUTSIDE
    if outside.any():
        swapped = outside.copy()
        swapped[outside] = _in_area(points[outside][:, ::-1], crs, survey_srid)
        reasons[swapped] = Misplaced.SWAPPED
    return reasons


def bounds_in(bounds: tuple[float, ...], source_srid: int, target_srid: int) -> tuple[float, float, float, float]:
    """Return a box in EPSG:``target_srid`` around a box (west, south, east, north) of EPSG:``source_srid``.

    Infinite where the projection can't say.
    """
    west, south, east, north = bounds
    transformer = _transformer(source_srid, target_srid)
    box: tuple[float, float, float, float] = transformer.transform_bounds(west, south, east, north, densify_pts=21)
    return box


def as_xy(values: ArrayLike) -> XY:
    """Return ``values`` as float64 of shape (n, 2); Invalid ``coordinate_shape`` unless they are pairs."""
    try:
        points = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid("coordinate_shape", "A position is a pair of numbers: east, north.") from error
    if points.ndim != 2 or points.shape[1] != 2:
        raise Invalid("coordinate_shape", "A position is a pair of numbers: east, north.")
    return points


def _each(geometries: Any, change: Callable[[XY], XY]) -> Any:
    return shapely.transform(shapely.force_2d(geometries), change)


def _refuse_first(reasons: NDArray[np.object_], points: XY) -> None:
    for index in np.flatnonzero(reasons != None)[:1]:  # noqa: E711 -- elementwise
        reason: Misplaced = reasons[index]
        raise Invalid(reason.value, reason.sentence, index=int(index), position=[str(v) for v in points[index]])


def _is_finite(points: XY) -> NDArray[np.bool_]:
    return np.isfinite(points[:, 0]) & np.isfinite(points[:, 1])


def _finite(points: XY) -> XY:
    if not _is_finite(points).all():
        raise Invalid(Misplaced.NOT_FINITE.value, Misplaced.NOT_FINITE.sentence)
    return points


def _in_area(points: XY, crs: DeclaredCRS, survey_srid: int | None) -> NDArray[np.bool_]:
    """Return which finite ``points`` lie, as longitude and latitude, where both CRSs may be used."""
    lonlat = _unproject(points, crs)
    inside = _is_finite(lonlat)
    if crs.is_geographic:
        inside &= (np.abs(points[:, 0]) <= 180.0) & (np.abs(points[:, 1]) <= 90.0)
    for srid in (crs.srid, survey_srid):
        if srid is not None:
            west, south, east, north = _area_of_use(srid)
            lon, lat = lonlat[:, 0], lonlat[:, 1]
            with np.errstate(invalid="ignore"):  # infinite where the projection can't say
                span = (lon - west) % 360.0  # an area may cross the antimeridian
            inside &= (span <= east - west) & (lat >= south) & (lat <= north)
    return inside


def _unproject(points: XY, crs: DeclaredCRS) -> XY:
    """Return ``points`` as roughly WGS84 longitude and latitude, infinite where the projection can't say."""
    if crs.is_geographic:
        return points
    return _project(points, crs.srid, WGS84_SRID, strict=False)


def _unshift(points: XY, crs: DeclaredCRS) -> XY:
    if crs.shift is Shift.GCJ02:
        return gcj02.gcj02_to_wgs84(points)
    if crs.shift is Shift.BD09:
        return gcj02.bd09_to_wgs84(points)
    return points


def _shifted(points: XY, crs: DeclaredCRS) -> XY:
    if crs.shift is Shift.GCJ02:
        return gcj02.wgs84_to_gcj02(points)
    if crs.shift is Shift.BD09:
        return gcj02.wgs84_to_bd09(points)
    return points


def _project(points: XY, source: int, target: int, *, strict: bool = True) -> XY:
    if source == target or not len(points):
        return points.copy()
    try:
        east, north = _transformer(source, target).transform(points[:, 0], points[:, 1], errcheck=strict)
    except ProjError as error:
        raise Invalid(Misplaced.OUTSIDE.value, Misplaced.OUTSIDE.sentence) from error
    return np.column_stack([east, north])


_local = threading.local()


def _transformer(source: int, target: int) -> pyproj.Transformer:
    """Return this thread's transformer: PROJ's may not be shared, and making one costs milliseconds."""
    kept: dict[tuple[int, int], pyproj.Transformer] = _local.__dict__.setdefault("kept", {})
    pair = (source, target)
    if pair not in kept:
        kept[pair] = pyproj.Transformer.from_crs(_crs(source), _crs(target), always_xy=True)
    return kept[pair]


@cache
def _crs(srid: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(srid)


@cache
def _is_horizontal(srid: int) -> bool:
    try:
        crs = _crs(srid)
    except CRSError:
        return False
    return bool((crs.is_geographic or crs.is_projected) and len(crs.axis_info) == 2)


@cache
def _area_of_use(srid: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees, widened; east exceeds 180 across the antimeridian."""
    area = _crs(srid).area_of_use
    west, south, east, north = (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds
    east = east + 360.0 if east < west else east
    margin = AREA_MARGIN_DEG
    if east - west + 2 * margin >= 360.0:
        return -180.0, south - margin, 180.0, north + margin
    return west - margin, south - margin, east + margin, north + margin

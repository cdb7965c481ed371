"""Where the positions of a file lie, read in each coordinate system in which files come here.

A file without a CRS, or with a wrong one, shows it when its positions are laid over the ground that this deployment
knows: a wrong zone is hundreds of kilometres off, GCJ-02 some 500 m, swapped axes lie in the sea.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import GEOSGeometry
from numpy.typing import NDArray

from gisserver.common.geo.crs import XY, DeclaredCRS, misplaced, parse_crs, to_survey, to_wgs84
from gisserver.common.geo.crs_doubt import Verdict, verdict
from layers import registry
from layers.registry import Rows

# The collections that say where the ground of this deployment is, and where its houses stand.
_GRIDS, _HOUSES = "grids", "building_points"
_NEAR_M = 15.0
_MOST = 6
_SHOWN = 100
# EPSG's codes of the Gauss-Kruger zones of 3 degrees from 75°E on: CGCS2000, Xi'an 1980, Beijing 1954; each with a
# false easting of 500 km, and with the number of the zone before it.
_ZONES_FROM_75 = (4534, 4513, 2370, 2349, 2422, 2401)
_LAST_ZONE = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the positions: the share on the ground known here, their extent, some of them in lon/lat."""

    crs: str
    swapped: bool
    inside: float
    bbox: tuple[float, float, float, float]
    positions: list[list[float]]


def readings(positions: XY, declared: DeclaredCRS | None, user: Any) -> list[Reading]:
    """Return how ``positions`` (n, 2) may be read, the declared way first, then what fits the ground best.

    The ground is what ``user`` may see of it. Ways by which nothing lies on it are left out, but for the declared.
    """
    ground = _rows(_GRIDS, user)
    first = [_read(positions, declared, ground, swapped=False)] if declared else []
    tried = [
        _read(positions, crs, ground, swapped=swapped)
        for crs in _candidates(ground)
        for swapped in (False, True)
        if swapped or crs != declared
    ]
    fitting = sorted((each for each in tried if each and each.inside), key=lambda each: -each.inside)
    return [each for each in first if each] + fitting[:_MOST]


def doubt(positions: XY, declared: DeclaredCRS, user: Any) -> Verdict | None:
    """Return whether the houses known to ``user`` speak for another CRS than the declared; None when few are asked."""
    houses = _rows(_HOUSES, user)
    if houses is None:
        return None
    return verdict(positions, declared, settings.SURVEY_SRID, lambda xy, _: _are_near(xy, houses))


def _rows(collection_id: str, user: Any) -> Rows | None:
    collection = registry.find(collection_id)
    if collection is None or not collection.may_be_seen_by(user):
        return None
    return collection.rows(user).values_list(collection.geometry)


def _candidates(ground: Rows | None) -> Iterator[DeclaredCRS]:
    """Yield what files of this part of the country are written in."""
    extent = ground and ground.aggregate(extent=Extent("geom"))["extent"]
    if not extent:
        return
    yield from (parse_crs(name) for name in ("wgs84", "gcj02", "bd09", "EPSG:3857"))
    middle = [[(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2]]
    lon = float(to_wgs84(middle, parse_crs(f"EPSG:{settings.SURVEY_SRID}"))[0, 0])
    yield parse_crs(f"EPSG:{32601 + int((lon + 180) // 6)}")
    nearest = round((lon - 75) / 3)
    zones = [zone for zone in (nearest, nearest - 1, nearest + 1) if 0 <= zone <= _LAST_ZONE]
    yield from (parse_crs(f"EPSG:{first + zone}") for first in _ZONES_FROM_75 for zone in zones)


def _read(positions: XY, crs: DeclaredCRS, ground: Rows | None, *, swapped: bool) -> Reading | None:
    """Return a reading; None when no position may be where it says."""
    xy = positions[:, ::-1] if swapped else positions
    usable = xy[misplaced(xy, crs) == None]  # noqa: E711 -- elementwise
    if not len(usable):
        return None
    lonlat = to_wgs84(usable, crs)
    west, south, east, north = shapely.total_bounds(shapely.points(lonlat)).tolist()
    shown = np.round(lonlat[:: -(-len(lonlat) // _SHOWN)], 6).tolist()
    share = 0.0
    if ground is not None:
        placed = xy[misplaced(xy, crs, settings.SURVEY_SRID) == None]  # noqa: E711 -- elementwise
        share = _lie_on(to_survey(placed, crs, settings.SURVEY_SRID), ground).sum() / len(xy) if len(placed) else 0.0
    return Reading(crs.name, swapped, round(float(share), 3), (west, south, east, north), shown)


def _lie_on(xy: XY, ground: Rows) -> NDArray[np.bool_]:
    """Return which positions in the survey CRS lie on the ground."""
    return _met(xy, ground.filter(geom__intersects=_as_geos(xy)), within_m=0.0)


def _are_near(xy: XY, houses: Rows) -> NDArray[np.bool_]:
    near = houses.filter(location__dwithin=(_as_geos(xy), _NEAR_M))
    return _met(xy, near, within_m=_NEAR_M)


def _as_geos(xy: XY) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.multipoints(xy))), srid=settings.SURVEY_SRID)


def _met(xy: XY, rows: Rows, *, within_m: float) -> NDArray[np.bool_]:
    """Return which positions have one of ``rows`` within so many metres."""
    tree = shapely.STRtree([shapely.from_wkb(bytes(geometry.wkb)) for (geometry,) in rows])
    found = np.zeros(len(xy), dtype=bool)
    found[tree.query(shapely.points(xy), predicate="dwithin", distance=within_m)[0]] = True
    return found

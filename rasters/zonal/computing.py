"""Statistics of many zones: those that are kept, and those that have to be computed and then are."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import shapely

from gisserver.common.errors import Conflict, Refused
from gisserver.common.geo.crs import between
from gisserver.common.sentences import Sentence
from layers.models import RasterLayer
from rasters import pixels
from rasters.models import ZoneStatistics
from rasters.zonal.coverage import Floats, Statistics, Zone, statistics_of
from rasters.zonal.zones import ZoneRow, Zones

# What a request may compute itself, some seconds' work: zones, and pixels that they cover together.
MOST_NEW_ZONES: Final = 500
MOST_PIXELS: Final = 20_000_000


def known(raster: RasterLayer, band: int, digests: Iterable[bytes]) -> dict[bytes, Statistics]:
    """Return the statistics that are kept, by the digest of the zone."""
    rows = ZoneStatistics.objects.filter(raster=raster, band=band, zone__in=list(digests))
    return {bytes(zone): Statistics.from_json(kept) for zone, kept in rows.values_list("zone", "statistics")}


def compute(raster: RasterLayer, band: int, srid: int, shapes: Mapping[bytes, Any]) -> dict[bytes, Statistics]:
    """Return the statistics of geometries in EPSG ``srid``, by digest, and keep them."""
    source = pixels.opened(raster)
    found = {}
    for digest, own in shapes.items():
        zone = Zone(own, in_crs_of(raster, own, srid))
        found[digest] = statistics_of(source, band, zone, partial(between, source=raster.srid, target=srid))
    rows = [
        ZoneStatistics(raster=raster, band=band, zone=digest, statistics=each.as_json())
        for digest, each in found.items()
    ]
    ZoneStatistics.objects.bulk_create(rows, ignore_conflicts=True)
    return found


def in_crs_of(raster: RasterLayer, geometry: Any, srid: int) -> Any:
    """Return a geometry in EPSG ``srid`` in the raster's CRS; empty where that can't say where it lies."""
    placed = shapely.transform(geometry, partial(between, source=srid, target=raster.srid))
    return placed if np.isfinite(placed.bounds).all() else shapely.Polygon()


def statistics(raster: RasterLayer, band: int, zones: Zones, listed: Sequence[ZoneRow]) -> dict[bytes, Statistics]:
    """Return the statistics of listed zones by digest; what is not kept is computed.

    Raises Refused ``zones_need_job`` where that is more than a request may compute, Conflict ``zones_changed``.
    """
    found = known(raster, band, {row.digest for row in listed})
    missing = {row.id: row.digest for row in listed if row.digest not in found}
    if len(missing) > MOST_NEW_ZONES:
        raise _job_needed(len(missing))
    shapes = _unchanged(zones, missing)
    check_size(raster, zones.collection.srid, shapes.values(), len(missing))
    return found | compute(raster, band, zones.collection.srid, shapes)


def _unchanged(zones: Zones, listed: Mapping[int, bytes]) -> dict[bytes, Any]:
    """Return the geometries of zones, listed by id, by their digest.

    Raises Conflict ``zones_changed`` where one is another by now: it would be kept under the digest of the former.
    """
    shapes = dict(zones.shapes(list(listed)))
    if not shapes.keys() >= set(listed.values()):
        raise Conflict("zones_changed", "The zones have changed while they were read: ask again.")
    return shapes


def in_pieces(
    raster: RasterLayer, band: int, zones: Zones, listed: Sequence[ZoneRow], size: int
) -> Iterator[tuple[Sequence[ZoneRow], dict[bytes, Statistics]]]:
    """Yield the listed zones ``size`` at a time with their statistics, however long it takes."""
    for start in range(0, len(listed), size):
        part = listed[start : start + size]
        found = known(raster, band, {row.digest for row in part})
        missing = {row.id: row.digest for row in part if row.digest not in found}
        yield part, found | compute(raster, band, zones.collection.srid, _unchanged(zones, missing))


def check_size(raster: RasterLayer, srid: int, shapes: Iterable[Any], count: int) -> None:
    """Raise Refused ``zones_need_job`` where shapes in EPSG ``srid`` cover more pixels than a request may read."""
    pixel_width, pixel_height = raster.transform[0], -raster.transform[4]
    left, top = raster.transform[2], raster.transform[5]
    whole = shapely.box(left, top - raster.height * pixel_height, left + raster.width * pixel_width, top)
    boxes = [shapely.envelope(in_crs_of(raster, each, srid)) for each in shapes]
    area: Floats = shapely.area(shapely.intersection(boxes, whole))
    if float(area.sum()) / (pixel_width * pixel_height) > MOST_PIXELS:
        raise _job_needed(count)


def _job_needed(count: int) -> Refused:
    return Refused(
        "zones_need_job",
        Sentence("{count} zones would have to be computed first: POST the same to jobs/, or narrow them.", count=count),
    )


def of_shapes(raster: RasterLayer, band: int, srid: int, shapes: Sequence[Any]) -> list[Statistics]:
    """Return the statistics of each of some geometries in EPSG ``srid``, those of a draft for example.

    Raises Refused ``zones_need_job`` where that is more than a request may compute.
    """
    digests = [
        hashlib.sha256(shapely.to_wkb(shapely.set_srid(each, srid), include_srid=True)).digest() for each in shapes
    ]
    found = known(raster, band, digests)
    missing = {digest: shape for digest, shape in zip(digests, shapes, strict=True) if digest not in found}
    if len(missing) > MOST_NEW_ZONES:
        raise _job_needed(len(missing))
    check_size(raster, srid, missing.values(), len(missing))
    found |= compute(raster, band, srid, missing)
    return [found[digest] for digest in digests]

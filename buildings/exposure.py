"""Which buildings a raster reaches, such as a flood's depths, and who and what is in them.

The value of a building is the greatest (or least, where only values up to a bound are asked for) at its point and along
its outline, a pixel apart: a model of water has none inside of a building. People are told as everywhere: of fewer than
five households only to who may read personal data there. Sums leave such buildings out and say how many those are, so
that no difference of two answers tells of one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import F, OuterRef, Subquery

from buildings.models import Unit, UnitAsOf
from gisserver.common.errors import Refused
from gisserver.common.geo import mercator
from gisserver.common.sentences import Sentence
from layers import expressions, registry
from layers.models import RasterLayer
from layers.rows import select
from rasters import pixels

MOST_BUILDINGS: Final = 100_000
GROUND_FLOOR = 1
_TOGETHER = 5_000
# A picture has pixels of centimetres: so many places are looked at of a building, and of those looked at together.
_MOST_PLACES = 10_000
_MOST_PLACES_TOGETHER = 1_000_000
_PEOPLE = ("vacant", "households", "residents")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Values from ``at_least`` to ``at_most``; None is no bound on that side, not on both."""

    at_least: float | None
    at_most: float | None

    def hold(self, value: float) -> bool:
        """Say whether a value lies between the bounds."""
        return not (
            (self.at_least is not None and value < self.at_least) or (self.at_most is not None and value > self.at_most)
        )

    @property
    def extreme(self) -> Any:
        """Which value of a building counts: the one that is likeliest within the bounds."""
        return np.fmin if self.at_least is None else np.fmax


@dataclass(slots=True)
class Total:
    """Sums over buildings; people only where they are told, ``withheld`` are the buildings where they are not."""

    buildings: int = 0
    units: int = 0
    ground_floor_units: int = 0
    households: int = 0
    residents: int = 0
    withheld: int = 0

    def add(self, building: dict[str, Any]) -> None:
        """Count a building."""
        self.buildings += 1
        self.units += building["units"] or 0
        self.ground_floor_units += building["ground_floor_units"] or 0
        if building["households"] is None or building["residents"] is None:
            self.withheld += 1
        else:
            self.households += building["households"]
            self.residents += building["residents"]


@dataclass(slots=True)
class Exposure:
    """The buildings within the bounds, by id, with their GeoJSON point; totals of all and by code of the grid."""

    buildings: list[dict[str, Any]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    total: Total = field(default_factory=Total)
    grids: defaultdict[str, Total] = field(default_factory=lambda: defaultdict(Total))


def exposure(raster: RasterLayer, band: int, bounds: Bounds, *, user: Any, at: datetime | None = None) -> Exposure:
    """Return the buildings that ``user`` sees at ``at`` and whose value lies within the bounds.

    Raises Refused ``too_many_buildings`` where more than 100,000 lie where the raster is.
    """
    collection = registry.get("building_numbers", user)
    values = dict(_values(raster, band, bounds, collection, user, at))
    met = sorted(identity for identity, value in values.items() if bounds.hold(value))
    found = Exposure()
    for building, point in _described(collection, met, user, at):
        building["value"] = values[building["id"]]
        found.buildings.append(building)
        found.points.append(point)
        found.total.add(building)
        found.grids[building["grid"] or ""].add(building)
    return found


def _values(
    raster: RasterLayer, band: int, bounds: Bounds, collection: registry.Collection, user: Any, at: datetime | None
) -> Iterator[tuple[int, float]]:
    """Yield the id and value of each visible building that has one."""
    side = min(raster.transform[0], -raster.transform[4])
    rows = _places(raster, collection, user, at)
    for ids, places in _batches((row[0], _places_of(row[1], row[2], side)) for row in rows):
        owner = np.repeat(np.arange(len(ids)), [len(each) for each in places])
        found = pixels.values_of(raster, band, np.concatenate(places))
        best = np.full(len(ids), np.nan)
        bounds.extreme.at(best, owner, found)
        yield from ((pk, float(value)) for pk, value in zip(ids, best, strict=True) if not np.isnan(value))


def _places_of(footprint: bytes | None, point: bytes, side: float) -> Any:
    """Return the positions, in the raster's CRS, at which a building is looked at: ``side``, a pixel, apart.

    Farther where there would be more than ``_MOST_PLACES`` of them.
    """
    outline = shapely.Point() if footprint is None else shapely.from_wkb(bytes(footprint))
    apart = max(side, outline.length / _MOST_PLACES)
    along = shapely.get_coordinates(shapely.segmentize(outline, apart))
    return np.concatenate([shapely.get_coordinates(shapely.from_wkb(bytes(point))), along])


def _batches(buildings: Iterable[tuple[int, Any]]) -> Iterator[tuple[list[int], list[Any]]]:
    """Yield ids and places of the buildings that are looked at together, of few enough places to hold at once."""
    ids: list[int] = []
    places: list[Any] = []
    count = 0
    for pk, found in buildings:
        if ids and (len(ids) == _TOGETHER or count + len(found) > _MOST_PLACES_TOGETHER):
            yield ids, places
            ids, places, count = [], [], 0
        ids.append(pk)
        places.append(found)
        count += len(found)
    if ids:
        yield ids, places


def _places(raster: RasterLayer, collection: registry.Collection, user: Any, at: datetime | None) -> list[Any]:
    """Return id, footprint and point, as WKB in the raster's CRS, of the buildings where the raster is."""
    around = Polygon.from_bbox(mercator.from_degrees(tuple(raster.extent)))
    around.srid = mercator.SRID
    rows = collection.rows(user, at).filter(location_3857__bboverlaps=around)
    compiled = select(collection, rows, geometry="location", fields=(), extra={"__footprint": F("footprint")})
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "__fid", ST_AsBinary(ST_Transform("__footprint", %s)),'  # noqa: S608 - by layers.rows
            ' ST_AsBinary(ST_Transform("__geom", %s))'
            f' FROM ({compiled.sql}) AS building ORDER BY "__fid" LIMIT %s',
            [raster.srid, raster.srid, *compiled.params, MOST_BUILDINGS + 1],
        )
        found = list(cursor.fetchall())
    if len(found) > MOST_BUILDINGS:
        raise Refused(
            "too_many_buildings",
            Sentence("More than {most} buildings lie where the raster is: cut it into parts.", most=MOST_BUILDINGS),
        )
    return found


def _described(
    collection: registry.Collection, ids: Sequence[int], user: Any, at: datetime | None
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield what is told of each building, and its point as GeoJSON."""
    ground: Any = Unit.objects.at() if at is None else UnitAsOf.objects.at(at)
    counted = ground.filter(building_id=OuterRef("pk"), floor=GROUND_FLOOR).order_by()
    number = {"ground_floor_units": _count(counted)}
    named = [each for each in collection.fields if each.name in ("code", "name", "grid", "address", "units", *_PEOPLE)]
    names = ["id", "point", *(each.name for each in named), *number]
    for part in _in_parts(list(ids), _TOGETHER):
        rows = collection.rows(user, at).filter(pk__in=part)
        compiled = select(collection, rows, geometry=collection.geometry, fields=named, extra=number)
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT "__fid", ST_AsGeoJSON(ST_Transform("__geom", 4326), 8), features.*'  # noqa: S608 - by layers.rows
                f' FROM ({compiled.sql}) AS features ORDER BY "__fid"',
                compiled.params,
            )
            for identity, point, _, _, *values in cursor:
                yield {"id": identity, **dict(zip(names[2:], values, strict=True))}, point


def _count(rows: Any) -> Any:
    return Subquery(rows.annotate(n=expressions.number("count({0})", F("pk"))).values("n"))


def _in_parts(rows: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))

"""A town of two communities, drawn in metres: small enough to count by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from buildings.models import Building
from gisserver.common.db.validity import since
from gisserver.common.geo.mercator import HALF_WORLD_M
from grids.models import Division, DivisionVersion, Grid, GridVersion
from incidents.models import Assignment, Incident, IncidentType
from tiles.address import TileAddress

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
# The south-west corner of everything, in the survey CRS (metres east, north): a place in Pingshan.
EAST, NORTH = 536_000.0, 2_512_000.0


def place(x_m: float, y_m: float) -> Point:
    """A point so many metres east and north of the corner."""
    return Point(EAST + x_m, NORTH + y_m, srid=4547)


def area(*corners: tuple[float, float]) -> MultiPolygon:
    """A polygon through the corners, given in metres from the corner of everything."""
    ring = [(EAST + x, NORTH + y) for x, y in [*corners, corners[0]]]
    return MultiPolygon(Polygon(ring, srid=4547), srid=4547)


def box(x: float, y: float, width: float, height: float) -> MultiPolygon:
    """A rectangle by its south-west corner and size in metres."""
    return area((x, y), (x + width, y), (x + width, y + height), (x, y + height))


@dataclass(frozen=True)
class Town:
    """What the tests look at."""

    west: Division
    east: Division
    grids: dict[str, GridVersion]
    type: IncidentType

    def incident(self, x: float, y: float, community: Division | None = None) -> Incident:
        (made,) = self.incidents(
            Incident(title="井盖缺失", location=place(x, y), community=community or self.west),
        )
        return made

    def incidents(self, *rows: Incident) -> list[Incident]:
        """Take incidents in, each with an assignment, as an open one must have: to no grid."""
        for row in rows:
            row.occurred_at, row.type, row.declared_crs = BEGAN, self.type, "EPSG:4547"
        made = Incident.objects.bulk_create(rows)
        Assignment.objects.bulk_create(
            Assignment(incident=row, occurred_at=BEGAN, rule="none", reason="outside", valid=since(BEGAN))
            for row in made
        )
        return made

    def incident_at_3857(self, x: float, y: float) -> Incident:
        point = Point(x, y, srid=3857).transform(4547, clone=True)
        return self.incident(round(point.x - EAST, 3), round(point.y - NORTH, 3))

    def building(self, x: float, y: float, size: float = 20.0, **values: Any) -> Building:
        return Building.objects.create(
            community=values.pop("community", self.west),
            footprint=values.pop("footprint", box(x, y, size, size)),
            location=place(x, y),
            valid=since(values.pop("valid_from", BEGAN)),
            **values,
        )


def division(level: str, code: str, name: str, geom: MultiPolygon, parent: Division | None) -> Division:
    made = Division.objects.create(level=level)
    DivisionVersion.objects.create(
        division=made, level=level, code=code, name=name, geom=geom, parent=parent, valid=since(BEGAN)
    )
    return made


def grid(community: Division, code: str, geom: MultiPolygon) -> GridVersion:
    return GridVersion.objects.create(
        grid=Grid.objects.create(community=community),
        community=community,
        code=code,
        geom=geom,
        valid=since(BEGAN),
    )


def address_of(x_m: float, y_m: float, zoom: int) -> TileAddress:
    """The tile that holds a place given in metres from the corner of everything."""
    point = place(x_m, y_m).transform(3857, clone=True)
    side = 2 * HALF_WORLD_M / 2**zoom
    return TileAddress(zoom, int((point.x + HALF_WORLD_M) / side), int((HALF_WORLD_M - point.y) / side))

"""Two communities side by side, each cut into grids, with buildings and incidents: small enough to count by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from buildings.models import Building
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.history import since
from grids.models import Division, DivisionVersion, Grid, GridVersion
from incidents.models import Incident, IncidentType
from tiles import delivery
from tiles.address import HALF_WORLD_M, TileAddress

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
        return Incident.objects.create(
            occurred_at=BEGAN,
            type=self.type,
            title="井盖缺失",
            location=place(x, y),
            declared_crs="EPSG:4547",
            community=community or self.west,
        )

    def building(self, x: float, y: float, size: float = 20.0, **values: Any) -> Building:
        return Building.objects.create(
            community=values.pop("community", self.west),
            footprint=box(x, y, size, size),
            location=place(x + size / 2, y + size / 2),
            valid=since(BEGAN),
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
        grid=Grid.objects.create(community=community), community=community, code=code, geom=geom, valid=since(BEGAN)
    )


@pytest.fixture
def town(db: None) -> Town:
    """Draw the town.

    ::

        2000 +-----+-----+-----------+
             |  A2 |     |           |
        1000 +-----+ A3  |    B1     |
             |     +-----+           |
             |  A1 | A4  |           |
           0 +-----+-----+-----------+
             0   1000  2000        4000
    """
    district = division("district", "440310", "坪山区", box(0, 0, 4000, 2000), None)
    west = division("community", "440310001001", "西社区", box(0, 0, 2000, 2000), district)
    east = division("community", "440310001002", "东社区", box(2000, 0, 2000, 2000), district)
    grids = [
        grid(west, "440310001001001", area((0, 0), (1000, 0), (1000, 700), (1000, 1000), (0, 1000))),
        grid(west, "440310001001002", area((0, 1000), (1000, 1000), (1000, 2000), (0, 2000))),
        grid(west, "440310001001003", area((1000, 700), (2000, 700), (2000, 2000), (1000, 2000), (1000, 1000))),
        grid(west, "440310001001004", area((1000, 0), (2000, 0), (2000, 700), (1000, 700))),
        grid(east, "440310001002001", area((2000, 0), (4000, 0), (4000, 2000), (2000, 2000), (2000, 700))),
    ]
    kind = IncidentType.objects.create(code="manhole", name="井盖", valid=since(BEGAN))
    return Town(west, east, dict(zip(["A1", "A2", "A3", "A4", "B1"], grids, strict=True)), kind)


@pytest.fixture(autouse=True)
def _cold() -> None:
    """Begin each test without tiles in memory."""
    delivery.cache.clear()


@pytest.fixture
def administrator(db: None) -> Any:
    return get_user_model().objects.create_superuser("administrator")


@pytest.fixture
def analyst(db: None) -> Any:
    """A person who may read the whole deployment."""
    user = get_user_model().objects.create_user("analyst")
    Grant.objects.create(user=user, role=Role.ANALYST, area=None)
    return user


@pytest.fixture
def supervisor(town: Town) -> Any:
    """The supervisor of the western community only."""
    user = get_user_model().objects.create_user("supervisor")
    Grant.objects.create(user=user, role=Role.SUPERVISOR, area=town.west)
    return user


@pytest.fixture
def web(client: Client, analyst: Any) -> Client:
    """A browser in which the analyst has logged in."""
    client.force_login(analyst)
    return client


def address_of(x_m: float, y_m: float, zoom: int) -> TileAddress:
    """The tile that holds a place given in metres from the corner of everything."""
    point = place(x_m, y_m).transform(3857, clone=True)
    side = 2 * HALF_WORLD_M / 2**zoom
    return TileAddress(zoom, int((point.x + HALF_WORLD_M) / side), int((HALF_WORLD_M - point.y) / side))


Layers = dict[str, Any]


@pytest.fixture
def decode() -> Callable[[bytes], Layers]:
    """Read a tile with y growing southward, as it is stored."""
    return lambda body: mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})

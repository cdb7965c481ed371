"""Small worlds for the tests: places drawn as letters, people with roles."""

from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from buildings.models import Address, Building
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.geo.crs import from_survey, parse_crs
from grids.models import Division, DivisionVersion, Grid, GridVersion
from incidents.models import IncidentType

ORIGIN = (527_000.0, 2_510_000.0)  # in Pingshan, in EPSG:4547
CELL_M = 100.0
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def to_geos(geometry: BaseGeometry) -> GEOSGeometry:
    """Return a shapely geometry as GEOS in the survey CRS, polygons as multipolygons."""
    geos = GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=settings.SURVEY_SRID)
    return MultiPolygon(geos, srid=settings.SURVEY_SRID) if geos.geom_type == "Polygon" else geos


def at(column: float, row: float) -> Point:
    """Return the survey point at a place of a drawing, in cells from its lower left corner."""
    return Point(ORIGIN[0] + column * CELL_M, ORIGIN[1] + row * CELL_M, srid=settings.SURVEY_SRID)


def lonlat(point: Point) -> tuple[float, float]:
    """Return a survey point as WGS84 longitude and latitude."""
    lon, lat = from_survey(np.array([[point.x, point.y]]), parse_crs("wgs84"), settings.SURVEY_SRID)[0]
    return float(lon), float(lat)


def drawn(drawing: str) -> dict[str, BaseGeometry]:
    """Return letter → polygon for a drawing such as ``"AB/CC"``: rows from the north, a cell is 100 m wide.

    Borders are vertex-identical: every cell corner on an outline is a vertex.
    """
    rows = drawing.split("/")
    cells: dict[str, list[tuple[int, int]]] = {}
    for r, row in enumerate(reversed(rows)):
        for c, letter in enumerate(row):
            cells.setdefault(letter, []).append((c, r))
    return {letter: _outline(places) for letter, places in sorted(cells.items())}


def _outline(places: list[tuple[int, int]]) -> BaseGeometry:
    """Return the union of cells; a coverage union keeps the corners of every cell as vertices."""
    squares = [
        shapely.box(
            ORIGIN[0] + c * CELL_M,
            ORIGIN[1] + r * CELL_M,
            ORIGIN[0] + (c + 1) * CELL_M,
            ORIGIN[1] + (r + 1) * CELL_M,
        )
        for c, r in places
    ]
    return shapely.segmentize(shapely.coverage_union_all(squares), CELL_M)


def division(
    code: str,
    *,
    level: str = "community",
    geometry: BaseGeometry | None = None,
    parent: Division | None = None,
    begins: datetime = LONG_AGO,
) -> Division:
    """Make a division with one version."""
    identity = Division.objects.create(level=level)
    DivisionVersion.objects.create(
        division=identity,
        parent=parent,
        level=level,
        code=code,
        name=f"{code}名",
        geom=None if geometry is None else to_geos(geometry),
        valid=since(begins),
    )
    return identity


def grid(
    code: str,
    geometry: BaseGeometry,
    community: Division,
    *,
    begins: datetime = LONG_AGO,
    identity: Grid | None = None,
) -> GridVersion:
    """Make a grid (or another version of ``identity``)."""
    return GridVersion.objects.create(
        grid=identity or Grid.objects.create(community=community),
        community=community,
        code=code,
        name=f"网格{code}",
        geom=to_geos(geometry),
        valid=since(begins),
    )


def community_of(drawing: str, *, code: str = "440310001001", parent: Division | None = None) -> Division:
    """Make a community whose grids are the letters of the drawing."""
    shapes = drawn(drawing)
    frame = shapely.coverage_union_all(list(shapes.values()))
    with transaction.atomic():
        community = division(code, geometry=frame, parent=parent)
        for letter, shape in shapes.items():
            grid(letter, shape, community)
    return community


def building(place: Point, *, name: str = "", address: str = "", community: Division | None = None) -> Building:
    """Make a building at a place, with a standard address if one is given."""
    from buildings.addresses.text.normalize import normalize

    row = Building.objects.create(location=place, name=name, community=community, valid=since(LONG_AGO))
    if address:
        Address.objects.create(building=row, text=address, normalized=normalize(address), valid=since(LONG_AGO))
    return row


def incident_type(code: str = "A", name: str = "市容环卫") -> IncidentType:
    """Make an incident type."""
    return IncidentType.objects.create(code=code, name=name, valid=since(LONG_AGO))


def user(name: str, *, role: Role | None = None, area: Division | None = None, everywhere: bool = False) -> User:
    """Make a user, with a role in an area or everywhere."""
    person = User.objects.create_user(name, password="a long enough password")
    if role is not None:
        assert area is not None or everywhere
        Grant.objects.create(user=person, role=role, area=area)
    return person


def administrator(name: str = "admin") -> User:
    """Make a superuser."""
    return User.objects.create_superuser(name, password="a long enough password")


def hours_ago(hours: float) -> datetime:
    """Return a moment in the past."""
    return datetime.now(UTC) - timedelta(hours=hours)

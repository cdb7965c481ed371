"""The grid of a point (law 3) is one rule; whatever computes it, for speed or on a draft, is fed the same places.

Two grids, A above and B below the diagonal of their community, 100.003 m wide and 70.001 m high::

    +-------+
    | A   / |
    |   /   |
    | /   B |
    +-------+
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection

import grids.redraws.impact
from buildings.geocoding.register.area_index import Area, GridsAndDivisions
from gisserver.common.db import sql
from grids.asset_registry import Carried
from grids.assigning.index import PartitionIndex
from grids.balancing.basic_units import basic_units_of
from grids.editing.coverage.coverage import Coverage
from grids.grid_of_point import AreaIndex
from grids.redraws.proposals.assets import Assets
from tests import factories

pytestmark = pytest.mark.usefixtures("laws")
Place = tuple[float, float]
WIDTH, HEIGHT = 100_003, 70_001  # millimetres
TOLERANCE_M = 50.0
# The whole millimetres next to the diagonal on B's side: eight millionths of a millimetre from it.
BESIDE = pow(HEIGHT, -1, WIDTH)
BESIDE_THE_DIAGONAL = (BESIDE, (HEIGHT * BESIDE - 1) // WIDTH)

WITHIN = [
    pytest.param((20_000, 60_000), "A", id="inside A"),
    pytest.param((80_000, 10_000), "B", id="inside B"),
    pytest.param((0, 0), "A", id="on the border the lowest code"),
    pytest.param(BESIDE_THE_DIAGONAL, "A", id="less than a micrometre beside the border is on it"),
    pytest.param((50_002, 35_000), "B", id="a millimetre beside the border is not"),
]
OUTSIDE = [
    pytest.param((80_000, -20_000), "B", id="outside the nearest"),
    pytest.param((-20_000, -20_000), "A", id="of two equally near the lowest code"),
    pytest.param((WIDTH + 40_000, HEIGHT - 1), "A", id="equally near to the micrometre"),
    pytest.param((0, -60_000), None, id="beyond the tolerance none"),
]


def metres(place: Place) -> Place:
    return factories.ORIGIN[0] + place[0] / 1000, factories.ORIGIN[1] + place[1] / 1000


def polygons() -> dict[str, shapely.Polygon]:
    corners = {"A": [(0, 0), (WIDTH, HEIGHT), (0, HEIGHT)], "B": [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT)]}
    return {code: shapely.Polygon([metres(corner) for corner in ring]) for code, ring in corners.items()}


def code(position: int) -> str | None:
    return [*polygons(), None][position]


def stored(place: Place) -> str | None:
    """grids/db/grid_of_point.sql, on stored grids"""
    community = factories.division("440310001001", geometry=shapely.box(*metres((0, 0)), *metres((WIDTH, HEIGHT))))
    versions = {letter: factories.grid(letter, shape, community) for letter, shape in polygons().items()}
    point = Point(*metres(place), srid=settings.SURVEY_SRID).hexewkb.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT version_id FROM grids_grid_of(%s::geometry, now(), %s)", [point, TOLERANCE_M])
        row = cursor.fetchone()
    return {version.pk: letter for letter, version in versions.items()}[row[0]] if row else None


def drafted(place: Place) -> str | None:
    """grids/redraws/impact/sql/placed.sql, on the polygons of a draft"""
    path = Path(grids.redraws.impact.__path__[0]) / "sql" / "placed.sql"
    shapes = polygons()
    wkb = {"codes": list(shapes), "polygons": [shapely.to_wkb(shape) for shape in shapes.values()]}
    near = {"places": [shapely.to_wkb(shapely.Point(metres(place)))], "near_places": [1, 1], "near_drawn": [1, 2]}
    found = sql.rows(path, **wkb, **near, replaced=[], tolerance_m=TOLERANCE_M, srid=settings.SURVEY_SRID)
    return found[0]["code"]


def geocoded(place: Place) -> str | None:
    """buildings/geocoding/register/area_index.py, for the rows of a batch"""
    areas = [Area("grid", n, letter, "", shape, visible=True) for n, (letter, shape) in enumerate(polygons().items())]
    return GridsAndDivisions(areas).grids(shapely.points([metres(place)]), TOLERANCE_M)[0] or None


def indexed(place: Place) -> str | None:
    """grids/grid_of_point.py, in metres"""
    return code(AreaIndex(list(polygons().values())).at(shapely.points([metres(place)]), TOLERANCE_M)[0])


def indexed_in_millimetres(place: Place) -> str | None:
    """grids/grid_of_point.py, in millimetres"""
    shapes = shapely.transform(list(polygons().values()), lambda xy: np.rint((xy - factories.ORIGIN) * 1000))
    return code(AreaIndex(shapes, per_metre=1000).at(shapely.points([place]), TOLERANCE_M)[0])


def in_its_cell(place: Place) -> str | None:
    """grids/assigning/index.py, for millions"""
    index = PartitionIndex(list(polygons().values()), tolerance_m=TOLERANCE_M)
    return code(int(index.assign(np.array([metres(place)])).positions[0]))


def assets(place: Place) -> Assets:
    thing = Carried(1, shapely.to_wkb(shapely.Point(metres(place))), None, {"buildings": 1})
    units = basic_units_of(Coverage.from_polygons(polygons()))
    return Assets(None, units, (thing,), np.array([metres(place)]), (), ())


def in_a_basic_unit(place: Place) -> str | None:
    """grids/balancing/basic_units.py, on what a community is cut into"""
    here = assets(place)
    return here.basic_units.keys[here.basic_units.home[here.basic_units.at(here.places)[0]]]


def loaded(place: Place) -> str | None:
    """grids/redraws/proposals/assets.py, for what the grids of a proposal carry"""
    loads = assets(place).loads_in(Coverage.from_polygons(polygons()), "buildings")
    return max(loads, key=lambda letter: loads[letter])


@pytest.mark.parametrize("text", [stored, drafted, geocoded, indexed, indexed_in_millimetres, in_its_cell])
@pytest.mark.parametrize(("place", "expected"), [*WITHIN, *OUTSIDE])
def test_the_grid_of_a_point(text: Callable[[Place], str | None], place: Place, expected: str | None):
    assert text(place) == expected


@pytest.mark.parametrize("text", [in_a_basic_unit, loaded])
@pytest.mark.parametrize(("place", "expected"), WITHIN)
def test_the_grid_of_a_point_in_its_community(text: Callable[[Place], str | None], place: Place, expected: str):
    assert text(place) == expected

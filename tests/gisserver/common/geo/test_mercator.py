"""Web Mercator is one set of formulas in Python; what computes it elsewhere is fed the same places."""

import pytest
from django.db import connection
from pyproj import Transformer

from gisserver.common.geo import mercator
from tiles.address import CELL_ZOOM, TileAddress

PLACES = [
    pytest.param(0.0, 0.0, id="where equator and meridian cross"),
    pytest.param(114.35, 22.69, id="Pingshan"),
    pytest.param(-77.03, 38.9, id="Washington"),
    pytest.param(11.27, 49.51, id="Lauf"),
    pytest.param(-180.0, -85.0, id="the lower left corner"),
    pytest.param(179.999, 85.0, id="the upper right corner"),
]


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_degrees_become_the_metres_of_proj(lon: float, lat: float):
    proj = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(lon, lat)
    assert mercator.from_degrees((lon, lat, lon, lat)) == pytest.approx((*proj, *proj), abs=1e-6)


@pytest.mark.django_db
@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_degrees_become_the_metres_of_postgis(lon: float, lat: float):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857) p", [lon, lat]
        )
        postgis = cursor.fetchone()
    assert mercator.from_degrees((lon, lat, lon, lat))[:2] == pytest.approx(postgis, abs=1e-6)


@pytest.mark.django_db
@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_the_database_counts_cells_as_tile_addresses_do(lon: float, lat: float):
    x, y, *_ = mercator.from_degrees((lon, lat, lon, lat))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_cells(ST_SetSRID(ST_MakePoint(%s, %s), 3857))", [x, y])
        ((column, row, *_rest),) = cursor.fetchone()
    clip = TileAddress(CELL_ZOOM, column, row).clip
    assert (clip.west <= x <= clip.east, clip.south <= y <= clip.north) == (True, True)


@pytest.mark.parametrize(("lon", "lat"), PLACES)
def test_metres_become_the_degrees_that_they_were(lon: float, lat: float):
    box = (lon, lat, lon + 0.0001, lat + 0.0001)
    assert mercator.to_degrees(mercator.from_degrees(box)) == pytest.approx(box, abs=1e-12)


def test_what_lies_beyond_the_square_world_is_cut_at_its_edge():
    west, south, east, north = mercator.from_degrees((-180.0, -90.0, 180.0, 90.0))
    half = mercator.HALF_WORLD_M
    assert (west, south, east, north) == pytest.approx((-half, -half, half, half))


def test_a_box_is_made_wider_by_metres():
    assert mercator.from_degrees((0.0, 0.0, 0.0, 0.0), wider=5.0) == pytest.approx((-5.0, -5.0, 5.0, 5.0))


def test_a_metre_of_ground_is_two_of_mercator_at_sixty_degrees():
    y = mercator.from_degrees((0.0, 60.0, 0.0, 60.0))[1]
    assert mercator.stretch(y) == pytest.approx(2.0)

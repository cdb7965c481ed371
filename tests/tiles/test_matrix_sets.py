import math

import morecantile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.errors import NotFound
from tiles.matrix_sets import CGCS2000_QUAD, WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD, MatrixSet, matrix_tile, of_survey

KNOWN = [WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD]


@pytest.mark.parametrize("matrix_set", KNOWN, ids=lambda each: each.id)
@given(z=st.integers(0, 21), east=st.floats(0, 0.999), south=st.floats(0, 0.999))
def test_the_sets_of_ogc_are_cut_as_morecantile_cuts_them(
    matrix_set: MatrixSet, z: int, east: float, south: float
) -> None:
    columns, rows = matrix_set.size(z)
    x, y = int(east * columns), int(south * rows)
    theirs = morecantile.tms.get(matrix_set.id).xy_bounds(morecantile.Tile(x, y, z))
    assert matrix_tile(matrix_set, z, x, y).bounds() == pytest.approx(tuple(theirs), abs=1e-6)


def test_tianditu_begins_with_two_tiles_at_level_1() -> None:
    assert CGCS2000_QUAD.size(1) == (2, 1)
    assert CGCS2000_QUAD.tile_side(1) / 256 == 0.703125
    assert matrix_tile(CGCS2000_QUAD, 1, 1, 0).bounds() == (0.0, -90.0, 180.0, 90.0)


def test_a_survey_crs_is_cut_in_powers_of_two_metres_that_hold_its_area() -> None:
    matrix_set = of_survey(4547)
    assert matrix_set.side == 2 ** math.log2(matrix_set.side)
    west, south, east, north = matrix_set.extent
    # Pingshan, in the survey CRS.
    assert west < 536_000 < east and south < 2_512_000 < north
    assert 0.015 < matrix_set.tile_side(matrix_set.last) / 256 <= 0.06


@pytest.mark.parametrize(("matrix_set", "zoom"), [(WEB_MERCATOR_QUAD, 12), (WORLD_CRS84_QUAD, 13), (CGCS2000_QUAD, 12)])
def test_layers_begin_at_the_scale_that_they_begin_at_in_web_mercator(matrix_set: MatrixSet, zoom: int) -> None:
    assert matrix_tile(matrix_set, 12, 0, 0).zoom == zoom


@pytest.mark.parametrize(("z", "x", "y"), [(0, 0, 0), (19, 0, 0), (1, 2, 0), (1, 0, 1)])
def test_a_tile_that_the_set_has_not_is_refused(z: int, x: int, y: int) -> None:
    with pytest.raises(NotFound):
        matrix_tile(CGCS2000_QUAD, z, x, y)


def test_what_is_searched_in_web_mercator_holds_the_tile() -> None:
    """A tile of the survey CRS is askew in Web Mercator."""
    matrix_set = of_survey(4547)
    z = 12
    x = int((536_000 - matrix_set.west) / matrix_set.tile_side(z))
    y = int((matrix_set.north - 2_512_000) / matrix_set.tile_side(z))
    tile = matrix_tile(matrix_set, z, x, y)
    west, south, east, north = tile.search_3857
    assert east - west > matrix_set.tile_side(z) and north - south > matrix_set.tile_side(z)
    assert tile.cells.x_max - tile.cells.x_min < 8

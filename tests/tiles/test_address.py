from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.errors import Invalid, NotFound
from gisserver.common.geo.mercator import HALF_WORLD_M
from tiles.address import CELL_ZOOM, MAX_ZOOM, Envelope, TileAddress, degrees, tile_address


@st.composite
def addresses(draw: st.DrawFn, min_zoom: int = 0, max_zoom: int = MAX_ZOOM) -> TileAddress:
    z = draw(st.integers(min_zoom, max_zoom))
    last = 2**z - 1
    return TileAddress(z, draw(st.integers(0, last)), draw(st.integers(0, last)))


def test_the_whole_world_is_one_tile_at_zoom_zero() -> None:
    assert TileAddress(0, 0, 0).clip == Envelope(-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M)


@given(addresses())
def test_neighbours_share_their_border_to_the_last_bit(tile: TileAddress) -> None:
    east, south = TileAddress(tile.z, tile.x + 1, tile.y), TileAddress(tile.z, tile.x, tile.y + 1)
    assert (tile.clip.east, tile.clip.south) == (east.clip.west, south.clip.north)


@given(addresses(max_zoom=MAX_ZOOM - 1))
def test_four_children_fill_their_parent(tile: TileAddress) -> None:
    boxes = [child.clip for child in tile.children]
    assert (
        Envelope(
            min(b.west for b in boxes),
            min(b.south for b in boxes),
            max(b.east for b in boxes),
            max(b.north for b in boxes),
        )
        == tile.clip
    )


@given(addresses(max_zoom=MAX_ZOOM - 1))
def test_a_child_knows_its_parent(tile: TileAddress) -> None:
    assert {child.parent for child in tile.children} == {tile}


@given(addresses())
def test_the_search_reaches_one_sixty_fourth_of_a_tile_beyond_the_clip(tile: TileAddress) -> None:
    assert tile.clip.west - tile.search.west == pytest.approx(tile.side_m / 64, abs=1e-6)
    assert tile.search.north - tile.clip.north == pytest.approx(tile.side_m / 64, abs=1e-6)


@given(addresses())
def test_the_cells_of_a_tile_covers_what_it_searches(tile: TileAddress) -> None:
    cells, search = tile.cells, tile.search
    west = TileAddress(CELL_ZOOM, cells.x_min, cells.y_min).clip
    east = TileAddress(CELL_ZOOM, cells.x_max, cells.y_max).clip
    assert west.west <= max(search.west, -HALF_WORLD_M) + 1e-6
    assert west.north >= min(search.north, HALF_WORLD_M) - 1e-6
    assert east.east >= min(search.east, HALF_WORLD_M) - 1e-6
    assert east.south <= max(search.south, -HALF_WORLD_M) + 1e-6


def test_a_deep_tile_is_in_one_cell() -> None:
    cells = TileAddress(18, 8 * 26_700 + 4, 8 * 14_000 + 4).cells
    assert (cells.x_min, cells.x_max, cells.y_min, cells.y_max) == (26_700, 26_700, 14_000, 14_000)


@pytest.mark.parametrize("z", [-1, MAX_ZOOM + 1, 99])
def test_a_zoom_that_is_not_served_is_invalid(z: int) -> None:
    with pytest.raises(Invalid, match="Zoom must be 0 to 22"):
        tile_address(z, 0, 0)


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (0, -1), (4, 0), (0, 4)])
def test_a_tile_outside_the_world_is_not_found(x: int, y: int) -> None:
    with pytest.raises(NotFound, match="columns and rows are 0 to 3"):
        tile_address(2, x, y)


def test_degrees_of_the_world_end_where_mercator_does() -> None:
    world = degrees(TileAddress(0, 0, 0).clip)
    assert (world.west, world.east) == (-180.0, 180.0)
    assert world.north == pytest.approx(85.0511287798)
    assert world.south == pytest.approx(-85.0511287798)


@given(addresses(min_zoom=1))
def test_degrees_grow_from_south_west_to_north_east(tile: TileAddress) -> None:
    area = degrees(tile.clip)
    assert all(low < high for low, high in pairwise([area.west, area.east]))
    assert all(low < high for low, high in pairwise([area.south, area.north]))

import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.db.models.functions import Transform
from shapely import union_all
from shapely.geometry import shape

from buildings.models import Building
from tests.tiles.town import area, box
from tiles import mvt
from tiles.address import TileAddress
from tiles.tileset import tileset

ALL = "divisions,grids,buildings,incidents"


def features(layer: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {feature["id"]: feature for feature in layer["features"]}


@pytest.fixture
def draw(analyst, decode):
    """Draw the tile of some layers at an address, and read it."""

    def read(names: str, address: TileAddress, user: Any = analyst, **options: Any) -> Any:
        body = mvt.render(tileset(names, user, **options), address).body
        return decode(gzip.decompress(body)) if body else {}

    return read


def test_a_tile_of_four_layers_takes_one_query(town, draw, analyst, at, django_assert_num_queries):
    town.building(500, 500)
    town.incident(510, 510)
    tiles = tileset(ALL, analyst)
    with django_assert_num_queries(1):
        tile = mvt.render(tiles, at(500, 500, 14))
    assert len(tile.body) > 0


def test_features_carry_their_id_and_few_plain_attributes(town, draw, at):
    grid = draw("grids", at(500, 500, 15))["grids"]["features"][0]
    assert grid["id"] == town.grids["A1"].grid_id
    assert grid["properties"] == {
        "code": "440310001001001",
        "kind": "base",
        "name": "",
        "community": "440310001001",
        "area_m2": 1_000_000.0,
    }


def test_more_attributes_come_when_they_are_named(town, draw, at):
    grid = draw("grids", at(500, 500, 15), properties=frozenset({"code", "community_name"}))["grids"]["features"][0]
    assert grid["properties"] == {"code": "440310001001001", "community_name": "西社区"}


def test_a_moment_is_written_as_in_json(town, draw, at):
    town.incident(500, 500)
    incident = draw("incidents", at(500, 500, 16))["incidents"]["features"][0]
    assert incident["properties"]["occurred_at"] == "2026-01-01T00:00:00Z"


def test_a_feature_that_lies_only_in_the_buffer_is_there(town, draw, at):
    """A seam would show where a circle on the border is cut."""
    address = at(500, 500, 17)
    clip, unit = address.clip, address.side_m / 4096
    incident = town.incident_at_3857(clip.east + 32 * unit, (clip.south + clip.north) / 2)
    drawn = features(draw("incidents", address)["incidents"])
    assert drawn[incident.id]["geometry"]["coordinates"][0] == pytest.approx(4096 + 32, abs=1)


def test_a_feature_beyond_the_buffer_is_not_there(town, draw, at):
    address = at(500, 500, 17)
    clip, unit = address.clip, address.side_m / 4096
    town.incident_at_3857(clip.east + 80 * unit, (clip.south + clip.north) / 2)
    assert draw("incidents", address) == {}


@pytest.mark.parametrize("zoom", [11, 13, 14, 15])
def test_two_grids_meet_in_the_same_coordinates(town, draw, at, zoom):
    """A2 and A3 share the border from (1000, 1000) to (1000, 2000)."""
    drawn = features(draw("grids", at(990, 1500, zoom))["grids"])
    left, right = (shape(drawn[town.grids[name].grid_id]["geometry"]) for name in ("A2", "A3"))
    assert left.intersection(right).area == 0
    assert left.boundary.intersection(right.boundary).length > 0


@pytest.mark.parametrize("zoom", [8, 10, 12, 13, 14, 16])
def test_grids_leave_no_gap_and_no_overlap_of_more_than_a_unit(town, draw, at, zoom):
    """T-junctions at (1000, 700) and (1000, 1000): the corner of a grid on another's straight border."""
    pieces = [shape(f["geometry"]).buffer(0) for f in draw("grids", at(990, 990, zoom))["grids"]["features"]]
    outside = union_all(pieces).convex_hull.area - union_all(pieces).area
    overlap = sum(piece.area for piece in pieces) - union_all(pieces).area
    border = sum(piece.length for piece in pieces)
    assert overlap <= border
    assert outside <= border


def test_the_same_rows_give_the_same_bytes(town, analyst, at):
    for number in range(50):
        town.incident(400 + number * 3, 500 + (number * 37) % 200)
    tiles = tileset(ALL, analyst)
    bodies = {mvt.render(tiles, at(500, 500, 15)).body for _ in range(20)}
    assert len(bodies) == 1


def test_bytes_do_not_depend_on_the_order_of_rows_in_the_table(town, analyst, at):
    buildings = [town.building(400 + number * 30, 500, name=f"{number}号楼") for number in range(10)]
    tiles = tileset("buildings", analyst)
    before = mvt.render(tiles, at(500, 500, 15)).body
    Building.objects.filter(pk=buildings[0].pk).update(height_m=3)
    Building.objects.filter(pk=buildings[0].pk).update(height_m=None)
    assert mvt.render(tiles, at(500, 500, 15)).body == before


@pytest.mark.parametrize("zoom", [13, 14, 15, 18])
def test_no_building_vanishes_however_small(town, draw, at, zoom):
    """PostGIS before 3.5 drops what is smaller than the grid of the tile (trac #5836)."""
    tiny = town.building(500, 500, size=0.05)
    drawn = features(draw("buildings", at(500, 500, zoom))["buildings"])
    assert drawn[tiny.id]["geometry"]["type"] == "Polygon"
    assert shape(drawn[tiny.id]["geometry"]).area > 0


def test_a_long_thin_building_does_not_vanish(town, draw, at):
    thin = town.building(400, 500, footprint=box(400, 500, 200, 0.01))
    assert thin.id in features(draw("buildings", at(500, 500, 13))["buildings"])


def test_what_only_its_box_brings_near_is_not_drawn(town, draw, at):
    """The box of an L-shaped building covers the tile, the building does not."""
    corners = [(500, 500), (1500, 500), (1500, 520), (520, 520), (520, 1500), (500, 1500)]
    town.building(500, 500, footprint=area(*corners))
    assert draw("buildings", at(1000, 1000, 18)) == {}


def test_a_layer_below_its_lowest_zoom_is_left_out(town, draw, at):
    town.building(500, 500)
    assert set(draw(ALL, at(500, 500, 12))) == {"divisions", "grids"}


def test_the_supervisor_of_one_community_sees_only_its_grids(town, draw, at, supervisor):
    drawn = draw("grids", at(1990, 500, 13), user=supervisor)["grids"]
    assert {f["properties"]["community"] for f in drawn["features"]} == {"440310001001"}


def test_two_users_of_one_scope_share_their_tiles_and_two_scopes_do_not(town, analyst, supervisor, administrator):
    keys = [tileset("grids", user).key for user in (analyst, supervisor, administrator)]
    assert len(set(keys)) == 3
    assert tileset("grids", type(supervisor).objects.get(pk=supervisor.pk)).key == keys[1]


def test_a_tile_of_the_past_shows_what_was_then(town, draw, at):
    assert draw("grids", at(500, 500, 14), at=datetime(2025, 6, 1, tzinfo=UTC)) == {}


def test_no_layer_below_a_name_that_needs_quoting(town, analyst, at, decode, published):
    """A published name may hold quotes, percent signs and placeholders."""
    name = "a \"%s\" %(z)s {full} 'b'"
    published("strange", name)
    body = mvt.render(tileset("strange", analyst), at(500, 500, 14)).body
    layer = decode(gzip.decompress(body))["strange"]
    assert {tuple(f["properties"]) for f in layer["features"]} == {(name,)}


def test_transform_of_stored_and_served_geometry_agree(town, at):
    """The tiles stand on geom_3857, which the database itself derives from geom."""
    row = type(town.grids["A1"]).objects.annotate(again=Transform("geom", 3857)).first()
    assert row.geom_3857.equals_exact(row.again, 1e-9)

import pytest
from django.test import Client

from tests.tiles.town import place
from tiles import tilejson
from tiles.tileset import tileset

ALL = "divisions,grids,buildings,incidents"


def lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    point = place(x_m, y_m).transform(4326, clone=True)
    return (point.x, point.y)


def test_it_is_tilejson_3(web: Client, town):
    body = web.get(f"/tiles/{ALL}.json").json()
    assert body["tilejson"] == "3.0.0"
    assert body["tiles"] == [f"http://testserver/tiles/{ALL}/{{z}}/{{x}}/{{y}}.mvt"]
    assert [layer["id"] for layer in body["vector_layers"]] == ALL.split(",")
    assert body["vector_layers"][2]["fields"] == {
        "name": "String 名称",
        "kind": "String 用途",
        "floors": "Number 层数",
        "height_m": "Number 高度",
    }


def test_it_keeps_the_parameters_for_its_tiles(web: Client, town):
    body = web.get("/tiles/grids.json?at=2026-02-01T00:00:00Z&properties=code").json()
    assert body["tiles"][0].endswith(".mvt?at=2026-02-01T00:00:00Z&properties=code")
    assert list(body["vector_layers"][0]["fields"]) == ["code"]


def test_its_bounds_are_those_of_what_one_may_see(town, analyst, supervisor):
    whole = tilejson.bounds_of(tileset("grids", analyst))
    part = tilejson.bounds_of(tileset("grids", supervisor))
    assert whole[0:2] == pytest.approx(lonlat(0, 0), abs=1e-3)
    assert whole[2:4] == pytest.approx(lonlat(4000, 2000), abs=1e-3)
    assert part[2:4] == pytest.approx(lonlat(2000, 2000), abs=1e-3)


def test_its_bounds_hold_every_layer(town, analyst):
    town.incident(9000, 500)
    assert tilejson.bounds_of(tileset("grids,incidents", analyst))[2] == pytest.approx(lonlat(9000, 500)[0], abs=1e-3)


def test_without_anything_to_see_its_bounds_are_the_world(db, administrator):
    assert tilejson.bounds_of(tileset("incidents", administrator)) == tilejson.WORLD


def test_its_zooms_are_those_of_the_widest_layer(town, analyst):
    tiles = tileset("grids,buildings", analyst)
    body = tilejson.document(tiles, "")
    assert (body["minzoom"], body["maxzoom"]) == (8, 22)


def test_its_centre_lies_within_its_bounds(town, analyst):
    body = tilejson.document(tileset("grids", analyst), "")
    (lon, lat, zoom), (west, south, east, north) = body["center"], body["bounds"]
    assert west < lon < east
    assert south < lat < north
    assert zoom == 13

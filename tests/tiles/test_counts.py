"""Where features would not fit into a tile, counts stand for them: no limit, no loss, nothing twice."""

import gzip
import random
from dataclasses import replace

import pytest

from incidents.models import Incident
from layers import registry
from tests.tiles.town import place
from tiles import mvt
from tiles.address import EXTENT, TileAddress
from tiles.tileset import tileset


@pytest.fixture
def many(town) -> int:
    """Three hundred incidents over the town."""
    rng = random.Random(7)
    town.incidents(
        *(
            Incident(
                title=f"事件{number}",
                location=place(round(rng.uniform(0, 4000), 3), round(rng.uniform(0, 2000), 3)),
                community=town.west,
            )
            for number in range(300)
        )
    )
    return 300


@pytest.fixture(autouse=True)
def _as_features_where_they_fit(monkeypatch):
    """Draw incidents like any layer: their bins have tests of their own."""
    incidents = registry.find("incidents")
    monkeypatch.setitem(registry._declared, "incidents", replace(incidents, bins_below=0))


@pytest.fixture
def draw(analyst, decode):
    """Read one layer of a tile."""

    def read(layer: str, address: TileAddress) -> list[dict]:
        mvt._statements.clear()
        body = mvt.render(tileset(layer, analyst), address).body
        return decode(gzip.decompress(body))[layer]["features"] if body else []

    yield read
    mvt._statements.clear()


def tiles_over(at, zoom: int) -> list[TileAddress]:
    """All tiles of a zoom that the town lies in."""
    low, high = at(0, 2000, zoom), at(4000, 0, zoom)
    return [TileAddress(zoom, x, y) for x in range(low.x, high.x + 1) for y in range(low.y, high.y + 1)]


@pytest.mark.parametrize("zoom", [8, 11, 13, 15, 17])
def test_the_counts_of_a_zoom_sum_to_the_rows(many, draw, at, monkeypatch, zoom):
    monkeypatch.setattr(mvt, "MAX_FEATURES", 0)
    counts = [f["properties"]["point_count"] for tile in tiles_over(at, zoom) for f in draw("incidents", tile)]
    assert sum(counts) == many


def test_counts_of_polygons_sum_to_the_polygons_though_they_reach_into_many_tiles(town, draw, at, monkeypatch):
    monkeypatch.setattr(mvt, "MAX_FEATURES", 0)
    counts = [f["properties"]["point_count"] for tile in tiles_over(at, 14) for f in draw("grids", tile)]
    assert sum(counts) == 5


def test_a_row_on_the_border_of_two_tiles_is_counted_in_one(town, draw, at, monkeypatch):
    monkeypatch.setattr(mvt, "MAX_FEATURES", 0)
    left = at(500, 500, 18)
    right = TileAddress(left.z, left.x + 1, left.y)
    for step in range(-3, 4):
        town.incident_at_3857(left.clip.east + step / 1000, (left.clip.south + left.clip.north) / 2)
    counts = [f["properties"]["point_count"] for tile in (left, right) for f in draw("incidents", tile)]
    assert sum(counts) == 7


def test_a_count_lies_where_its_rows_lie(town, draw, at, monkeypatch):
    incidents = [town.incident(500, 500), town.incident(504, 500)]
    address = at(500, 500, 13)
    apart = [f["geometry"]["coordinates"] for f in draw("incidents", address)]
    monkeypatch.setattr(mvt, "MAX_FEATURES", 0)
    together = draw("incidents", address)
    assert [f["properties"] for f in together] == [{"point_count": len(incidents), "cluster": True}]
    assert together[0]["geometry"]["coordinates"] == pytest.approx(
        [sum(axis) / 2 for axis in zip(*apart, strict=True)], abs=1.5
    )


def test_a_tile_whose_features_fit_holds_features(many, draw, at, monkeypatch):
    monkeypatch.setattr(mvt, "MAX_FEATURES", 300)
    assert len(draw("incidents", at(2000, 1000, 8))) == 300


def test_a_tile_with_one_feature_too_many_holds_counts(many, draw, at, monkeypatch):
    monkeypatch.setattr(mvt, "MAX_FEATURES", 299)
    assert all(f["properties"]["cluster"] for f in draw("incidents", at(2000, 1000, 8)))


def test_a_tile_whose_bytes_would_be_too_many_holds_counts(many, draw, at, monkeypatch, analyst):
    monkeypatch.setattr(mvt, "MAX_LAYER_BYTES", 10_000)
    address = at(2000, 1000, 8)
    drawn = draw("incidents", address)
    assert sum(f["properties"]["point_count"] for f in drawn) == 300
    assert len(gzip.decompress(mvt.render(tileset("incidents", analyst), address).body)) <= 10_000


def test_counts_stay_inside_their_tile(many, draw, at, monkeypatch):
    monkeypatch.setattr(mvt, "MAX_FEATURES", 0)
    places = [f["geometry"]["coordinates"] for tile in tiles_over(at, 15) for f in draw("incidents", tile)]
    assert all(0 <= value < EXTENT for coordinates in places for value in coordinates)

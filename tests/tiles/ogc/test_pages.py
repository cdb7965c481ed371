"""OGC API - Tiles as its executable suite asks, and as clients do."""

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from shapely import box, transform
from shapely.geometry import shape

from layers.publishing import publish_file
from tests.tiles.town import EAST, NORTH
from tiles import mvt
from tiles.matrix_sets import MatrixSet, MatrixTile, matrix_sets, matrix_tile

TILING_SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
VECTOR_TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
SETS = matrix_sets(4547)
MVT = "application/vnd.mapbox-vector-tile"


def href(document: Any, rel: str) -> str:
    return next(each["href"] for each in document["links"] if each["rel"] == rel)


def tile_of(matrix_set: MatrixSet, x_m: float, y_m: float, z: int) -> MatrixTile:
    """The tile that holds a place given in metres from the corner of everything."""
    point = Point(EAST + x_m, NORTH + y_m, srid=4547).transform(matrix_set.srid, clone=True)
    side = matrix_set.tile_side(z)
    return matrix_tile(matrix_set, z, int((point.x - matrix_set.west) / side), int((matrix_set.north - point.y) / side))


def matrix_of(matrix_set: MatrixSet, *, zoom: int) -> int:
    """The matrix whose pixels are as large as those of a zoom of Web Mercator."""
    return next(z for z in range(matrix_set.first, matrix_set.last + 1) if MatrixTile(matrix_set, z, 0, 0).zoom == zoom)


def path(tile: MatrixTile, below: str = "/collections/grids") -> str:
    return f"/ogc{below}/tiles/{tile.matrix_set.id}/{tile.z}/{tile.y}/{tile.x}"


def drawn(answer: Any, layer: str = "grids") -> dict[int, Any]:
    body = gzip.decompress(answer.content) if answer.get("Content-Encoding") == "gzip" else answer.content
    decoded = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    return {each["id"]: each for each in decoded[layer]["features"]}


@pytest.mark.parametrize("below", ["", "/collections/grids"])
def test_from_the_landing_page_or_a_collection_to_a_tile(web: Client, town, below: str) -> None:
    listed = web.get(href(web.get(f"/ogc{below}").json(), VECTOR_TILESETS)).json()["tilesets"]
    assert [each["tileMatrixSetURI"].rsplit("/", 1)[-1] for each in listed] == list(SETS)
    for each in listed:
        assert web.get(href(each, TILING_SCHEME)).json()["tileMatrices"]
        tileset = web.get(href(each, "self")).json()
        limits = tileset["tileMatrixSetLimits"][-1]
        address = (
            href(tileset, "item")
            .replace("{tileMatrix}", limits["tileMatrix"])
            .replace("{tileRow}", str(limits["minTileRow"]))
        )
        columns = range(limits["minTileCol"], limits["maxTileCol"] + 1)
        assert web.get(address.replace("{tileCol}", str(columns[0]))).status_code in (200, 204)
        outside = address.replace("{tileCol}", str(columns[-1] + 1))
        assert web.get(outside).status_code == 404


@pytest.mark.parametrize("name", list(SETS))
def test_a_grid_lies_in_its_tile_as_in_the_survey_crs(web: Client, town, name: str) -> None:
    """The corner that A1 and A2 share with A3 is in the middle of what is looked at."""
    matrix_set = SETS[name]
    tile = tile_of(matrix_set, 990, 990, matrix_of(matrix_set, zoom=14))
    found = drawn(web.get(path(tile)))
    geometry = shape(found[town.grids["A1"].grid_id]["geometry"])
    west, _, _, north = tile.bounds()
    unit = matrix_set.tile_side(tile.z) / 4096
    wanted = town.grids["A1"].geom.transform(matrix_set.srid, clone=True)
    pixels = shape({"type": "MultiPolygon", "coordinates": wanted.coords})
    exact = transform(pixels, lambda xy: (xy - (west, north)) / (unit, -unit)).intersection(box(-64, -64, 4160, 4160))
    assert geometry.symmetric_difference(exact).area <= 1.5 * exact.length


@pytest.mark.parametrize("name", list(SETS))
def test_incidents_of_low_zooms_are_counted_once_in_every_set(web: Client, town, name: str) -> None:
    for number in range(5):
        town.incident(500 + number, 500)
    tile = tile_of(SETS[name], 500, 500, matrix_of(SETS[name], zoom=10))
    found = drawn(web.get(path(tile, "/collections/incidents")), "incidents")
    assert [each["properties"]["point_count"] for each in found.values()] == [5]


@pytest.fixture
def world(db: None, tmp_path: Path) -> None:
    """Publish shapes that reach around the world and over the poles, one of them crossing itself."""
    rings = [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]
    bow = [[[-100, -80], [170, 80], [-100, 80], [170, -80], [-100, -80]]]
    shapes = [
        {"type": "Polygon", "coordinates": rings},
        {"type": "Polygon", "coordinates": bow},
        {"type": "LineString", "coordinates": [[-179, 89], [114.35, 22.7], [179, -89]]},
        {"type": "Point", "coordinates": [114.35, 22.7]},
    ]
    file = tmp_path / "world.geojson"
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(file)


@pytest.mark.parametrize("name", list(SETS))
@pytest.mark.parametrize("max_features", [20_000, 0])
def test_what_reaches_around_the_world_costs_no_tile(
    web: Client, world: None, monkeypatch: pytest.MonkeyPatch, name: str, max_features: int
) -> None:
    monkeypatch.setattr(mvt, "MAX_FEATURES", max_features)
    mvt._statements.clear()
    matrix_set = SETS[name]
    for z in range(matrix_set.first, matrix_set.last + 1, 3):
        columns, rows = matrix_set.size(z)
        home = tile_of(matrix_set, 0, 0, z)
        for x, y in {(home.x, home.y), (0, 0), (columns - 1, rows - 1)}:
            answer = web.get(path(matrix_tile(matrix_set, z, x, y), "/collections/world"))
            assert answer.status_code in (200, 204), (z, x, y, answer.content)
        assert max_features == 0 or drawn(web.get(path(home, "/collections/world")), "world")
    mvt._statements.clear()


def test_several_collections_in_one_tile(web: Client, town) -> None:
    town.building(500, 500)
    tile = tile_of(SETS["CGCS2000Quad"], 500, 500, 15)
    answer = web.get(path(tile, "") + "?collections=buildings,divisions")
    assert set(mapbox_vector_tile.decode(answer.content)) == {"buildings", "divisions"}


@pytest.mark.parametrize(
    ("moment", "status"), [("2025-12-31T00:00:00Z", 204), ("2026-02-01T00:00:00Z", 200), ("2026-02-01/..", 200)]
)
def test_a_moment_shows_the_partition_of_then(web: Client, town, moment: str, status: int) -> None:
    tile = tile_of(SETS["WorldCRS84Quad"], 500, 500, 13)
    assert web.get(f"{path(tile)}?datetime={moment}").status_code == status


def test_an_interval_leaves_out_what_happened_outside_it(web: Client, town) -> None:
    town.incident(500, 500)
    tile = tile_of(SETS["WorldCRS84Quad"], 500, 500, 15)
    here = path(tile, "/collections/incidents")
    assert web.get(f"{here}?datetime=2026-01-01/..").status_code == 200
    assert web.get(f"{here}?datetime=../2025-01-01").status_code == 204


def test_who_holds_the_tile_gets_304_until_something_changes(web: Client, town) -> None:
    town.building(500, 500)
    here = path(tile_of(SETS["CGCS2000Quad"], 500, 500, 14), "/collections/buildings")
    etag = web.get(here)["ETag"]
    assert web.get(here, headers={"if-none-match": etag}).status_code == 304
    town.building(520, 500)
    assert web.get(here, headers={"if-none-match": etag}).status_code == 200


def test_the_supervisor_of_one_community_sees_only_its_grids(client: Client, town, supervisor) -> None:
    client.force_login(supervisor)
    for matrix_set in SETS.values():
        tile = tile_of(matrix_set, 1990, 500, matrix_of(matrix_set, zoom=13))
        found = drawn(client.get(path(tile)))
        assert {each["properties"]["community"] for each in found.values()} == {"440310001001"}


def test_limits_tell_nothing_of_what_is_not_seen(client: Client, web: Client, town, supervisor) -> None:
    everybody = web.get("/ogc/collections/grids/tiles/CGCS2000Quad").json()["tileMatrixSetLimits"][-1]
    client.force_login(supervisor)
    own = client.get("/ogc/collections/grids/tiles/CGCS2000Quad").json()["tileMatrixSetLimits"][-1]
    assert own["maxTileCol"] < everybody["maxTileCol"]


@pytest.mark.parametrize("url", ["/ogc/tiles", "/ogc/tileMatrixSets", "/ogc/tiles/WebMercatorQuad/0/0/0"])
def test_the_anonymous_must_log_in(client: Client, town, url: str) -> None:
    assert client.get(url).status_code == 401


def test_a_user_without_a_role_is_told_of_nothing(client: Client, town, django_user_model) -> None:
    client.force_login(django_user_model.objects.create_user("nobody"))
    for url in ("/ogc/tiles", "/ogc/collections/grids/tiles", "/ogc/tiles/WebMercatorQuad/0/0/0?collections=grids"):
        assert client.get(url).json()["code"] == "unknown_collection"


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/tileMatrixSets/Nowhere", 404, "unknown_tile_matrix_set"),
        ("/tiles/Nowhere", 404, "unknown_tile_matrix_set"),
        ("/tiles/WebMercatorQuad/0/1/0", 404, "tile_out_of_range"),
        ("/tiles/WebMercatorQuad/23/0/0", 404, "tile_out_of_range"),
        ("/tiles/WebMercatorQuad/0/2147483647/2147483647", 404, "tile_out_of_range"),
        ("/tiles/CGCS2000Quad/0/0/0", 404, "tile_out_of_range"),
        ("/tiles/WorldCRS84Quad/0/1/0", 404, "tile_out_of_range"),
        ("/tiles/WebMercatorQuad/0/0/0?f=png", 400, "unsupported_format"),
        ("/tiles/WebMercatorQuad/0/0/0?datetime=soon", 400, "bad_datetime"),
        ("/tiles/WebMercatorQuad/0/0/0?limit=1", 400, "unknown_parameter"),
        ("/tiles/WebMercatorQuad/0/0/0?collections=grids,grids", 400, "bad_layers"),
        ("/collections/grids/tiles/WebMercatorQuad?collections=buildings", 400, "unknown_parameter"),
        ("/collections/grids/tiles/CGCS2000Quad?f=tilejson", 400, "unsupported_format"),
        ("/collections/nothing/tiles", 404, "unknown_collection"),
    ],
)
def test_a_wrong_address_is_refused_with_a_problem(web: Client, town, url: str, status: int, code: str) -> None:
    answer = web.get(f"/ogc{url}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_tile_is_not_json(web: Client, town) -> None:
    here = path(tile_of(SETS["CGCS2000Quad"], 500, 500, 14))
    assert web.get(here, headers={"accept": "application/json"}).status_code == 406
    assert web.get(here, headers={"accept": f"{MVT}, */*;q=0.1"})["Content-Type"] == MVT


@pytest.mark.parametrize(
    "here",
    ["/tiles/grids/14/{x}/{y}.mvt", "/tiles/grids.json", "/ogc/collections/grids/tiles/WebMercatorQuad/14/{y}/{x}"],
)
def test_a_filter_that_can_not_be_computed_is_refused(web: Client, town, here: str) -> None:
    tile = tile_of(SETS["WebMercatorQuad"], 500, 500, 14)
    answer = web.get(here.format(x=tile.x, y=tile.y), {"filter": "10^1000 = 1"})
    assert (answer.status_code, answer.json()["code"]) == (400, "cannot_compute")


def test_today_s_limits_bind_no_tile_of_the_past(web: Client, town) -> None:
    """What has ended may have lain where nothing lies today."""
    here = "/ogc/collections/grids/tiles/WebMercatorQuad"
    limits = web.get(here, {"datetime": "2020-01-01T00:00:00Z"}).json()["tileMatrixSetLimits"]
    assert limits[-1]["minTileCol"] == 0
    assert web.get(f"{here}/14/0/0", {"at": "2020-01-01T00:00:00Z"}).status_code == 204


def test_what_the_api_definition_offers_at_lists_of_tilesets_is_taken(web: Client, town) -> None:
    assert web.get("/ogc/api").json()["paths"]["/tiles"]["get"]["parameters"] == []
    assert web.get("/ogc/tiles").status_code == 200


def test_the_tilejson_of_a_tileset_leads_to_the_same_tiles(web: Client, town) -> None:
    document = web.get("/ogc/collections/grids/tiles/WebMercatorQuad?f=tilejson&properties=code").json()
    tile = tile_of(SETS["WebMercatorQuad"], 500, 500, 14)
    address = document["tiles"][0].replace("{z}", "14").replace("{y}", str(tile.y)).replace("{x}", str(tile.x))
    assert {tuple(each["properties"]) for each in drawn(web.get(address)).values()} == {("code",)}


@pytest.mark.parametrize("name", list(SETS))
def test_a_definition_is_as_the_standard_has_it(web: Client, town, name: str) -> None:
    found = web.get(f"/ogc/tileMatrixSets/{name}").json()
    schema = {
        "required": ["crs", "tileMatrices", "id", "uri", "orderedAxes"],
        "properties": {
            "crs": {"pattern": "^http://www.opengis.net/def/crs/"},
            "tileMatrices": {
                "minItems": 1,
                "items": {
                    "required": [
                        "id", "scaleDenominator", "cellSize", "pointOfOrigin",
                        "tileWidth", "tileHeight", "matrixWidth", "matrixHeight",
                    ]
                },
            },
        },
    }  # fmt: skip
    jsonschema.validate(found, schema)
    north_first = name in ("CGCS2000Quad", "EPSG4547Quad")
    corner = found["tileMatrices"][0]["pointOfOrigin"]
    assert (corner[::-1] if north_first else corner) == [SETS[name].west, SETS[name].north]


def test_the_api_definition_and_the_conformance_page_name_the_tiles(web: Client, town) -> None:
    classes = web.get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" in classes
    paths = web.get("/ogc/api").json()["paths"]
    assert "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}" in paths
    assert paths["/collections/grids/tiles"]["get"]["operationId"] == "grids.collection.vector.getTileSetsList"

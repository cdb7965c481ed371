import gzip
from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client

from tiles.address import TileAddress

MVT = "application/vnd.mapbox-vector-tile"
ALL = "divisions,grids,buildings,incidents"


def path(layers: str, address: TileAddress) -> str:
    return f"/tiles/{layers}/{address.z}/{address.x}/{address.y}.mvt"


def test_a_tile_says_what_it_is_and_who_may_keep_it(web: Client, town, at):
    answer = web.get(path("grids", at(500, 500, 14)), headers={"accept-encoding": "br, gzip"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == MVT
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert {"Accept-Encoding", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
    assert "grids" in mapbox_vector_tile.decode(gzip.decompress(answer.content))


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0"])
def test_who_cannot_read_gzip_gets_it_plain_under_another_etag(web: Client, town, at, accepted):
    plain = web.get(path("grids", at(500, 500, 14)), headers={"accept-encoding": accepted})
    packed = web.get(path("grids", at(500, 500, 14)), headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(packed.content)
    assert plain["ETag"] != packed["ETag"]


def test_several_layers_share_a_tile(web: Client, town, at):
    town.building(500, 500)
    town.incident(500, 500)
    answer = web.get(path(ALL, at(500, 500, 15)))
    assert set(mapbox_vector_tile.decode(answer.content)) == set(ALL.split(","))


def test_an_empty_tile_is_204(web: Client, town):
    answer = web.get("/tiles/grids/14/0/0.mvt")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("place", ["14/0/0", "town"])
def test_who_holds_the_tile_gets_304(web: Client, town, at, place):
    url = path("grids", at(500, 500, 14)) if place == "town" else f"/tiles/grids/{place}.mvt"
    etag = web.get(url)["ETag"]
    answer = web.get(url, headers={"if-none-match": f'"other", {etag}'})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_a_304_and_a_hit_ask_no_table_of_features(web: Client, town, at, django_assert_max_num_queries):
    url = path(ALL, at(500, 500, 14))
    etag = web.get(url)["ETag"]
    for headers in ({}, {"if-none-match": etag}):
        with django_assert_max_num_queries(4) as queries:
            web.get(url, headers=headers)
        asked = " ".join(query["sql"] or "" for query in queries.captured_queries)
        assert "tiles_groundversion" in asked
        assert "grids_gridversion" not in asked


def test_an_etag_of_one_scope_is_worth_nothing_in_another(web: Client, town, at, supervisor):
    url = path("grids", at(1990, 500, 13))
    etag = web.get(url)["ETag"]
    other = Client()
    other.force_login(supervisor)
    answer = other.get(url, headers={"if-none-match": etag})
    assert answer.status_code == 200
    communities = {
        feature["properties"]["community"] for feature in mapbox_vector_tile.decode(answer.content)["grids"]["features"]
    }
    assert communities == {"440310001001"}


def problem(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer["Content-Type"], answer.json()["code"]


PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/tiles/nothing/0/0/0.mvt", 404, "unknown_collection"),
        ("/tiles/grids,nothing/0/0/0.mvt", 404, "unknown_collection"),
        ("/tiles/nothing.json", 404, "unknown_collection"),
        ("/tiles/grids,grids/0/0/0.mvt", 400, "bad_layers"),
        ("/tiles/grids,/0/0/0.mvt", 400, "bad_layers"),
        (f"/tiles/{','.join('abcdefghijklmnopq')}/0/0/0.mvt", 400, "bad_layers"),
        ("/tiles/grids/23/0/0.mvt", 400, "zoom_out_of_range"),
        ("/tiles/grids/99999999999999999999/0/0.mvt", 400, "zoom_out_of_range"),
        ("/tiles/grids/3/8/0.mvt", 404, "tile_out_of_range"),
        ("/tiles/grids/3/0/8.mvt", 404, "tile_out_of_range"),
        ("/tiles/grids/3/-1/0.mvt", 404, "not_found"),
        ("/tiles/grids/3/a/0.mvt", 404, "not_found"),
        ("/tiles/grids/0/0/0.mvt?limit=1", 400, "unknown_parameter"),
        ("/tiles/grids/0/0/0.mvt?at=soon", 400, "bad_at"),
        ("/tiles/grids/0/0/0.mvt?properties=code,phone", 400, "bad_properties"),
        ("/styles/nothing.json", 404, "unknown_style"),
        ("/styles/grids.json?dark=1", 400, "unknown_parameter"),
    ],
)
def test_a_wrong_address_is_refused_with_a_problem(web: Client, town, url, status, code):
    assert problem(web.get(url)) == (status, PROBLEM, code)


@pytest.mark.parametrize("url", ["/tiles/grids/0/0/0.mvt", "/tiles/grids.json", "/styles/grids.json", "/tiles/no.json"])
def test_the_anonymous_must_log_in(client: Client, town, url):
    answer = client.get(url)
    assert problem(answer) == (401, PROBLEM, "not_authenticated")
    assert "WWW-Authenticate" in answer


def test_a_tile_is_not_written_to(web: Client, town):
    assert problem(web.post("/tiles/grids/0/0/0.mvt")) == (405, PROBLEM, "method_not_allowed")


def test_a_public_layer_needs_no_login(client: Client, town, at, settings):
    settings.PUBLIC_LAYERS = ["grids"]
    answer = client.get(path("grids", at(500, 500, 14)))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")


def test_one_public_layer_does_not_open_another(client: Client, town, at, settings):
    settings.PUBLIC_LAYERS = ["grids"]
    assert client.get(path("grids,buildings", at(500, 500, 14))).status_code == 401


def test_a_user_without_a_role_sees_nothing(client: Client, town, at, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody"))
    assert problem(client.get(path("grids", at(500, 500, 14)))) == (404, PROBLEM, "unknown_collection")


def test_a_tile_of_a_moment(web: Client, town, at):
    url = path("grids", at(500, 500, 14))
    assert web.get(f"{url}?at=2025-12-31T00:00:00Z").status_code == 204
    assert web.get(f"{url}?at=2026-02-01T00:00:00%2B08:00").status_code == 200


def test_a_tile_with_properties_by_name(web: Client, town, at):
    answer = web.get(path("grids", at(500, 500, 14)) + "?properties=code")
    drawn = mapbox_vector_tile.decode(answer.content)["grids"]["features"]
    assert {tuple(feature["properties"]) for feature in drawn} == {("code",)}

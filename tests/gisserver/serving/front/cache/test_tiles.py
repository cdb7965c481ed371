"""Tiles that the front answers by itself: the same bytes that Django gives, and no older.

`test_real_sockets.py` has both as they are served.
"""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.serving.answers import Answer
from gisserver.serving.front.cache import tiles as front_tiles
from tests.gisserver.serving.front.cache.tile_door import Door, django, headers_of, path_of, same
from tests.gisserver.serving.stand_ins import Scope
from tests.tiles.town import Town
from tiles import delivery, mvt, tile_version
from tiles.address import TileAddress


def test_the_second_time_the_tile_is_the_fronts_own_and_djangos(known: Door, path: str, bearer: str) -> None:
    answer = same(known, path, authorization=bearer)
    assert gzip.decompress(answer.body)  # type: ignore[arg-type]


@pytest.mark.parametrize("zoom", [10, 12, 14, 16])
def test_the_front_makes_other_tiles_of_the_same_kind_with_djangos_statement(
    door: Door, bearer: str, at: Callable[..., TileAddress], zoom: int
) -> None:
    places = [path_of(at(x, y, zoom)) for x, y in ((500, 500), (1500, 1500), (3900, 1900))]
    door.get(places[0], authorization=bearer)
    answers = [door.get(place, authorization=bearer) for place in places]
    assert door.asked == 1
    delivery.cache.clear()
    told = {"accept-encoding": "gzip", "authorization": bearer}
    theirs = [django(Scope(path=place, headers=told)) for place in places]
    assert [(each.status, each.body) for each in answers] == [(each.status, each.body) for each in theirs]
    assert [headers_of(each)["etag"] for each in answers] == [headers_of(each)["etag"] for each in theirs]


def test_one_zoom_tells_how_tiles_of_the_others_are_made(known: Door, bearer: str) -> None:
    assert [known.get(f"/tiles/grids/{zoom}/0/0.mvt", authorization=bearer).status for zoom in (9, 13, 22)] == [204] * 3
    assert known.asked == 1


def test_where_other_layers_are_drawn_tiles_are_made_otherwise(
    door: Door, bearer: str, town: Town, at: Callable[..., TileAddress]
) -> None:
    town.building(500, 500)
    paths = [path_of(at(500, 500, zoom), "grids,buildings") for zoom in (16, 10, 17, 9)]
    ours = [door.get(path, authorization=bearer) for path in paths]
    assert door.asked == 2
    delivery.cache.clear()
    told = {"accept-encoding": "gzip", "authorization": bearer}
    assert [each.body for each in ours] == [django(Scope(path=path, headers=told)).body for path in paths]


def test_an_empty_tile_is_204(door: Door, bearer: str) -> None:
    assert same(door, "/tiles/grids/14/0/0.mvt", authorization=bearer).status == 204


@pytest.mark.parametrize(
    "query",
    ["properties=code", "properties=", "filter=code%20LIKE%20%27440310001001%25%27", "at=2026-02-01"],
)
def test_what_is_asked_for_otherwise_is_answered_otherwise(known: Door, path: str, bearer: str, query: str) -> None:
    plain = known.get(path, authorization=bearer)
    answer = same(known, path, query, authorization=bearer)
    assert headers_of(answer)["etag"] != headers_of(plain)["etag"]
    assert known.get(path, authorization=bearer).body == plain.body


def test_a_query_that_is_refused_is_refused_each_time(known: Door, path: str, bearer: str) -> None:
    for _ in range(2):
        assert known.get(path, "nonsense=1", authorization=bearer).status == 400
    assert known.asked == 3


def test_several_layers_at_once(door: Door, bearer: str, town: Town, at: Callable[..., TileAddress]) -> None:
    town.building(500, 500)
    path = path_of(at(500, 500, 16), "grids,buildings")
    assert same(door, path, authorization=bearer).status == 200


def test_who_holds_the_tile_gets_304(known: Door, path: str, bearer: str) -> None:
    etag = headers_of(known.get(path, authorization=bearer))["etag"]
    answer = known.get(path, authorization=bearer, if_none_match=f'W/"x", {etag}')
    assert (answer.status, answer.body, headers_of(answer)["etag"], known.asked) == (304, b"", etag, 1)


def test_who_holds_a_tile_that_the_front_has_not_gets_304_without_its_being_made(
    known: Door, path: str, bearer: str
) -> None:
    etag = headers_of(known.get(path, authorization=bearer))["etag"]
    known.start()  # forgets the tiles
    known.database.statements.clear()
    assert known.get(path, authorization=bearer, if_none_match=etag).status == 304
    assert len(known.database.statements) == 1


def test_a_session_is_as_good_as_a_token(town: Town, door: Door, path: str, web: Client) -> None:
    answer = same(door, path, cookie=f"other=1; sessionid={web.cookies['sessionid'].value}")
    assert answer.status == 200


def test_basic_with_a_token_is_as_good(town: Town, door: Door, path: str, bearer: str) -> None:
    import base64

    text = base64.b64encode(f"anybody:{bearer.removeprefix('Bearer ')}".encode()).decode()
    assert same(door, path, authorization=f"Basic {text}").status == 200


# --- No older ----------------------------------------------------------------------------------
@pytest.fixture
def houses(at: Callable[..., TileAddress]) -> str:
    """The address of a tile of buildings."""
    return path_of(at(500, 500, 16), "buildings")


def test_changed_ground_is_seen_at_once_and_made_by_the_front(door: Door, houses: str, bearer: str, town: Town) -> None:
    town.building(500, 500)
    before = door.get(houses, authorization=bearer)
    town.building(530, 500)
    after = door.get(houses, authorization=bearer)
    assert (door.asked, after.status) == (1, 200)
    assert after.body != before.body
    assert headers_of(after)["etag"] != headers_of(before)["etag"]
    delivery.cache.clear()
    assert after.body == django(Scope(path=houses, headers={"accept-encoding": "gzip", "authorization": bearer})).body


def test_what_an_older_etag_names_is_sent_anew(door: Door, houses: str, bearer: str, town: Town) -> None:
    town.building(500, 500)
    etag = headers_of(door.get(houses, authorization=bearer))["etag"]
    town.building(530, 500)
    assert door.get(houses, authorization=bearer, if_none_match=etag).status == 200


def test_a_change_elsewhere_leaves_a_tile_as_it_is(door: Door, houses: str, bearer: str, town: Town) -> None:
    town.building(500, 500)
    before = door.get(houses, authorization=bearer)
    town.building(3500, 500)
    assert headers_of(door.get(houses, authorization=bearer))["etag"] == headers_of(before)["etag"]


def test_a_layer_that_was_touched_as_a_whole_is_made_by_django(known: Door, path: str, bearer: str) -> None:
    tile_version.touch("grids")
    assert known.get(path, authorization=bearer).status == 200
    assert known.asked == 2
    same(known, path, authorization=bearer)


def test_a_change_that_is_planned_is_seen_when_its_time_has_come(known: Door, path: str, bearer: str) -> None:
    before = headers_of(known.get(path, authorization=bearer))["etag"]
    plan = "INSERT INTO tiles_groundversion (layer, x, y, version, effective_at) VALUES ('grids', -1, -1, 1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(plan, ["2999-01-01"])
        assert headers_of(known.get(path, authorization=bearer))["etag"] == before
        cursor.execute("UPDATE tiles_groundversion SET effective_at = now() WHERE effective_at > now()")
    assert headers_of(known.get(path, authorization=bearer))["etag"] != before


def test_head_has_the_headers_and_no_body(known: Door, path: str, bearer: str) -> None:
    answer = known.get(path, method="HEAD", authorization=bearer)
    assert (answer.status, answer.body) == (200, b"")
    assert headers_of(answer)["etag"] == headers_of(known.get(path, authorization=bearer))["etag"]
    assert known.get(path, authorization=bearer).body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/grids.json", 200),
        ("/tiles/grids/99/0/0.mvt", 400),
        ("/tiles/grids/1/2/0.mvt", 404),
        ("/tiles/gr\u00efds/1/0/0.mvt", 404),
        ("/tiles/nothing/1/0/0.mvt", 404),
    ],
)
def test_another_address_is_djangos(door: Door, bearer: str, path: str, status: int) -> None:
    door.get("/tiles/grids/14/0/0.mvt", authorization=bearer)
    for asked in (2, 3):
        assert (door.get(path, authorization=bearer).status, door.asked) == (status, asked)


# --- The database away -------------------------------------------------------------------------
def test_while_the_database_is_away_what_is_known_is_shown_to_whom_it_has_confirmed(
    known: Door, path: str, bearer: str
) -> None:
    shown = known.get(path, authorization=bearer)
    known.database.is_away = True
    known.database.statements.clear()
    stale = known.get(path, authorization=bearer)
    assert (stale.status, stale.body, stale.headers) == (200, shown.body, shown.headers)
    etag = headers_of(shown)["etag"]
    assert known.get(path, authorization=bearer, if_none_match=etag).status == 304
    assert (known.database.statements, known.asked) == ([], 1)


def test_but_not_to_others(known: Door, path: str, bearer: str, supervisor: Any) -> None:
    known.get(path, authorization=bearer)
    known.database.is_away = True
    other = f"Bearer {tokens.issue(user=supervisor)[0]}"
    scopes = [
        Scope(path=path, headers={"accept-encoding": "gzip", **headers}) for headers in ({}, {"authorization": other})
    ]
    assert [asyncio.run(known.tiles.answer(scope)) for scope in scopes] == [None, None]


def test_nor_what_the_front_has_not(known: Door, bearer: str, at: Callable[..., TileAddress]) -> None:
    known.database.is_away = True
    scope = Scope(path=path_of(at(500, 500, 15)), headers={"accept-encoding": "gzip", "authorization": bearer})
    assert asyncio.run(known.tiles.answer(scope)) is None


def test_nor_when_it_was_confirmed_too_long_ago(
    known: Door, path: str, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.get(path, authorization=bearer)
    known.database.is_away = True
    monkeypatch.setattr(front_tiles, "STALE_S", -1.0)
    scope = Scope(path=path, headers={"accept-encoding": "gzip", "authorization": bearer})
    assert asyncio.run(known.tiles.answer(scope)) is None


# --- Many at once ------------------------------------------------------------------------------
def test_a_tile_that_many_ask_for_is_made_once(known: Door, bearer: str, at: Callable[..., TileAddress]) -> None:
    path = path_of(at(1500, 1500, 14))
    known.database.statements.clear()
    scope = Scope(path=path, headers={"accept-encoding": "gzip", "authorization": bearer})

    async def crowd() -> list[Answer | None]:
        return await asyncio.gather(*(known.tiles.answer(scope) for _ in range(20)))

    answers = asyncio.run(crowd())
    assert len({answer.body for answer in answers if answer is not None}) == 1
    assert None not in answers
    assert sum("ST_AsMVT" in statement for statement in known.database.statements) == 1


def test_a_tile_that_nobody_has_takes_one_statement(known: Door, bearer: str, at: Callable[..., TileAddress]) -> None:
    known.database.statements.clear()
    assert known.get(path_of(at(1500, 1500, 14)), authorization=bearer).status == 200
    assert (len(known.database.statements), known.asked) == (1, 1)


def test_a_tile_with_too_much_in_it_is_djangos_to_count(
    door: Door, bearer: str, town: Town, at: Callable[..., TileAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mvt, "MAX_FEATURES", 1)
    monkeypatch.setattr(mvt, "_statements", {})
    few, many = path_of(at(500, 500, 16), "buildings"), path_of(at(1500, 1500, 16), "buildings")
    for x, y in ((500, 500), (1500, 1500), (1510, 1510)):
        town.building(x, y)
    door.get(path_of(at(3900, 1900, 16), "buildings"), authorization=bearer)
    assert (door.get(few, authorization=bearer).status, door.asked) == (200, 1)
    counted = door.get(many, authorization=bearer)
    assert door.asked == 2
    assert b"point_count" in gzip.decompress(counted.body)  # type: ignore[arg-type]


def test_while_the_database_is_lost_nobody_waits_for_a_tile(
    known: Door, bearer: str, at: Callable[..., TileAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(path=path_of(at(1500, 1500, 14)), headers={"accept-encoding": "gzip", "authorization": bearer})

    async def lost() -> Answer | None:
        never = asyncio.get_running_loop().create_future()
        monkeypatch.setattr(known.database, "row", lambda *_, **__: never)
        asked = asyncio.ensure_future(known.tiles.answer(scope))
        await asyncio.sleep(0)
        known.tiles.let_go(Exception())
        return await asked

    assert asyncio.run(lost()) is None


def test_a_statement_that_fails_is_djangos_to_explain(
    known: Door, bearer: str, at: Callable[..., TileAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **options: object) -> None:
        raise psycopg.OperationalError("broken")

    monkeypatch.setattr(known.database, "row", fails)
    assert known.get(path_of(at(1500, 1500, 14)), authorization=bearer).status == 200
    assert known.asked == 2

"""Tiles that the front answers by itself: the same bytes that Django gives, to the same people, and no older.

Django is a test client here, and the front looks through the test's own connection, which alone sees what the test has
written. `test_real_sockets.py` has both as they are served.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant, Token
from gisserver.common.access.roles import Role
from gisserver.serving.answers import INTERNAL, Answer
from gisserver.serving.front import tiles as front_tiles
from gisserver.serving.front.credentials import Credentials
from gisserver.serving.front.gather import Gather
from gisserver.serving.front.looks import Looks
from gisserver.serving.front.tiles import Tiles
from gisserver.serving.workers.front_settings import look_statement
from tests.gisserver.serving.stand_ins import Scope
from tests.tiles.conftest import *  # noqa: F403 - the town, and people who look at it
from tests.tiles.town import Town
from tiles import delivery, tile_version
from tiles.address import TileAddress


class OneConnection:
    """The front's database, by way of the test's own connection."""

    def __init__(self) -> None:
        self.is_away = False
        self.statements: list[str] = []
        connection.ensure_connection()
        self._raw = connection.connection

    async def answered(self, asking: Any) -> Any:
        """Wait for an answer: this database is never away."""
        return await asking

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["OneConnection"]:
        """Lend the connection."""
        yield self

    async def execute(self, statement: str, values: Any, **options: Any) -> "OneCursor":
        """Ask the database."""
        self.statements.append(statement)
        return OneCursor(psycopg.Cursor(self._raw).execute(statement, values, **options))


class OneCursor:
    """What a statement has found."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor

    async def fetchone(self) -> Any:
        """Return a row."""
        return self._cursor.fetchone()


class Door:
    """The front's door for tiles, before a Django that counts how often it is asked."""

    def __init__(self) -> None:
        self.database, self.asked = OneConnection(), 0
        looks: Any = Gather(Looks(self.database, look_statement()).look)  # type: ignore[arg-type]
        self.tiles = Tiles(self.database, looks, Credentials())  # type: ignore[arg-type]
        self.tiles.start(10_000_000)

    def get(self, path: str, query: str = "", method: str = "GET", **headers: str) -> Answer:
        """Answer a request; what the front does not answer Django does."""
        told = {name.replace("_", "-"): value for name, value in {"accept_encoding": "gzip", **headers}.items()}
        scope = Scope(method=method, path=path, query_string=query, headers=told)
        answer = asyncio.run(self.tiles.answer(scope))
        if answer is None:
            self.asked += 1
            answer = django(scope)
            self.tiles.learn(scope, answer)
        return answer


def django(scope: Scope) -> Answer:
    """Return Django's own answer, what is for the front apart, as the front gets it."""
    ask = getattr(Client(raise_request_exception=False), scope.method.lower())
    response: HttpResponse = ask(f"{scope.path}?{scope.query_string}", headers=scope.headers)
    headers = [(name, value) for name, value in response.items() if not name.lower().startswith(INTERNAL)]
    own = {name.lower(): value for name, value in response.items() if name.lower().startswith(INTERNAL)}
    return Answer(response.status_code, headers, response.content, own=own)


def headers_of(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers}


@pytest.fixture
def door(db: None) -> Door:
    return Door()


@pytest.fixture
def path(at: Callable[..., TileAddress]) -> str:
    return path_of(at(500, 500, 14))


def path_of(address: TileAddress, layers: str = "grids") -> str:
    return f"/tiles/{layers}/{address.z}/{address.x}/{address.y}.mvt"


@pytest.fixture
def bearer(town: Town, analyst: Any) -> str:
    """The token of somebody who may see everything."""
    return f"Bearer {tokens.issue(user=analyst)[0]}"


@pytest.fixture
def known(door: Door, path: str, bearer: str) -> Door:
    """A door that has a tile, and whose Django has been asked for it once."""
    assert door.get(path, authorization=bearer).status == 200
    assert door.asked == 1
    return door


# --- The same answer ---------------------------------------------------------------------------
def same(door: Door, path: str, query: str = "", **headers: str) -> Answer:
    """Return the front's own second answer, which must be Django's."""
    door.get(path, query, **headers)
    asked = door.asked
    ours = door.get(path, query, **headers)
    assert door.asked == asked, "Django was asked again"
    told = {name.replace("_", "-"): value for name, value in {"accept_encoding": "gzip", **headers}.items()}
    theirs = django(Scope(path=path, query_string=query, headers=told))
    assert (ours.status, ours.body) == (theirs.status, theirs.body)
    for name in ("etag", "cache-control", "content-type", "content-encoding"):
        assert headers_of(ours).get(name) == headers_of(theirs).get(name)
    return ours


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
    known.tiles.start(10_000_000)  # forgets the tiles
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


# --- To the same people ------------------------------------------------------------------------
def end_token(user: Any) -> None:
    Token.objects.filter(user=user).update(expires_at="2026-01-01T00:00:00Z")


def deactivate(user: Any) -> None:
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def remove_token(user: Any) -> None:
    Token.objects.filter(user=user).delete()


def take_grants(user: Any) -> None:
    Grant.objects.filter(user=user).delete()


@pytest.mark.parametrize(
    ("change", "status"), [(end_token, 401), (remove_token, 401), (deactivate, 401), (take_grants, 404)]
)
def test_who_may_no_longer_is_refused_at_once(
    known: Door, path: str, bearer: str, analyst: Any, change: Callable[[Any], None], status: int
) -> None:
    assert known.get(path, authorization=bearer).status == 200
    change(analyst)
    for _ in range(2):
        assert known.get(path, authorization=bearer).status == status


def change_password(user: Any) -> None:
    user.set_password("another")
    user.save()


def add_grant(user: Any) -> None:
    Grant.objects.create(user=user, role=Role.REVIEWER, area=None)


def promote(user: Any) -> None:
    type(user).objects.filter(pk=user.pk).update(is_superuser=True)


@pytest.mark.parametrize("change", [add_grant, promote])
def test_whatever_changes_about_somebody_django_looks_at_him_again(
    known: Door, path: str, bearer: str, analyst: Any, change: Callable[[Any], None]
) -> None:
    change(analyst)
    known.get(path, authorization=bearer)
    assert known.asked == 2
    known.get(path, authorization=bearer)
    assert known.asked == 2


def test_a_password_that_was_changed_ends_a_token(known: Door, path: str, bearer: str, analyst: Any) -> None:
    change_password(analyst)
    for _ in range(2):
        assert known.get(path, authorization=bearer).status == 401


def test_a_password_that_was_changed_ends_a_session(
    town: Town, door: Door, path: str, web: Client, analyst: Any
) -> None:
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    assert door.get(path, cookie=cookie).status == 200
    change_password(analyst)
    assert door.get(path, cookie=cookie).status == 401


def test_a_session_that_was_ended_is_nobodys(town: Town, door: Door, path: str, web: Client) -> None:
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    assert same(door, path, cookie=cookie).status == 200
    web.logout()
    assert door.get(path, cookie=cookie).status == 401


def test_each_sees_his_own(
    known: Door, path: str, bearer: str, supervisor: Any, at: Callable[..., TileAddress], decode: Any
) -> None:
    east = path_of(at(3900, 1900, 16))
    other = f"Bearer {tokens.issue(user=supervisor)[0]}"
    known.get(east, authorization=bearer)
    known.get(east, authorization=other)
    assert known.get(east, authorization=bearer).status == 200
    assert known.get(east, authorization=other).status == 204
    assert known.asked == 3


def test_a_token_counts_before_a_session(known: Door, path: str, web: Client) -> None:
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    assert same(known, path, cookie=cookie).status == 200
    assert known.get(path, cookie=cookie, authorization="Bearer unknown").status == 401


@pytest.mark.parametrize("header", ["Basic ???", "Basic /w==", "Bearer", "Bearer ", "Digest x", "garbage"])
def test_what_is_no_credential_is_djangos_to_answer(known: Door, path: str, header: str) -> None:
    for asked in (2, 3):
        assert known.get(path, authorization=header).status == 401
        assert known.asked == asked


def test_nobody_is_not_taken_for_somebody(known: Door, path: str) -> None:
    for _ in range(2):
        assert known.get(path).status == 401


# --- What is not plain -------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["", "br", "identity", "gzip;q=0", "deflate, gzip; q=0", "*"])
def test_whoever_reads_no_gzip_is_answered_as_django_does(known: Door, path: str, bearer: str, encoding: str) -> None:
    ours = known.get(path, authorization=bearer, accept_encoding=encoding)
    theirs = django(Scope(path=path, headers={"authorization": bearer, "accept-encoding": encoding}))
    assert (ours.status, ours.body, headers_of(ours)["etag"]) == (200, theirs.body, headers_of(theirs)["etag"])
    assert headers_of(ours).get("content-encoding") == headers_of(theirs).get("content-encoding")


def test_what_somebody_got_plain_is_not_sent_to_others_as_gzip(door: Door, path: str, bearer: str) -> None:
    door.get(path, authorization=bearer, accept_encoding="identity")
    assert gzip.decompress(door.get(path, authorization=bearer).body)  # type: ignore[arg-type]


def test_a_private_tile_is_kept_for_nobody_else(known: Door, path: str, bearer: str) -> None:
    headers = headers_of(same(known, path, authorization=bearer))
    assert headers["cache-control"] == "private, max-age=0, must-revalidate"
    assert {"Accept-Encoding", "Authorization", "Cookie"} <= set(headers["vary"].split(", "))


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
    for asked in (1, 2):
        assert (door.get(path, authorization=bearer).status, door.asked) == (status, asked)


# --- Public layers -----------------------------------------------------------------------------
@pytest.fixture
def public(settings: Any) -> None:
    settings.PUBLIC_LAYERS = ["grids"]


def test_what_is_public_anybody_may_have(public: None, town: Town, door: Door, path: str) -> None:
    assert headers_of(same(door, path))["cache-control"].startswith("public")


@pytest.mark.parametrize("header", ["Bearer unknown", "Basic ???"])
def test_a_wrong_credential_is_refused_even_where_none_is_needed(
    public: None, town: Town, door: Door, path: str, header: str
) -> None:
    same(door, path)
    for _ in range(2):
        assert door.get(path, authorization=header).status == 401


def test_who_shows_a_credential_for_what_is_public_is_looked_at(
    public: None, door: Door, path: str, bearer: str, analyst: Any
) -> None:
    same(door, path, authorization=bearer)
    end_token(analyst)
    assert door.get(path, authorization=bearer).status == 401
    assert door.get(path).status == 200


def test_a_session_that_has_ended_is_still_the_public(public: None, town: Town, door: Door, path: str) -> None:
    assert door.get(path, cookie="sessionid=ended").status == 200


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


def test_a_statement_that_fails_is_djangos_to_explain(
    known: Door, bearer: str, at: Callable[..., TileAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise psycopg.OperationalError("broken")

    monkeypatch.setattr(known.tiles, "_make", fails)
    assert known.get(path_of(at(1500, 1500, 14)), authorization=bearer).status == 200
    assert known.asked == 2


@pytest.fixture(autouse=True)
def _forget_statements() -> Iterator[None]:
    """Django keeps nothing of another test's town."""
    delivery.cache.clear()
    yield
    delivery.cache.clear()

"""Tiles that the front answers by itself go to the same people as those of Django."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant, Token
from gisserver.common.access.roles import Role
from tests.gisserver.serving.front.cache.tile_door import Door, django, headers_of, path_of, same
from tests.gisserver.serving.stand_ins import Scope
from tests.tiles.town import Town
from tiles import tile_version
from tiles.address import TileAddress


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


@pytest.mark.parametrize(
    ("change", "status"), [(end_token, 401), (remove_token, 401), (deactivate, 401), (take_grants, 404)]
)
def test_who_may_no_longer_is_refused_a_tile_that_nobody_has(
    known: Door, bearer: str, analyst: Any, at: Callable[..., TileAddress], change: Callable[[Any], None], status: int
) -> None:
    change(analyst)
    assert known.get(path_of(at(1500, 1500, 15)), authorization=bearer).status == status


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
    assert known.asked == 2


def test_areas_are_written_into_the_statement_for_as_long_as_they_stand(
    door: Door, supervisor: Any, at: Callable[..., TileAddress]
) -> None:
    bearer = f"Bearer {tokens.issue(user=supervisor)[0]}"
    places = [path_of(at(x, y, 15)) for x, y in ((500, 500), (1500, 1500), (700, 1700))]
    door.get(places[0], authorization=bearer)
    door.get(places[1], authorization=bearer)
    assert door.asked == 1
    assert "grids_divisions_below" not in door.database.statements[-1]
    tile_version.touch(tile_version.EVERY_LAYER)  # as a change of divisions does
    door.get(places[2], authorization=bearer)
    assert door.asked == 2


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

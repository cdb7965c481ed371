import gzip
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant, Token
from gisserver.common.access.roles import Role
from tests.tiles.town import Town
from tiles import delivery, fast_path
from tiles.address import TileAddress


class Door:
    """The door with a Django behind it that only says that it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.application = fast_path.in_front_of(self._django)

    def _django(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked += 1
        start_response("418 Django", [])
        return [b""]

    def get(self, path: str, query: str = "", method: str = "GET", **headers: str) -> tuple[str, dict, bytes]:
        told: list[Any] = []
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        environ.setdefault("HTTP_ACCEPT_ENCODING", "gzip, deflate, br")
        body = b"".join(self.application(environ, lambda *answer: told.extend(answer)))
        return told[0], dict(told[1]), body


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look through the test's own connection, which alone sees what the test has written."""
    fast_path.forget()
    monkeypatch.setattr(fast_path, "_cursor", lambda: psycopg.Cursor(connection.connection))


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def path(at: Callable[..., TileAddress]) -> str:
    address = at(500, 500, 14)
    return f"/tiles/grids/{address.z}/{address.x}/{address.y}.mvt"


@pytest.fixture
def bearer(town: Town, analyst: Any, path: str) -> str:
    """A token whose tile Django has served once."""
    header = f"Bearer {tokens.issue(user=analyst)[0]}"
    served = Client().get(path, headers={"authorization": header, "accept-encoding": "gzip"})
    assert served.status_code == 200
    return header


def test_django_is_asked_first(town, door, path, analyst):
    token, _ = tokens.issue(user=analyst)
    assert door.get(path, authorization=f"Bearer {token}")[0] == "418 Django"


def test_the_second_time_the_tile_comes_from_memory(door, path, bearer):
    status, headers, body = door.get(path, authorization=bearer)
    django = Client().get(path, headers={"authorization": bearer, "accept-encoding": "gzip"})
    assert (status, door.asked) == ("200 OK", 0)
    assert body == django.content
    assert {name: django[name] for name in ("ETag", "Cache-Control", "Content-Type", "Content-Encoding")}.items() <= (
        headers.items()
    )
    assert gzip.decompress(body)


def test_a_session_is_as_good_as_a_token(town, door, path, web: Client):
    web.get(path, headers={"accept-encoding": "gzip"})
    cookie = f"other=1; sessionid={web.cookies['sessionid'].value}"
    assert door.get(path, cookie=cookie)[0] == "200 OK"


def test_who_holds_the_tile_gets_304_even_when_it_was_forgotten(door, path, bearer):
    etag = door.get(path, authorization=bearer)[1]["ETag"]
    delivery.cache.clear()
    assert door.get(path, authorization=bearer, if_none_match=f'W/"x", {etag}')[0] == "304 Not Modified"


def test_an_empty_tile_comes_from_memory_too(door, bearer):
    path = "/tiles/grids/14/0/0.mvt"
    Client().get(path, headers={"authorization": bearer, "accept-encoding": "gzip"})
    assert door.get(path, authorization=bearer)[0] == "204 No Content"


def test_changed_ground_goes_to_django(town, door, path, bearer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tiles_touch_layer('grids')")
    assert door.get(path, authorization=bearer)[0] == "418 Django"


def end_token(user: Any) -> None:
    Token.objects.filter(user=user).update(expires_at="2026-01-01T00:00:00Z")


def deactivate(user: Any) -> None:
    type(user).objects.filter(pk=user.pk).update(is_active=False)


def change_password(user: Any) -> None:
    user.set_password("another")
    user.save()


def take_grants(user: Any) -> None:
    Grant.objects.filter(user=user).delete()


def add_grant(user: Any) -> None:
    Grant.objects.create(user=user, role=Role.REVIEWER, area=None)


def promote(user: Any) -> None:
    type(user).objects.filter(pk=user.pk).update(is_superuser=True)


@pytest.mark.parametrize("change", [end_token, deactivate, change_password, take_grants, add_grant, promote])
def test_whatever_changes_about_the_user_goes_to_django(door, path, bearer, analyst, change):
    assert door.get(path, authorization=bearer)[0] == "200 OK"
    change(analyst)
    assert door.get(path, authorization=bearer)[0] == "418 Django"


def test_a_session_that_was_logged_out_goes_to_django(town, door, path, web: Client):
    web.get(path, headers={"accept-encoding": "gzip"})
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    web.logout()
    assert door.get(path, cookie=cookie)[0] == "418 Django"


def test_another_token_goes_to_django(door, path, bearer, supervisor):
    other, _ = tokens.issue(user=supervisor)
    assert door.get(path, authorization=f"Bearer {other}")[0] == "418 Django"


def test_a_token_counts_before_a_session(door, path, bearer, web: Client):
    web.get(path, headers={"accept-encoding": "gzip"})
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    assert door.get(path, cookie=cookie, authorization="Bearer unknown")[0] == "418 Django"


@pytest.mark.parametrize(
    "request_",
    [
        {"query": "at=2026-02-01"},
        {"method": "HEAD"},
        {"accept_encoding": "br"},
        {"authorization": "Basic ???"},
        {"authorization": "Digest x"},
    ],
)
def test_what_is_not_plain_goes_to_django(door, path, bearer, request_):
    assert door.get(path, **{"authorization": bearer, **request_})[0] == "418 Django"


@pytest.mark.parametrize("path", ["/", "/tiles/grids.json", "/tiles/grids/99/0/0.mvt", "/tiles/gr\u00efds/1/0/0.mvt"])
def test_another_address_goes_to_django(door, town, analyst, path):
    bearer = f"Bearer {tokens.issue(user=analyst)[0]}"
    assert door.get(path, authorization=bearer)[0] == "418 Django"


def test_a_database_that_does_not_answer_goes_to_django(door, path, bearer, monkeypatch):
    def away() -> Any:
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(fast_path, "_cursor", away)
    assert door.get(path, authorization=bearer)[0] == "418 Django"

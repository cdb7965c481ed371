"""Closed by default, and every refusal is a problem document with a code (law 7, RFC 9457)."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    [
        "/api/grids/",
        "/api/grids/at?lon=114&lat=22",
        "/api/grids/1/",
        "/api/grids/1/history/",
        "/api/divisions/",
        "/api/buildings/",
        "/api/buildings/1/",
        "/api/units/",
        "/api/households/",
        "/api/codes/1",
        "/api/incidents/",
        "/api/incidents/1/",
        "/api/incident-types/",
        "/api/schema/",
        "/api/docs/",
        "/api/layers/",
        "/ogc/collections/grids/items",
        "/tiles/grids/14/1/1.mvt",
        "/tiles/grids.json",
        "/geocode/search?q=x",
        "/metrics",
    ],
)
def test_a_visitor_is_asked_to_log_in(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"].startswith("Basic")
    assert response.json()["code"]


@pytest.mark.parametrize("url", ["/healthz", "/readyz", "/login/"])
def test_a_visitor_may_see_health_and_the_login_page(client: Client, url: str) -> None:
    assert client.get(url).status_code == 200


def test_the_map_sends_a_visitor_to_the_login_page(client: Client) -> None:
    assert client.get("/")["Location"] == "/login/?next=/"


def test_a_browser_is_not_asked_by_a_box_of_its_own(client: Client) -> None:
    response = client.get("/api/grids/", headers={"Sec-Fetch-Mode": "cors"})
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_an_unknown_address_is_a_problem(admin_client: Client) -> None:
    response = admin_client.get("/api/nothing")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(admin_client: Client) -> None:
    response = admin_client.delete("/api/grids/")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in response["Allow"]


def test_a_body_too_large_is_a_problem(admin_client: Client, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100  # type: ignore[attr-defined]
    response = admin_client.post("/api/incidents/", {"text": "x" * 200}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_that_is_no_json_is_a_problem(admin_client: Client) -> None:
    response = admin_client.post("/api/incidents/", "{", content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("/api/grids/?bbox=nan,1,2,3", "bad_bbox"),
        ("/api/grids/?bbox=1,2", "bad_bbox"),
        ("/api/grids/?colour=red", "unknown_parameter"),
        ("/api/grids/?limit=0", "bad_limit"),
        ("/api/grids/?limit=many", "bad_limit"),
        ("/api/grids/?at=yesterday", "bad_at"),
        ("/api/grids/?at=2026-13-45", "bad_at"),
        ("/api/grids/at?lon=114", "bad_lat"),
        ("/api/grids/at?lon=nan&lat=22", "bad_lon"),
        ("/api/grids/at?lon=114&lat=22&crs=mars", "unknown_crs"),
        ("/api/units/?building=x", "bad_building"),
        ("/api/incidents/?status=odd", "bad_status"),
        ("/api/incidents/?type=odd", "unknown_type"),
    ],
)
def test_a_bad_question_is_refused_with_a_code(admin_client: Client, url: str, code: str) -> None:
    response = admin_client.get(url)
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "url",
    ["/api/grids/nope/", "/api/buildings/999999/", "/api/incidents/99999999999999999999/", "/api/codes/nope"],
)
def test_what_does_not_exist_is_not_found(admin_client: Client, url: str) -> None:
    assert admin_client.get(url).status_code == 404


def test_a_lost_database_is_unavailable_not_an_error(admin_client: Client) -> None:
    with mock.patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")):
        response = admin_client.get("/readyz")
    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert response["Retry-After"]


def test_a_defect_tells_nothing_of_the_inside(client: Client) -> None:
    client.raise_request_exception = False
    client.force_login(factories.administrator("root"))
    with mock.patch("grids.selectors.grids_to_show", side_effect=RuntimeError("secret")):
        response = client.get("/api/grids/")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("header", ["Bearer x", "Basic !!", "Basic eDp5"])
@pytest.mark.parametrize("url", ["/api/grids/", "/ogc/collections", "/tiles/grids.json", "/healthz"])
def test_a_bad_token_is_a_401_at_every_door(client: Client, url: str, header: str) -> None:
    client.raise_request_exception = False
    response = client.get(url, headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json()["code"] in {"bad_token", "bad_authorization"}


def test_a_database_lost_while_a_token_is_looked_up_is_unavailable(client: Client) -> None:
    client.raise_request_exception = False
    with mock.patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("gone")):
        response = client.get("/api/grids/", headers={"Authorization": "Bearer x"})
    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")


@pytest.mark.parametrize(
    "url",
    ["/api/codes/%00", "/api/grids/%00/", "/api/grids/?community=%00", "/ogc/collections/%00", "/api/layers/%00/"],
)
def test_a_nul_character_is_refused(admin_client: Client, url: str) -> None:
    response = admin_client.get(url)
    assert (response.status_code, response.json()["code"]) == (400, "nul_character")


@pytest.mark.parametrize("url", ["/api/incidents/", "/api/auth/token/"])
def test_json_too_deep_to_read_is_refused(admin_client: Client, url: str) -> None:
    admin_client.raise_request_exception = False
    response = admin_client.post(url, "[" * 100_000, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize("cursor", ["x", "cD1hYmM=", "WzFd:1:2"])
@pytest.mark.parametrize("door", ["grids", "divisions", "buildings", "incidents"])
def test_a_cursor_not_made_here_is_refused(admin_client: Client, door: str, cursor: str) -> None:
    response = admin_client.get(f"/api/{door}/", {"cursor": cursor})
    assert (response.status_code, response.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("box", ["200,100,300,200", "-200,-95,200,95", "0,0,1e308,1"])
def test_a_box_beyond_the_globe_is_refused(admin_client: Client, box: str) -> None:
    response = admin_client.get("/api/grids/", {"bbox": box})
    assert (response.status_code, response.json()["code"]) == (400, "bad_bbox")

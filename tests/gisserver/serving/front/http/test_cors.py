"""Pages of configured origins may read, exactly those, at the doors meant for them."""

import asyncio

import pytest

from gisserver.serving.front.http.cors import Cors
from tests.gisserver.serving.stand_ins import Protocol, Scope, saying, serving

MAP = "https://map.example"
CORS = Cors(frozenset({MAP}))


def told(path: str, origin: str | None, cors: Cors = CORS) -> dict[str, str]:
    """Return what an answer says to a page of an origin."""
    return dict(cors.headers(Scope(path=path, headers={"origin": origin} if origin else {})))


@pytest.mark.parametrize(
    "path", ["/tiles/grids/14/1/2.mvt", "/styles/grids.json", "/ogc", "/ogc/collections", "/geocode/search"]
)
def test_a_page_of_the_origin_may_read(path: str) -> None:
    said = told(path, MAP)
    assert said["access-control-allow-origin"] == MAP
    assert {"ETag", "Link", "Content-Crs", "Location"} <= set(said["access-control-expose-headers"].split(", "))
    assert said["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    [None, "null", "*", "http://map.example", "https://map.example:8443", "https://map.example.evil", MAP + "/"],
)
def test_no_other_page_may_and_caches_know_that_it_depends(origin: str | None) -> None:
    assert told("/ogc", origin) == {"vary": "Origin"}


@pytest.mark.parametrize("path", ["/", "/api/incidents/", "/admin/", "/login/"])
def test_other_doors_are_not_for_pages_of_other_sites(path: str) -> None:
    assert told(path, MAP) == {}


def test_without_origins_nothing_is_said() -> None:
    assert told("/ogc", MAP, Cors()) == {}


def test_cookies_are_never_let_through() -> None:
    assert "access-control-allow-credentials" not in told("/ogc", MAP)


async def asked(method: str, **headers: str) -> Protocol:
    """Return the connection of a request to the front, with one origin configured."""
    async with serving(saying([b"x"], ("Vary", "Accept-Encoding"))) as site:
        site.front._cors = CORS
        return await site.ask(method=method, path="/ogc/collections/a/items", headers=headers)


def test_a_browser_that_asks_first_is_answered_without_django() -> None:
    asks = {"origin": MAP, "access-control-request-method": "PATCH", "access-control-request-headers": "if-match"}
    status, headers, body = asyncio.run(asked("OPTIONS", **asks)).answer  # type: ignore[misc]
    said = dict(headers)
    assert (status, body) == (204, b"")
    assert "PATCH" in said["access-control-allow-methods"]
    assert "If-Match" in said["access-control-allow-headers"]
    assert said["access-control-allow-origin"] == MAP


def test_an_answer_keeps_what_else_it_depends_on() -> None:
    _, headers, _ = asyncio.run(asked("GET", origin=MAP)).answer  # type: ignore[misc]
    assert [value for name, value in headers if name.lower() == "vary"] == ["Accept-Encoding", "Origin"]


def test_options_of_a_program_reach_django() -> None:
    assert asyncio.run(asked("OPTIONS")).answer[2] == b"x"  # type: ignore[index]

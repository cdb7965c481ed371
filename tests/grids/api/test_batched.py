"""The grids of many points, asked for by many at once, are what each would be told alone."""

import re
from typing import Any

import pytest
from django.test import RequestFactory

from gisserver.common.access.credentials import tokens
from gisserver.common.access.roles import Role
from grids.api.batched import grids_of_points
from tests import factories
from tests.batching import Answer, by_django, token_of
from tests.factories import at, community_of, lonlat

pytestmark = pytest.mark.usefixtures("laws", "keeps_connection")
ALONE: Answer = (0, [], b"")
# Moments differ; the front adds an id, and Django's own middleware says more to the log.
NOT_COMPARED = {"Content-Length", "X-Request-Id", "X-Gisserver-Log", "Content-Language", "Vary"}


def request(token: str, **query: object) -> dict[str, Any]:
    """A request as WSGI tells it."""
    made = RequestFactory().get("/api/grids/at", query, headers={"Authorization": f"Bearer {token}"})
    return made.environ | {"HTTP_HOST": "testserver"}


def point(place: Any, **more: object) -> dict[str, object]:
    lon, lat = lonlat(place)
    return {"lon": f"{lon:.9f}", "lat": f"{lat:.9f}", **more}


def seen(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = answer
    return status, {n: v for n, v in headers if n not in NOT_COMPARED}, re.sub(rb'"at":"[^"]+"', b"", body)


def together(*environs: dict[str, Any]) -> list[Answer]:
    return grids_of_points(environs, lambda environ: ALONE)


@pytest.fixture
def token() -> str:
    """The token of somebody who sees:  A B"""
    community = community_of("AB")
    return token_of(factories.user("li", role=Role.COLLECTOR, area=community))


@pytest.mark.parametrize(
    "query",
    [
        point(at(0.5, 0.5)),
        point(at(1, 0.5)),
        point(at(-0.01, 0.5)),
        point(at(0.5, 0.5), crs="CGCS2000"),
        point(at(0.5, 0.5), crs="epsg:4326"),
    ],
    ids=["inside", "on the border", "near", "in another system", "by its number"],
)
def test_a_point_is_answered_as_by_its_door(token: str, query: dict[str, object]) -> None:
    [answer] = together(request(token, **query))
    assert seen(answer) == seen(by_django(request(token, **query)))


@pytest.mark.parametrize(
    "query",
    [
        point(at(9, 9)),
        point(at(0.5, 0.5), at="2026-01-01T00:00:00Z"),
        point(at(0.5, 0.5), colour="red"),
        point(at(0.5, 0.5), crs="mars"),
        {"lon": "nan", "lat": "22.7"},
        {"lon": "1e2", "lat": "22.7"},
        {"lon": "22.7", "lat": "114.3"},
        {"lon": "114.3"},
        {"lon": ["114.3", "114.4"], "lat": "22.7"},
    ],
    ids=["outside", "past", "misspelt", "no CRS", "no number", "exponent", "swapped", "half", "twice"],
)
def test_what_is_not_plain_is_left_to_django(token: str, query: dict[str, object]) -> None:
    bad, good = request(token, **query), request(token, **point(at(0.5, 0.5)))
    [first, second] = together(bad, good)
    assert (first, second[0]) == (ALONE, 200)


def test_nobody_is_told_of_a_grid_outside_his_areas() -> None:
    own, other = community_of("A"), factories.division("2")
    token = token_of(factories.user("li", role=Role.COLLECTOR, area=own))
    wang = token_of(factories.user("wang", role=Role.COLLECTOR, area=other))
    here = point(at(0.5, 0.5))
    assert [answer[0] for answer in together(request(token, **here), request(wang, **here))] == [200, 0]


def test_a_token_that_has_ended_is_left_to_django(token: str) -> None:
    other = token_of(factories.administrator())
    tokens.end(token)
    answers = together(request(token, **point(at(0.5, 0.5))), request(other, **point(at(0.5, 0.5))))
    assert [answer[0] for answer in answers] == [0, 200]


def test_all_are_asked_by_two_statements(token: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert len(together(*[request(token, **point(at(0.5, 0.5)))] * 20)) == 20

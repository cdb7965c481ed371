"""Searches, and questions for places, that come at the same time are answered as each would be alone."""

from typing import Any

import pytest
from django.test import RequestFactory

from buildings.api.geocode.batched import reverse_many_together, search_together
from gisserver.common.access.roles import Role
from gisserver.common.web.batched import Answer
from tests.batching import by_django, token_of
from tests.factories import administrator, at, building, community_of, division, lonlat, user

pytestmark = pytest.mark.usefixtures("laws", "keeps_connection")
ALONE: Answer = (0, [], b"")
# The front adds an id, and Django's own middleware says more to the log.
NOT_COMPARED = {"Content-Length", "X-Request-Id", "X-Gisserver-Log", "Content-Language", "Vary"}


def request(token: str, door: str = "search", **query: str | list[str]) -> dict[str, Any]:
    """A request as WSGI tells it."""
    made = RequestFactory().get(f"/geocode/{door}", query, headers={"Authorization": f"Bearer {token}"})
    return made.environ | {"HTTP_HOST": "testserver"}


def seen(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = answer
    return status, {n: v for n, v in headers if n not in NOT_COMPARED}, body


def together(*environs: dict[str, Any]) -> list[Answer]:
    return search_together(environs, lambda environ: ALONE)


@pytest.fixture
def token() -> str:
    """The token of an administrator of a place with 坪山大道829号, 龙湖花园3栋 and two that are called 和平路8号."""
    building(at(1, 1), address="坪山区坪山街道坪山大道829号")
    building(at(2, 1), address="坪山区坑梓街道龙湖花园3栋")
    for place, community in enumerate(("秀新", "沙田"), start=3):
        building(at(place, 1), address=f"{community}社区和平路8号")
    return token_of(administrator())


@pytest.mark.parametrize(
    "query",
    [
        {"q": "坪山区坪山街道坪山大道829号"},
        {"q": " 坪山大道829号 "},
        {"q": "龍湖花園三幢", "limit": "1"},
    ],
    ids=["as registered", "short", "rewritten"],
)
def test_a_search_is_answered_as_by_its_door(token: str, query: dict[str, str | list[str]]) -> None:
    [answer, other] = together(request(token, **query), request(token, q="龙湖花园3栋"))
    assert (answer[0], other[0]) == (200, 200)
    assert seen(answer) == seen(by_django(request(token, **query)))


@pytest.mark.parametrize(
    "query",
    [
        {"q": "和平路8号"},
        {"q": "坪山大道9999号"},
        {"q": "坪山大道"},
        {"q": "坪山大道829号5楼"},
        {"q": "22.69,114.35"},
        {"q": "坪山大道829号，王先生13800138000"},
        {"q": "坪山大道829号对面"},
        {"q": "坪山大道829号", "format": "json"},
        {"q": "坪山大道829号", "limit": "0"},
        {"q": ["坪山大道829号", "坪山大道829号"]},
        {"q": ""},
        {"street": "坪山大道829号"},
    ],
    ids=[
        "two",
        "none",
        "a road",
        "a storey",
        "a place",
        "a person",
        "beside",
        "format",
        "no limit",
        "twice",
        "empty",
        "in parts",
    ],
)
def test_what_is_not_surely_one_house_is_left_to_django(token: str, query: dict[str, str | list[str]]) -> None:
    [first, second] = together(request(token, **query), request(token, q="坪山大道829号"))
    assert (first, second[0]) == (ALONE, 200)


def test_nobody_is_told_of_a_house_outside_his_areas(token: str) -> None:
    elsewhere = token_of(user("wang", role=Role.COLLECTOR, area=division("9")))
    asked = [request(who, q="坪山大道829号") for who in (token, elsewhere, "no-token")]
    assert [answer[0] for answer in together(*asked)] == [200, 0, 0]


def test_all_are_asked_by_the_same_statements(token: str, django_assert_max_num_queries: Any) -> None:
    together(request(token, q="坪山大道829号"))  # which reads the names of the divisions
    with django_assert_max_num_queries(9):
        answers = together(*[request(token, q=text) for text in ("坪山大道829号", "龙湖花园3栋") * 10])
    assert {answer[0] for answer in answers} == {200}


@pytest.fixture
def collector() -> str:
    """The token of somebody who sees:  A B, with a house in A"""
    area = community_of("AB")
    building(at(0.5, 0.5), address="坪山大道829号")
    return token_of(user("li", role=Role.COLLECTOR, area=area))


def place(x: float, y: float) -> dict[str, str]:
    lon, lat = lonlat(at(x, y))
    return {"lon": f"{lon:.9f}", "lat": f"{lat:.9f}"}


@pytest.mark.parametrize("here", [(0.5, 0.5), (1, 0.5), (1.5, 0.1)], ids=["at the house", "on a border", "beside"])
def test_a_place_is_answered_as_by_its_door(collector: str, here: tuple[float, float]) -> None:
    asked = request(collector, "reverse", **place(*here))
    [answer, _] = reverse_many_together(
        [asked, request(collector, "reverse", **place(0.2, 0.2))], lambda environ: ALONE
    )
    assert answer[0] == 200
    assert seen(answer) == seen(by_django(asked))


@pytest.mark.parametrize(
    "query",
    [place(9, 9), {"lon": "22.7", "lat": "114.3"}, {"lon": "nan", "lat": "22.7"}, {**place(0.5, 0.5), "zoom": "14"}],
    ids=["outside", "swapped", "no number", "with a zoom"],
)
def test_what_is_no_plain_place_is_left_to_django(collector: str, query: dict[str, str]) -> None:
    asked = [request(collector, "reverse", **each) for each in (query, place(0.5, 0.5))]
    assert [answer[0] for answer in reverse_many_together(asked, lambda environ: ALONE)] == [0, 200]

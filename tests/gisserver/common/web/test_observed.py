"""What a request was and cost is told to the front, and holds nothing that somebody wrote."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from gisserver.common.access.roles import Role
from gisserver.common.observation import ENVIRON_ID, ENVIRON_OBSERVATION, HEADER, current
from gisserver.common.web.observed import REQUESTS, STATEMENTS, ObservedMiddleware
from grids.models import Division
from tests import factories
from tests.factories import community_of
from tests.redrawing import signed_in

FRONT: dict[str, Any] = {ENVIRON_ID: "of-the-front"}
MARK = "诸葛13912345678"


@pytest.fixture
def community(laws: None) -> Division:
    return community_of("AB")


def observed(client: Client, path: str, **headers: str) -> dict[str, Any]:
    """What Django tells the front of a GET."""
    header: dict[str, Any] = json.loads(client.get(path, headers=headers, **FRONT)[HEADER])
    return header


def test_the_door_is_the_pattern_whatever_is_asked(community: Division) -> None:
    li = signed_in("li", Role.COLLECTOR, community)
    assert observed(li, "/api/grids/12345/?at=2026-01-01")["door"] == "/api/grids/<str:code>/"


def test_the_user_is_named_by_id(community: Division) -> None:
    li = factories.user("li", role=Role.COLLECTOR, area=community)
    client = Client()
    client.force_login(li)
    assert observed(client, "/api/grids/")["user"] == li.pk


@pytest.mark.django_db
def test_a_visitor_has_no_id_and_no_session_is_read_to_find_out() -> None:
    noted = observed(Client(), "/healthz")
    assert (noted["user"], noted["statements"]) == (None, 0)


def test_statements_their_time_and_their_rows_are_counted(community: Division) -> None:
    li = signed_in("li", Role.COLLECTOR, community)
    with CaptureQueriesContext(connection) as asked:
        noted = observed(li, "/api/grids/")
    assert noted["statements"] == len(asked)
    assert noted["rows"] >= 2  # the grids A and B
    assert noted["db_ms"] > 0


def test_what_is_copied_out_of_the_database_counts_too(community: Division) -> None:
    li = signed_in("li", Role.COLLECTOR, community)
    without = observed(li, "/ogc/collections/grids/items?limit=1&resulttype=hits")
    noted = observed(li, "/ogc/collections/grids/items?limit=2")
    assert noted["rows"] - without["rows"] >= 1


def test_the_observation_is_complete_when_the_body_has_gone(community: Division) -> None:
    li = signed_in("li", Role.COLLECTOR, community)
    response = li.get("/ogc/collections/grids/items", **FRONT)
    b"".join(response.streaming_content)  # type: ignore[attr-defined]
    observation = response.wsgi_request.META[ENVIRON_OBSERVATION]
    assert observation.statements >= json.loads(response[HEADER])["statements"]
    assert current() is None


@pytest.mark.django_db
def test_a_door_is_known_of_a_request_that_was_refused_before_it_was_looked_for() -> None:
    stranger = Client(raise_request_exception=False)
    assert observed(stranger, "/api/grids/5/", Authorization="Bearer nobody's")["door"] == "/api/grids/<str:code>/"


@pytest.mark.django_db
def test_what_has_no_door_is_unknown() -> None:
    assert observed(Client(), f"/api/{MARK}")["door"] == "unknown"


@pytest.mark.django_db
def test_static_files_are_one_door() -> None:
    response = Client().get("/static/map/main.js", **FRONT)
    assert len(response.getvalue()) > 0
    assert json.loads(response[HEADER])["door"] == "/static/<path>"


@pytest.mark.django_db
def test_without_a_front_the_id_comes_back_and_nothing_else() -> None:
    response = Client().get("/healthz")
    assert len(response["X-Request-Id"]) == 32
    assert HEADER not in response


@pytest.mark.django_db
def test_an_id_is_taken_from_a_proxy_of_ours_only(settings: Any) -> None:
    given = {"X-Request-Id": "5f0c1e7a-of-a-proxy"}
    assert Client().get("/healthz", headers=given)["X-Request-Id"] != given["X-Request-Id"]
    settings.BEHIND_PROXY = True
    assert Client().get("/healthz", headers=given)["X-Request-Id"] == given["X-Request-Id"]


@pytest.mark.django_db
def test_a_method_of_somebody_s_own_makes_no_figure_of_its_own() -> None:
    Client().generic("DIAL13912345678", "/healthz")
    methods = {sample.labels.get("method") for metric in REQUESTS.number.collect() for sample in metric.samples}
    assert "OTHER" in methods
    assert "DIAL13912345678" not in methods


def test_statements_are_counted_by_door(community: Division) -> None:
    door = STATEMENTS.labels("/api/grids/")
    before = door._value.get()
    noted = observed(signed_in("li", Role.COLLECTOR, community), "/api/grids/")
    assert door._value.get() == before + noted["statements"]


WORDS = st.text(st.sampled_from("aZ9-._~%/?&=+;\"'<坪😀"), max_size=20)


@given(query=WORDS, agent=WORDS, ident=WORDS, path=st.sampled_from(["/api/grids/at", "/geocode/search", "/nothing/"]))
def test_nothing_that_a_client_writes_is_told(query: str, agent: str, ident: str, path: str) -> None:
    request = RequestFactory().get(
        f"{path}{MARK}",
        {"q": query + MARK, f"{MARK}{query}": "1"},
        headers={"User-Agent": agent + MARK, "X-Request-Id": ident + MARK, "Cookie": f"a={MARK}"},
        **FRONT,
    )

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=404)

    noted = ObservedMiddleware(answer)(request)[HEADER]

    assert MARK not in noted and MARK not in json.dumps(json.loads(noted), ensure_ascii=False)
    assert json.loads(noted).keys() == {"door", "user", "statements", "db_ms", "rows"}

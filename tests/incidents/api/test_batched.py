"""Reports that are answered together get the answers that each would get alone, and only what is committed is told."""

from typing import Any

import pytest
from django.db import OperationalError

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import IdempotencyKey
from gisserver.common.access.roles import Role
from gisserver.common.web import observed
from grids.models import Division
from incidents import services
from incidents.api.batched import is_plain
from incidents.models import Incident
from tests import factories
from tests.batching import body_of, by_django, report, request, seen, statuses, together, token_of
from tests.factories import at, community_of, drawn

pytestmark = pytest.mark.usefixtures("laws", "keeps_connection")


@pytest.fixture
def community() -> Division:
    factories.incident_type("A")
    return community_of("AB")


@pytest.fixture
def token(community: Division) -> str:
    return token_of(factories.user("li", role=Role.COLLECTOR, area=community))


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({}, {}),
        ({"accuracy_m": 10, "text": "路灯不亮", "address": " 人民路 "}, {"Idempotency_Key": "k"}),
        ({"lon": None, "lat": None, "crs": None}, {}),
        ({"lon": 115.9, "lat": 22.9}, {}),
        ({"source": "s", "external_id": "7"}, {}),
        ({"lon": "114.35", "title": 7}, {}),
        ({"colour": "red"}, {}),
        ({"colour": "red"}, {"Accept_Language": "en"}),
        ({"occurred_at": "soon", "accuracy_m": -1}, {"Accept_Language": "en"}),
        ({"crs": "mars"}, {}),
        ({"lon": 22.7, "lat": 114.3}, {}),
        ({"type": "nope"}, {"Idempotency_Key": "k"}),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, {"Accept": "*/*"}),
        ({}, {"Idempotency_Key": ""}),
        ({}, {"Idempotency_Key": "k" * 201}),
    ],
)
def test_a_report_is_answered_as_by_its_door(token: str, change: dict[str, object], headers: dict[str, str]) -> None:
    alone = by_django(request(token, report(**change), **headers))
    IdempotencyKey.objects.all().delete()
    [answer] = together(request(token, report(**change), **headers))
    assert seen(answer) == seen(alone)


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_so_is_what_is_no_report(token: str, body: object) -> None:
    assert seen(together(request(token, body))[0]) == seen(by_django(request(token, body)))


@pytest.mark.parametrize("more", [{}, {"text": "又坏了"}], ids=["the same body", "another body"])
def test_so_is_a_retry(token: str, more: dict[str, object]) -> None:
    together(request(token, report(), Idempotency_Key="k"))
    again = report(**more)
    alone = by_django(request(token, again, Idempotency_Key="k"))
    assert [seen(answer) for answer in together(request(token, again, Idempotency_Key="k"))] == [seen(alone)]


def test_of_a_place_that_the_reporter_may_not_see_only_he_is_told_nothing(token: str) -> None:
    shape = drawn("...D")["D"]
    elsewhere = factories.division("440310001009", geometry=shape)
    factories.grid("D", shape, elsewhere)
    other = token_of(factories.user("wang", role=Role.COLLECTOR, area=elsewhere))
    answers = together(request(token, report(at(3.5, 0.5))), request(other, report(at(3.5, 0.5))))
    assert [body_of(answer)["assignment"] and "D" for answer in answers] == [None, "D"]


@pytest.mark.parametrize(
    "change",
    [
        {"QUERY_STRING": "a=b"},
        {"CONTENT_TYPE": "application/geo+json"},
        {"HTTP_ACCEPT": "text/html"},
        {"HTTP_AUTHORIZATION": ""},
        {"CONTENT_LENGTH": "9" * 9},
        {"PATH_INFO": "/api/incidents/1/"},
        {"REQUEST_METHOD": "PUT"},
    ],
)
def test_what_is_not_plain_is_for_django(token: str, change: dict[str, str]) -> None:
    environ = request(token, report()) | change
    assert not is_plain(environ)
    assert together(environ, fallback=lambda asked: (299, [], asked["wsgi.input"].read()))[0][0] == 299
    assert Incident.objects.count() == 0


@pytest.mark.parametrize("change", [{"HTTP_HOST": "evil.example"}, {"HTTP_AUTHORIZATION": "Basic ?"}])
def test_so_is_a_request_that_middleware_turns_away(token: str, change: dict[str, str]) -> None:
    [answer] = together(request(token, report()) | change, fallback=by_django)
    assert answer[0] in {400, 401}
    assert Incident.objects.count() == 0


def test_a_body_that_is_no_json_comes_whole_to_django(token: str) -> None:
    [answer] = together(request(token, b'{"type": '), fallback=by_django)
    assert (answer[0], body_of(answer)["code"]) == (400, "invalid")


def test_one_bad_report_among_good_ones_is_refused_alone(token: str) -> None:
    answers = together(request(token, report()), request(token, report(type="nope")), request(token, report()))
    assert statuses(answers) == [201, 400, 201]
    assert Incident.objects.count() == 2


def test_a_token_that_has_ended_is_refused_among_good_ones(token: str, community: Division) -> None:
    ended = token_of(factories.user("wang", role=Role.COLLECTOR, area=community))
    tokens.end(ended)
    answers = together(request(token, report()), request(ended, report()), request(token, report()), fallback=by_django)
    assert statuses(answers) == [201, 401, 201]


def test_so_is_a_user_who_may_not_report(token: str, community: Division) -> None:
    reader = token_of(factories.user("zhao", role=Role.REVIEWER, area=community))
    answers = together(request(reader, report()), request(token, report()), fallback=by_django)
    assert statuses(answers) == [403, 201]


def test_a_twin_in_the_same_batch_gets_the_first_answer(token: str) -> None:
    first, twin = together(*(request(token, report(), Idempotency_Key="k") for _ in range(2)))
    assert body_of(first) == body_of(twin)
    assert dict(twin[1])["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in dict(first[1])
    assert Incident.objects.count() == 1


def test_a_twin_with_another_body_is_refused(token: str) -> None:
    bodies = [report(), report(text="又坏了")]
    first, twin = together(*(request(token, body, Idempotency_Key="k") for body in bodies))
    assert (first[0], body_of(twin)["code"]) == (201, "idempotency_key_reused")


def test_a_key_of_another_user_is_another_key(token: str, community: Division) -> None:
    other = token_of(factories.user("wang", role=Role.COLLECTOR, area=community))
    answers = together(*(request(each, report(), Idempotency_Key="k") for each in (token, other)))
    assert body_of(answers[0])["id"] != body_of(answers[1])["id"]


def test_a_failed_report_does_not_use_up_its_key(token: str) -> None:
    bodies = [report(type="nope"), report()]
    assert statuses(together(*(request(token, body, Idempotency_Key="k") for body in bodies))) == [400, 201]


def test_one_source_s_id_names_one_incident_in_a_batch(token: str) -> None:
    key = {"source": "s", "external_id": "7"}
    bodies = [report(**key), report(**key), report(**key, text="又坏了")]
    first, second, third = together(*(request(token, body) for body in bodies))
    assert body_of(first)["id"] == body_of(second)["id"]
    assert (third[0], body_of(third)["code"]) == (409, "external_id_reused")


def test_when_the_database_is_busy_all_are_told_after_two(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def busy(good: Any) -> None:
        tries.append(len(good))
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(services, "record_reports", busy)
    answers = together(*(request(token, report()) for _ in range(5)))
    assert statuses(answers) == [503] * 5
    assert tries == [5, 1, 1]


def test_reports_are_counted_at_their_door(token: str) -> None:
    counted = observed.REQUESTS.number.labels("/api/incidents/", "POST", "201")
    before = counted._value.get()
    together(request(token, report()), request(token, report()))
    assert counted._value.get() == before + 2


def test_a_batch_asks_no_more_of_the_database_than_a_single_report(
    token: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    together(request(token, report()))
    with django_assert_max_num_queries(30) as alone:
        together(request(token, report(), Idempotency_Key="k"))
    with django_assert_num_queries(len(alone.captured_queries)):
        together(*(request(token, report(), Idempotency_Key=f"k{n}") for n in range(8)))


def test_requests_alike_have_the_headers_of_the_first_each_with_its_own_place_and_length(token: str) -> None:
    behind_front = {"gisserver.request_id": "a" * 32}
    counted = observed.REQUESTS.number.labels("/api/incidents/", "POST", "201")
    before = counted._value.get()
    asked = [
        request(token, report(external_id=str(10**n)), Accept_Language=said)
        for n, said in enumerate(("en", "zh", "zh"))
    ]
    answers = together(*(each | behind_front for each in asked))
    headers = [dict(each[1]) for each in answers]
    assert seen(answers[1]) == seen(answers[2])
    assert [each["Content-Language"] for each in headers] == ["en", "zh-hans", "zh-hans"]
    assert [each["Location"] for each in headers] == [f"/api/incidents/{body_of(each)['id']}/" for each in answers]
    assert [each["Content-Length"] for each in headers] == [str(len(each[2])) for each in answers]
    assert counted._value.get() == before + 3

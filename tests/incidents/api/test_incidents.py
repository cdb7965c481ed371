"""Reporting incidents: exactly one grid, retries are harmless, nothing is stored without its CRS."""

import json

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division, GridVersion
from incidents.models import Assignment, Incident
from tests import factories
from tests.factories import at, community_of, drawn, hours_ago, lonlat

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def community() -> Division:
    factories.incident_type("A")
    return community_of("AB")


@pytest.fixture
def phone(client: Client, community: Division) -> Client:
    client.force_login(factories.user("li", role=Role.COLLECTOR, area=community))
    return client


def report(place: object = None, **more: object) -> dict[str, object]:
    lon, lat = lonlat(place or at(0.7, 0.5))  # type: ignore[arg-type]
    return {
        "type": "A",
        "occurred_at": hours_ago(1).isoformat(),
        "lon": lon,
        "lat": lat,
        "crs": "wgs84",
        "accuracy_m": 10,
        "address": "人民路1号旁",
        "text": "路灯不亮",
        **more,
    }


def post(client: Client, body: dict[str, object], key: str | None = None) -> object:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/incidents/", json.dumps(body), content_type="application/json", headers=headers)


def test_a_report_gets_exactly_one_grid(phone: Client) -> None:
    response = post(phone, report())
    assert response.status_code == 201
    answer = response.json()
    receipt = answer["assignment"]
    assert (receipt["grid"], receipt["rule"], receipt["confidence"]) == ("A", "inside", 1.0)
    assert receipt["margin_m"] == pytest.approx(30, abs=0.002)
    assert receipt["version"] == GridVersion.objects.get(code="A").pk
    assert Assignment.objects.filter(incident_id=answer["id"]).count() == 1


def test_near_a_border_the_confidence_says_so(phone: Client) -> None:
    receipt = post(phone, report(at(0.99, 0.5), accuracy_m=10)).json()["assignment"]
    assert receipt["grid"] == "A"
    assert receipt["confidence"] == pytest.approx(0.564, abs=0.01)


def test_outside_every_grid_it_waits_in_the_unassigned_queue(admin_client: Client, community: Division) -> None:
    receipt = post(admin_client, report(at(5, 5))).json()["assignment"]
    assert (receipt["grid"], receipt["rule"], receipt["reason"]) == (None, "none", "outside_grids")
    assert len(admin_client.get("/api/incidents/?unassigned=true").json()["results"]) == 1


@pytest.mark.parametrize("place", [at(3.5, 0.5), at(5, 5)], ids=["in a grid", "outside every grid"])
def test_of_a_place_that_the_reporter_may_not_see_the_answer_says_only_that_it_was_taken(
    phone: Client, place: Point
) -> None:
    factories.grid("D", drawn("...D")["D"], factories.division("440310001009", geometry=drawn("...D")["D"]))
    answer = post(phone, report(place)).json()
    assert answer == {"id": Incident.objects.get().pk, "assignment": None}


def test_without_coordinates_it_is_kept_and_says_why(phone: Client) -> None:
    body = {"type": "A", "occurred_at": hours_ago(1).isoformat(), "address": "某处"}
    receipt = post(phone, body).json()["assignment"]
    assert (receipt["rule"], receipt["reason"]) == ("none", "no_location")


def test_a_retry_with_the_same_key_gets_the_first_answer(phone: Client) -> None:
    body = report()
    first, second = post(phone, body, "k1"), post(phone, body, "k1")
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert second["Location"] == first["Location"] == f"/api/incidents/{first.json()['id']}/"
    assert Incident.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(phone: Client) -> None:
    post(phone, report(), "k1")
    response = post(phone, report(text="又坏了"), "k1")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert Incident.objects.count() == 1


def test_a_failed_report_does_not_use_up_its_key(phone: Client) -> None:
    assert post(phone, report(type="nope"), "k1").status_code == 400
    assert post(phone, report(), "k1").status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"crs": None}, "invalid"),
        ({"lat": None}, "invalid"),
        ({"crs": "mars"}, "unknown_crs"),
        ({"type": "nope"}, "unknown_type"),
        ({"lon": 22.7, "lat": 114.3}, "coordinate_axes_swapped"),
        ({"colour": "red"}, "invalid"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurs_in_future"),
        ({"occurred_at": "0001-01-01T00:00:00"}, "invalid"),
        ({"occurred_at": "0001-01-01T00:00:00Z"}, "occurred_too_early"),
        ({"accuracy_m": 1e308}, "invalid"),
    ],
)
def test_a_bad_report_is_refused(phone: Client, change: dict[str, object], code: str) -> None:
    response = post(phone, {k: v for k, v in report(**change).items() if v is not None})
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert Incident.objects.count() == 0


def test_an_analyst_may_not_report(client: Client, community: Division) -> None:
    client.force_login(factories.user("analyst", role=Role.ANALYST, everywhere=True))
    assert post(client, report()).status_code == 403


def test_an_incident_shows_what_was_reported(phone: Client) -> None:
    incident_id = post(phone, report(text="路灯不亮")).json()["id"]
    answer = phone.get(f"/api/incidents/{incident_id}/").json()
    assert (answer["text"], answer["grid"], answer["status"], answer["declared_crs"]) == (
        "路灯不亮",
        "A",
        "new",
        "wgs84",
    )
    assert [receipt["rule"] for receipt in answer["assignments"]] == ["inside"]


def test_incidents_are_kept_by_month(phone: Client) -> None:
    post(phone, report())
    month = hours_ago(1).strftime("%Ym%m")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM incidents_incident")
        assert cursor.fetchone() == (f"incidents_incident_{month}",)


def test_a_second_report_of_one_source_gets_the_first_receipt(phone: Client) -> None:
    body = report(source="12345", external_id="7")
    first, second = post(phone, body), post(phone, body)
    assert (second.status_code, second.json()) == (201, first.json())
    assert Incident.objects.count() == 1


def test_the_same_id_of_another_source_is_another_incident(phone: Client) -> None:
    first, second = (post(phone, report(source=source, external_id="7")).json() for source in ("12345", "随手拍"))
    assert first["id"] != second["id"]


def test_another_report_under_the_same_id_is_a_conflict(phone: Client) -> None:
    body = report(source="12345", external_id="7")
    post(phone, body)
    answer = post(phone, {**body, "text": "井盖丢了", "accuracy_m": 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "external_id_reused")
    assert answer.json()["differs"] == ["accuracy_m", "text"]


def test_the_first_receipt_is_told_when_the_grid_has_changed(phone: Client, admin_client: Client) -> None:
    body = report(source="12345", external_id="7")
    first = post(phone, body).json()["assignment"]
    held, later = Assignment.objects.get(), hours_ago(-0.001)
    Assignment.objects.all().end(later)
    Assignment.objects.create(
        incident_id=held.incident_id, occurred_at=held.occurred_at, rule="none", valid=since(later)
    )
    again = post(phone, body).json()["assignment"]
    assert {**again, "valid": None} == {**first, "valid": None}


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_is_none_is_refused(phone: Client, key: str) -> None:
    response = post(phone, report(), key)
    assert (response.status_code, response.json()["code"]) == (400, "bad_idempotency_key")
    assert not Incident.objects.exists()

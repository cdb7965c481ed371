"""A report as a GeoJSON Feature: its media type declares the CRS, its properties are the members."""

import json
from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident
from tests import factories
from tests.factories import at, community_of, hours_ago, lonlat

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def phone(admin_client: Client) -> Client:
    factories.incident_type("A")
    community_of("AB")
    return admin_client


def feature(**more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": lonlat(at(0.7, 0.5))},
        "properties": {"type": "A", "occurred_at": hours_ago(1).isoformat(), "text": "路灯不亮"},
        **more,
    }


def post(client: Client, body: object, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/incidents/", json.dumps(body), content_type="application/geo+json", headers=headers)


def test_it_is_a_report_at_its_point(phone: Client) -> None:
    answer = post(phone, feature())

    assert (answer.status_code, answer.json()["assignment"]["grid"]) == (201, "A")
    kept = Incident.objects.get()
    assert (kept.declared_crs, kept.text) == ("wgs84", "路灯不亮")
    assert kept.location.distance(at(0.7, 0.5)) < 0.002


def test_a_retry_gets_the_first_answer(phone: Client) -> None:
    body = feature()

    first, second = post(phone, body, "k"), post(phone, body, "k")

    assert first.json() == second.json()
    assert Incident.objects.count() == 1


def test_the_answer_is_no_feature(phone: Client) -> None:
    """So nobody is told that it is one."""
    body, kind = json.dumps(feature()), "application/geo+json"

    response = phone.post("/api/incidents/", body, content_type=kind, headers={"Accept": kind})

    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
    assert post(phone, feature())["Content-Type"] == "application/json"


def test_without_a_geometry_it_has_no_place(phone: Client) -> None:
    receipt = post(phone, feature(geometry=None)).json()["assignment"]

    assert receipt["grid"] is None


def test_a_height_is_left_out(phone: Client) -> None:
    point = {"type": "Point", "coordinates": [*lonlat(at(0.7, 0.5)), 31.5]}

    assert post(phone, feature(geometry=point)).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"type": "FeatureCollection", "features": []},
        feature(properties=None),
        feature(crs={"type": "name", "properties": {"name": "EPSG:4547"}}),
        feature(properties={"type": "A", "occurred_at": "2026-03-01", "crs": "gcj02"}),
        feature(geometry={"type": "LineString", "coordinates": [[114, 22], [115, 23]]}),
        feature(geometry={"type": "Point", "coordinates": [114]}),
        feature(geometry={"type": "Point", "coordinates": ["114", "22"]}),
    ],
)
def test_what_is_no_report_is_refused(phone: Client, body: object) -> None:
    response = post(phone, body)

    assert (response.status_code, response.json()["code"]) == (400, "bad_feature")
    assert not Incident.objects.exists()


def test_a_misspelt_member_is_refused(phone: Client) -> None:
    response = post(phone, feature(properties={**feature()["properties"], "txet": "路灯"}))

    assert (response.status_code, response.json()["errors"]) == (400, {"txet": ["This member is unknown."]})

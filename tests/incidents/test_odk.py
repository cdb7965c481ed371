"""Submissions of ODK and KoboToolbox as reports."""

from typing import Any

import pytest

from gisserver.common.access.roles import Role
from gisserver.common.errors import Invalid
from incidents.models import Incident
from incidents.odk import as_report
from tests.factories import at, community_of, incident_type, lonlat
from tests.redrawing import signed_in

KOBO = {
    "_uuid": "0b7c",
    "_xform_id_string": "巡查",
    "_submission_time": "2026-03-01T00:05:00",
    "_geolocation": [22.69, 114.35],
    "end": "2026-03-01T08:04:00+08:00",
    "found/what": "A",
    "found/words": "路灯不亮",
}
CENTRAL = {
    "__id": "uuid:0b7c",
    "meta": {"instanceID": "uuid:0b7c"},
    "found": {
        "what": "A",
        "where": {"type": "Point", "coordinates": [114.35, 22.69, 30], "properties": {"accuracy": 8}},
    },
    "__system": {"submissionDate": "2026-03-01T00:05:00.000Z"},
}
MAPPING = {"type": "found/what", "text": "found/words", "place": "found/where"}


def test_a_submission_of_kobotoolbox_is_a_report() -> None:
    assert as_report(KOBO, {"type": "found/what", "text": "found/words"}) == {
        "type": "A",
        "text": "路灯不亮",
        "source": "巡查",
        "external_id": "0b7c",
        "occurred_at": "2026-03-01T08:04:00+08:00",
        "lon": 114.35,
        "lat": 22.69,
        "crs": "wgs84",
    }


def test_a_submission_of_central_is_a_report() -> None:
    report = as_report(CENTRAL, MAPPING)
    assert (report["lon"], report["lat"], report["accuracy_m"]) == (114.35, 22.69, 8)
    assert (report["external_id"], report["occurred_at"]) == ("0b7c", "2026-03-01T00:05:00.000Z")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("22.69 114.35 0 4.5", {"lat": "22.69", "lon": "114.35", "crs": "wgs84", "accuracy_m": "4.5"}),
        ("22.69 114.35", {"lat": "22.69", "lon": "114.35", "crs": "wgs84"}),
        (None, {}),
        ("", {}),
    ],
)
def test_a_geopoint_is_latitude_longitude_altitude_accuracy(said: Any, place: dict[str, Any]) -> None:
    report = as_report({**KOBO, "where": said}, {"type_code": "A", "place": "where"})
    assert {name: report[name] for name in ("lat", "lon", "crs", "accuracy_m") if name in report} == place


def test_a_time_without_an_offset_is_utc_as_kobotoolbox_means_it() -> None:
    assert as_report({**KOBO, "end": None}, {"type_code": "A"})["occurred_at"] == "2026-03-01T00:05:00Z"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"_uuid": None}, "bad_submission"), ({"where": "here"}, "bad_geopoint"), ({"where": [1]}, "bad_geopoint")],
)
def test_what_is_no_submission_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        as_report({**KOBO, **change}, {"type_code": "A", "place": "where"})
    assert refusal.value.code == code


@pytest.mark.django_db
def test_a_submission_becomes_an_incident_once() -> None:
    incident_type()
    app = signed_in("app", Role.COMPONENT, community_of("A"))
    lon, lat = lonlat(at(0.5, 0.5))
    submission = {**KOBO, "_geolocation": [lat, lon]}
    address = "/api/incidents/odk/?type=found/what&text=found/words"
    answers = [app.post(address, submission, content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["assignment"]["grid"] == "A"
    assert Incident.objects.get().text == "路灯不亮"
    refused = app.post(address, [submission], content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_submission")

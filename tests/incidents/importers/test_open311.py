"""Another city's feed of GeoReport, JSON or XML, from a file or an address: read apart, and each request once."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gisserver.common.errors import Invalid
from incidents.importers.open311 import SHEET, to_sheet
from incidents.models import Incident
from tests.factories import at, community_of, lonlat

LON, LAT = lonlat(at(0.5, 0.5))
REQUEST = {
    "service_request_id": "638344",
    "status": "closed",
    "service_name": "Sidewalk and Curb Issues",
    "service_code": "006",
    "description": 'a hole,\nand "water" in it',
    "requested_datetime": "2025-04-14T06:37:38-08:00",
    "address": "8TH AVE",
    "lat": LAT,
    "long": LON,
    "media_url": None,
}
XML = """<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>{}<zipcode/></request>
</service_requests>"""


def as_xml(request: dict[str, Any]) -> str:
    members = (f"<{name}>{value}</{name}>" for name, value in request.items() if value is not None)
    return XML.format("".join(members))


@pytest.fixture(params=["json", "xml"])
def feed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"requests.{request.param}"
    path.write_text(json.dumps([REQUEST]) if request.param == "json" else as_xml(REQUEST))
    return path


@pytest.mark.django_db
def test_a_request_becomes_an_incident_and_is_known_the_next_time(feed: Path, capsys: Any) -> None:
    community_of("A")
    for _ in range(2):
        call_command("import_open311", str(feed), "--source", "city")
    incident = Incident.objects.select_related("type").get()
    assert (incident.source, incident.external_id, incident.type.code) == ("city", "638344", "006")
    assert (incident.text, incident.status, incident.declared_crs) == (REQUEST["description"], "closed", "wgs84")
    assert incident.occurred_at.isoformat() == "2025-04-14T14:37:38+00:00"
    assert "read 1, begun 0, ended 0, unchanged 1, rejected 0" in capsys.readouterr().out


@pytest.mark.usefixtures("transactional_db")
def test_a_feed_is_read_from_its_address(live_server: Any, tmp_path: Path) -> None:
    """An address that answers something else is refused, and nothing comes in."""
    with pytest.raises(CommandError, match="401|not_georeport"):
        call_command("import_open311", f"{live_server.url}/open311/v2/requests.json")
    assert Incident.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_georeport"),
        ("{}", "not_georeport"),
        ("[1]", "not_georeport"),
        ("[{", "not_georeport"),
        ("<html/>", "not_georeport"),
        ("<service_requests>", "not_georeport"),
        ("[" * 60, "unreadable_file"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><service_requests/>', "pointing_file"),
    ],
)
def test_what_is_no_feed_is_refused(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_text(text)
    with pytest.raises(Invalid) as refusal:
        to_sheet(tmp_path, path=str(path))
    assert refusal.value.code == code


def test_a_feed_in_an_envelope_is_one_too(tmp_path: Path) -> None:
    (tmp_path / "feed").write_text(json.dumps({"service_requests": [REQUEST, REQUEST]}))
    assert to_sheet(tmp_path, path=str(tmp_path / "feed")) == 2
    assert (tmp_path / SHEET).read_text().startswith('"service_request_id"')

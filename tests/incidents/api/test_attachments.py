"""Files of incidents: what is taken, what of them is shown, and to whom."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from grids.models import Division
from incidents import reported, services
from tests.factories import at, community_of, division, hours_ago, incident_type, lonlat
from tests.redrawing import signed_in

PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def here(db: None, settings: Any, tmp_path: Path) -> Division:
    """A community of one grid, and a home of its own."""
    settings.GISSERVER_HOME = tmp_path
    return community_of("A")


@pytest.fixture
def door(here: Division) -> str:
    """The address of the attachments of an incident."""
    incident_type()
    lon, lat = lonlat(at(0.5, 0.5))
    report = reported.as_reported(type="A", occurred_at=hours_ago(1), lon=lon, lat=lat, crs="wgs84")
    [recorded] = services.record_incidents([report], moment=database_now())
    return f"/api/incidents/{recorded.id}/attachments/"


@pytest.fixture
def supervisor(here: Division) -> Client:
    return signed_in("li", Role.SUPERVISOR, here)


def photo(form: str = "JPEG", *, width: int = 800, turned: bool = False) -> bytes:
    """Return a picture, red on the left, of a phone that says when and where it was taken."""
    picture = Image.new("RGB", (width, 400), "blue")
    picture.paste("red", (0, 0, width // 2, 400))
    exif = Image.Exif()
    exif[Base.Model] = "a phone"
    exif[Base.Orientation] = 6 if turned else 1
    exif.get_ifd(IFD.Exif).update({Base.DateTimeOriginal: "2026:03:01 08:00:00", Base.OffsetTimeOriginal: "+08:00"})
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (22, 30, 0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (114, 15, 0),
        }
    )
    written = io.BytesIO()
    picture.save(written, form, exif=exif)
    return written.getvalue()


def send(
    client: Client, door: str, content: bytes, status: int = 201, *, name: str = "现场.jpg", declared: str = ""
) -> Any:
    file = SimpleUploadedFile(name, content, declared or "application/octet-stream")
    response = client.post(door, {"file": file})
    assert response.status_code == status, response.content
    return response.json()


def fetch(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_tells_when_and_where_it_was_taken_and_its_served_copy_no_more(
    supervisor: Client, door: str, form: str
) -> None:
    kept = send(supervisor, door, photo(form))
    assert (kept["taken_lon"], kept["taken_lat"]) == (114.25, 22.5)
    assert datetime.fromisoformat(kept["taken_at"]) == datetime(2026, 3, 1, tzinfo=UTC)
    _, content = fetch(supervisor, kept["content"])
    assert b"a phone" not in content
    with Image.open(io.BytesIO(content)) as served:
        assert (served.format, served.size, dict(served.getexif())) == (form, (800, 400), {})


def test_a_thumbnail_is_small_and_upright(supervisor: Client, door: str) -> None:
    kept = send(supervisor, door, photo(turned=True))
    _, content = fetch(supervisor, kept["thumbnail"])
    with Image.open(io.BytesIO(content)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (160, 320))
        red, _, blue = thumbnail.getpixel((80, 40))  # type: ignore[misc]
    assert red > blue  # what was left is above


def test_a_file_that_no_decoder_reads_is_handed_out_as_it_came(supervisor: Client, door: str) -> None:
    kept = send(supervisor, door, PDF, name="单据.pdf", declared="application/pdf")
    response, content = fetch(supervisor, kept["content"])
    assert (content, kept["thumbnail"], kept["name"]) == (PDF, None, "单据.pdf")
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "declared", "code"),
    [
        (b"<html><script>alert(1)</script>", "image/jpeg", "attachment_type"),
        (b"", "", "attachment_type"),
        (PDF, "image/jpeg", "attachment_mismatch"),
        (photo()[:2000], "image/jpeg", "attachment_unreadable"),
        (b"\xff\xd8\xff" + PDF, "", "attachment_unreadable"),
    ],
)
def test_what_is_not_what_it_says_is_refused(
    supervisor: Client, door: str, content: bytes, declared: str, code: str
) -> None:
    assert send(supervisor, door, content, 400, declared=declared)["code"] == code


def test_a_picture_of_too_many_pixels_is_refused(supervisor: Client, door: str) -> None:
    written = io.BytesIO()
    Image.new("1", (8000, 8000)).save(written, "PNG")
    assert send(supervisor, door, written.getvalue(), 400)["code"] == "attachment_too_many_pixels"


def test_a_file_that_is_too_large_is_refused(supervisor: Client, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.attachments.services.MAX_BYTES", 10)
    assert send(supervisor, door, PDF, 413)["code"] == "too_large"


def test_the_same_file_is_kept_once(supervisor: Client, door: str) -> None:
    first = send(supervisor, door, PDF)
    assert send(supervisor, door, PDF, 200)["id"] == first["id"]
    assert len(supervisor.get(door).json()) == 1


def test_an_incident_has_so_many_files(supervisor: Client, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.attachments.services.MAX_OF_ONE", 0)
    assert send(supervisor, door, PDF, 409)["code"] == "too_many_attachments"


def test_whoever_does_not_see_the_incident_finds_none_of_its_files(
    supervisor: Client, door: str, client: Client
) -> None:
    kept = send(supervisor, door, PDF)
    stranger = signed_in("wu", Role.SUPERVISOR, division("440310001002"))
    for address in (door, kept["content"]):
        assert stranger.get(address).json()["code"] == "no_such_incident"
        assert client.get(address).status_code == 401
    assert stranger.post(door, {"file": SimpleUploadedFile("a", PDF)}).status_code == 404


def test_a_hidden_file_is_shown_to_nobody_and_says_why(supervisor: Client, door: str, here: Division) -> None:
    kept = send(supervisor, door, photo())
    address = f"{door}{kept['id']}/hide/"
    collector = signed_in("he", Role.COLLECTOR, here)
    assert collector.post(address, {"reason": "a"}, content_type="application/json").status_code == 403
    hidden = supervisor.post(address, {"reason": "a face"}, content_type="application/json").json()
    assert (hidden["hidden_reason"], hidden["content"], hidden["thumbnail"]) == ("a face", None, None)
    assert supervisor.get(kept["content"]).json()["code"] == "attachment_hidden"
    again = supervisor.post(address, {"reason": "b"}, content_type="application/json")
    assert again.json()["code"] == "attachment_hidden"


def test_what_was_hidden_and_why_stays_on_record(supervisor: Client, door: str) -> None:
    kept = send(supervisor, door, PDF)
    supervisor.post(f"{door}{kept['id']}/hide/", {"reason": "a face"}, content_type="application/json")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_attachment SET hidden_at = NULL, hidden_by_id = NULL, hidden_reason = ''")
        cursor.execute("SELECT row->>'hidden_reason' FROM common_rowhistory WHERE row_id = %s", [kept["id"]])
        assert ("a face",) in cursor.fetchall()


def test_a_file_is_never_removed(supervisor: Client, door: str) -> None:
    send(supervisor, door, PDF)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
            cursor.execute("DELETE FROM incidents_attachment")

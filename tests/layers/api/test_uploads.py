"""POST, GET and DELETE /api/layers/."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gisserver.common.access.roles import Role
from layers.models import UploadedLayer
from tests import factories
from tests.layers.conftest import read, signed_in


def send(client: Client, path: Path, **fields: Any) -> Any:
    """Upload a file as a browser does."""
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post("/api/layers/", {"file": file, **fields})


def test_an_upload_becomes_a_collection(analyst: Client, places_file: Path) -> None:
    response = send(analyst, places_file, id="mine", title="我的地点")
    assert response.status_code == 201
    body = response.json()
    assert (body["id"], body["title"], body["feature_count"]) == ("mine", "我的地点", 4)
    assert body["owner"] == "analyst"
    assert read(analyst, "/collections/mine")["title"] == "我的地点"


def test_the_same_upload_again_is_no_news(analyst: Client, places_file: Path) -> None:
    assert [send(analyst, places_file).status_code for _ in range(2)] == [201, 200]


def test_a_zipped_shapefile(analyst: Client, shared_data: Path, tmp_path: Path) -> None:
    import zipfile

    archive = tmp_path / "wards.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for part in (shared_data / "philadelphia").glob("2011_*"):
            target.write(part, part.name)
    response = send(analyst, archive)
    assert response.status_code == 201, response.content
    assert response.json()["srid"] == 2272


def test_a_collector_may_not_upload(collector: Client, places_file: Path) -> None:
    assert send(collector, places_file).status_code == 403


def test_the_anonymous_may_not_even_list(client: Client, db: None) -> None:
    response = client.get("/api/layers/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"]


def test_uploads_are_listed(collector: Client, places: UploadedLayer) -> None:
    (layer,) = collector.get("/api/layers/").json()["layers"]
    assert (layer["id"], layer["kind"], layer["geometry_type"]) == ("places", "vector", "Point")
    assert collector.get("/api/layers/places/").json() == layer


def test_the_owner_withdraws_and_nothing_is_lost(analyst: Client, places_file: Path) -> None:
    send(analyst, places_file)
    assert analyst.delete("/api/layers/places/").status_code == 204
    assert analyst.get("/ogc/collections/places").status_code == 404
    assert UploadedLayer.objects.get().withdrawn_at is not None


def test_a_stranger_may_not_withdraw(analyst: Client, places_file: Path) -> None:
    send(analyst, places_file)
    stranger = signed_in(factories.user("stranger", role=Role.ANALYST, everywhere=True))
    assert stranger.delete("/api/layers/places/").status_code == 403


def test_an_administrator_may(analyst: Client, places_file: Path, admin_client: Client) -> None:
    send(analyst, places_file)
    assert admin_client.delete("/api/layers/places/").status_code == 204


def test_withdrawing_nothing_is_not_found(analyst: Client) -> None:
    assert analyst.delete("/api/layers/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.exe", b"MZ", "unsupported_file"),
        ("x.geojson", b"", "file_empty"),
        ("x.geojson", b"{", "unreadable_file"),
        ("x.gpkg", b"not a database", "unreadable_file"),
        ("x.zip", b"PK\x03\x04broken", "bad_archive"),
        ("x.tif", b"II*\x00broken", "unreadable_file"),
    ],
)
def test_bad_files_are_refused_in_words(analyst: Client, tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    response = send(analyst, path)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_a_file_without_crs_is_told_so(analyst: Client, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("lon,lat\n1,2\n")
    assert send(analyst, path).json()["code"] == "crs_missing"


def test_without_a_file_the_form_is_refused(analyst: Client) -> None:
    response = analyst.post("/api/layers/", {"id": "x"})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")

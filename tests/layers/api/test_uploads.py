"""POST, GET and DELETE /api/layers/."""

from pathlib import Path
from typing import Any

import pyogrio
import pytest
import rasterio
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gisserver.common.access.roles import Role
from gisserver.common.reading.process.sandbox import turn
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


def test_an_administrator_of_a_part_may_not_withdraw_what_all_see(analyst: Client, places_file: Path) -> None:
    send(analyst, places_file)
    community = factories.community_of("AB")
    partial = signed_in(factories.user("partial", role=Role.ADMINISTRATOR, area=community))
    response = partial.delete("/api/layers/places/")
    assert (response.status_code, response.json()["code"]) == (403, "not_yours")
    assert analyst.get("/ogc/collections/places").status_code == 200


def test_an_administrator_of_a_part_may_not_replace_it_either(analyst: Client, places_file: Path) -> None:
    send(analyst, places_file)
    community = factories.community_of("AB")
    partial = signed_in(factories.user("partial", role=Role.ADMINISTRATOR, area=community))
    places_file.write_text(places_file.read_text().replace("甲", "子"))
    assert send(partial, places_file, replace="true").status_code == 403


def test_two_files_with_chinese_names_get_two_ids(analyst: Client) -> None:
    cases = Path(__file__).parents[1] / "cases"
    ids = [send(analyst, cases / name).json()["id"] for name in ("社区.zip", "网格.zip")]
    assert ids == ["shequ", "wangge"]


def test_while_other_files_are_read_a_third_is_put_off(analyst: Client, places_file: Path) -> None:
    with turn(), turn():
        response = send(analyst, places_file)
    assert (response.status_code, response.json()["code"]) == (503, "reading_busy")
    assert response["Retry-After"]
    assert send(analyst, places_file).status_code == 201


@pytest.mark.parametrize("bbox", ["179.5,-17,179.9,-16.5", "-179,-17,-178.5,-16.5", "178,-20,-178,-10"])
def test_what_crosses_180_degrees_is_found_on_both_sides(analyst: Client, bbox: str) -> None:
    send(analyst, Path(__file__).parents[1] / "cases" / "27_beyond180.geojson", id="over")
    found = read(analyst, "/collections/over/items", bbox=bbox)
    assert [feature["properties"]["k"] for feature in found["features"]] == ["over"]


@pytest.mark.parametrize("tile", ["5/31/17", "5/0/17"])
def test_what_crosses_180_degrees_is_in_the_tiles_of_both_sides(analyst: Client, tile: str) -> None:
    send(analyst, Path(__file__).parents[1] / "cases" / "27_beyond180.geojson", id="over")
    assert b"over" in analyst.get(f"/tiles/over/{tile}.mvt").content


def test_codes_and_lists_come_out_as_they_went_in(analyst: Client) -> None:
    cases = Path(__file__).parents[1] / "cases"
    send(analyst, cases / "20_int64_null.geojson", id="codes")
    send(analyst, cases / "28_nested.geojson", id="nested")
    codes = [each["properties"]["code"] for each in read(analyst, "/collections/codes/items")["features"]]
    first = read(analyst, "/collections/nested/items")["features"][0]["properties"]
    assert codes == ["440310001001001001", "440310001001001003", None]
    assert first == {"tags": ["a", "b"], "obj": {"x": 1}, "nums": [1, 2]}


def test_a_row_too_wide_for_the_database_is_refused(analyst: Client, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(
        ",".join(f"c{n}" for n in range(999)) + "\n" + ",".join("twenty characters it" for _ in range(999)) + "\n"
    )
    response = send(analyst, path)
    assert (response.status_code, response.json()["code"]) == (400, "beyond_database_limits")


def test_the_serving_process_opens_no_upload_itself(
    analyst: Client, places_file: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("read in the serving process")

    for module, name in ((pyogrio.raw, "read"), (pyogrio, "list_layers"), (rasterio, "open"), (shapely, "from_wkt")):
        monkeypatch.setattr(module, name, never)
    assert send(analyst, places_file).status_code == 201
    assert send(analyst, shared_data / "lauf" / "lauf_srtm3.tif").status_code == 201


def test_a_value_that_the_database_can_not_keep_is_refused_with_its_row(
    analyst: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from layers import services

    path = tmp_path / "days.csv"
    path.write_text("name\na\nb\n")
    read = services.call

    def with_a_bad_row(task: str, asked: Any, *, folder: Path, **more: Any) -> Any:
        answer = read(task, asked, folder=folder, **more)
        (folder / services.ROWS).write_text("1\t\\N\ta\nx\t\\N\tb\n")
        return answer

    monkeypatch.setattr(services, "call", with_a_bad_row)
    response = send(analyst, path)
    assert (response.status_code, response.json()["code"]) == (400, "bad_row")
    assert response.json()["detail"].startswith("第 2 行")

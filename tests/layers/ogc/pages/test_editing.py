"""Features of uploads are created, replaced, changed and deleted over OGC API – Features, Part 4."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from layers import tables
from layers.models import UploadedLayer
from layers.publishing import publish_file
from layers.services import withdraw
from tests import factories
from tests.layers.conftest import names, read, signed_in

ITEMS = "/ogc/collections/places/items"
GEOJSON = "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
NEW = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [114.5, 22.8]}, "properties": {"name": "戊"}}


@pytest.fixture
def owner(places: UploadedLayer, analyst: Client) -> Client:
    """The analyst, who owns the four places."""
    UploadedLayer.objects.filter(pk=places.pk).update(owner_id=analyst.session["_auth_user_id"])
    return analyst


def send(client: Client, method: str, address: str, document: Any, kind: str = GEOJSON, **headers: str) -> HttpResponse:
    """Send JSON to an address below the places."""
    answer: HttpResponse = client.generic(method, f"{ITEMS}{address}", json.dumps(document), kind, headers=headers)
    return answer


def refused(answer: HttpResponse) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, json.loads(answer.content)["code"]


def etag_of(client: Client, fid: int) -> str:
    """Return the ETag of a feature as the client reads it."""
    return str(client.get(f"{ITEMS}/{fid}")["ETag"])


def test_a_feature_is_added(owner: Client) -> None:
    answer = send(owner, "POST", "", NEW)
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver{ITEMS}/5")
    made = read(owner, "/collections/places/items/5")
    assert made["geometry"] == NEW["geometry"]
    assert made["properties"] == {"name": "戊", "floors": None, "built": None, '100% "用途"': None}


@pytest.mark.parametrize("properties", [[], 0, "", False])
def test_properties_are_an_object_or_null(owner: Client, properties: Any) -> None:
    assert refused(send(owner, "POST", "", NEW | {"properties": properties})) == (400, "bad_value")


def test_a_body_in_another_crs_is_transformed(owner: Client) -> None:
    north_first = NEW | {"geometry": {"type": "Point", "coordinates": [22.8, 114.5]}}
    send(owner, "POST", "", north_first, **{"Content-Crs": "http://www.opengis.net/def/crs/EPSG/0/4490"})
    [x, y] = read(owner, "/collections/places/items/5")["geometry"]["coordinates"]
    assert (x, y) == pytest.approx((114.5, 22.8))


def test_many_features_are_added_at_once_or_none(owner: Client) -> None:
    bad = NEW | {"properties": {"floors": "many"}}
    answer = send(owner, "POST", "", {"type": "FeatureCollection", "features": [NEW, bad]})
    assert refused(answer) == (400, "bad_value")
    assert len(names(read(owner, "/collections/places/items"))) == 4
    answer = send(owner, "POST", "", {"type": "FeatureCollection", "features": [NEW, NEW]})
    assert (answer.status_code, answer.json()) == (201, {"ids": [5, 6]})


def test_a_feature_is_replaced_by_who_has_read_it(owner: Client) -> None:
    answer = send(owner, "PUT", "/1", NEW, **{"If-Match": etag_of(owner, 1)})
    assert answer.status_code == 204
    assert read(owner, "/collections/places/items/1")["properties"]["name"] == "戊"


def test_a_change_leaves_alone_what_it_does_not_name(owner: Client) -> None:
    before = read(owner, "/collections/places/items/1")
    send(owner, "PATCH", "/1", {"properties": {"floors": 9}}, MERGE_PATCH, **{"If-Match": etag_of(owner, 1)})
    after = read(owner, "/collections/places/items/1")
    assert after["properties"] == before["properties"] | {"floors": 9}
    assert after["geometry"] == before["geometry"]


def test_a_deleted_feature_is_gone_and_its_id_is_not_given_again(owner: Client) -> None:
    assert send(owner, "DELETE", "/4", None, **{"If-Match": etag_of(owner, 4)}).status_code == 204
    assert owner.get(f"{ITEMS}/4").status_code == 404
    assert send(owner, "POST", "", NEW)["Location"].endswith("/5")


def test_the_etag_of_an_edit_serves_for_the_next(owner: Client) -> None:
    first = send(owner, "PATCH", "/1", {"properties": {"floors": 9}}, MERGE_PATCH, **{"If-Match": "*"})
    second = send(owner, "PATCH", "/1", {"properties": {"floors": 8}}, MERGE_PATCH, **{"If-Match": first["ETag"]})
    assert second.status_code == 204


def test_an_edit_of_another_feature_does_not_make_an_etag_stale(owner: Client) -> None:
    held = etag_of(owner, 1)
    send(owner, "PATCH", "/2", {"properties": {"floors": 9}}, MERGE_PATCH, **{"If-Match": "*"})
    assert send(owner, "PUT", "/1", NEW, **{"If-Match": held}).status_code == 204


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_who_does_not_say_what_was_read_edits_nothing(owner: Client, method: str) -> None:
    assert refused(send(owner, method, "/1", NEW, "application/json")) == (428, "precondition_required")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_was_edited_meanwhile_is_not_overwritten(owner: Client, method: str) -> None:
    held = etag_of(owner, 1)
    send(owner, "PATCH", "/1", {"properties": {"floors": 9}}, MERGE_PATCH, **{"If-Match": held})
    answer = send(owner, method, "/1", NEW, "application/json", **{"If-Match": held})
    assert refused(answer) == (412, "edited_meanwhile")
    assert read(owner, "/collections/places/items/1")["properties"]["floors"] == 9


def test_a_weak_etag_says_too_little(owner: Client) -> None:
    answer = send(owner, "PUT", "/1", NEW, **{"If-Match": f"W/{etag_of(owner, 1)}"})
    assert refused(answer) == (412, "edited_meanwhile")


def test_qgis_sends_no_if_match_and_a_setting_lets_it(owner: Client, settings: Any) -> None:
    settings.EDITS_WITHOUT_IF_MATCH = True
    crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    answer = send(owner, "PATCH", "/1", {"properties": {"floors": 9}}, MERGE_PATCH, **{"Content-Crs": crs})
    assert answer.status_code == 204


def test_the_past_stays_readable(owner: Client, places: UploadedLayer) -> None:
    send(owner, "PATCH", "/1", {"properties": {"floors": 9}}, MERGE_PATCH, **{"If-Match": "*"})
    send(owner, "DELETE", "/1", None, **{"If-Match": "*"})
    versions = tables.versions_of(places).filter(fid=1).order_by("version")
    was = [
        read(owner, "/collections/places/items/1", at=each.began_at.isoformat())["properties"]["floors"]
        for each in versions
    ]
    assert was == [3, 9]
    assert [each.author_id is None for each in versions] == [True, False]
    assert versions[0].ended_at == versions[1].began_at


def test_no_writer_overwrites_a_version(owner: Client, places: UploadedLayer) -> None:
    for statement in (f"UPDATE {places.table} SET p0 = 1", f"DELETE FROM {places.table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.replace("p0 = 1", "name = 'x'"))


def test_a_retry_gets_the_first_answer(owner: Client) -> None:
    first = send(owner, "POST", "", NEW, **{"Idempotency-Key": "a"})
    again = send(owner, "POST", "", NEW, **{"Idempotency-Key": "a"})
    assert (again["Location"], again["Idempotent-Replayed"]) == (first["Location"], "true")
    assert len(names(read(owner, "/collections/places/items"))) == 5
    other = send(owner, "POST", "", NEW | {"geometry": None}, **{"Idempotency-Key": "a"})
    assert refused(other) == (422, "idempotency_key_reused")


def test_what_says_nothing_new_makes_no_version(owner: Client) -> None:
    first = send(owner, "PUT", "/1", NEW, **{"If-Match": "*"})
    assert send(owner, "PUT", "/1", NEW, **{"If-Match": "*"})["ETag"] == first["ETag"]


def test_lists_and_extent_follow(owner: Client, places: UploadedLayer) -> None:
    held = owner.get(ITEMS)["ETag"]
    send(owner, "POST", "", NEW)
    assert owner.get(ITEMS, headers={"If-None-Match": held}).status_code == 200
    box = read(owner, "/collections/places")["extent"]["spatial"]["bbox"][0]
    assert box == [114.30, 22.70, 114.5, 22.8]
    places.refresh_from_db()
    assert places.feature_count == 5


@pytest.mark.parametrize("address", ["", "/1"])
def test_options_tell_who_may_edit(owner: Client, collector: Client, address: str) -> None:
    own, others = (client.options(f"{ITEMS}{address}")["Allow"] for client in (owner, collector))
    assert own == ("GET, HEAD, OPTIONS, PUT, PATCH, DELETE" if address else "GET, HEAD, OPTIONS, POST")
    assert others == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(("method", "address"), [("POST", ""), ("PUT", "/1"), ("PATCH", "/1"), ("DELETE", "/1")])
def test_nobody_else_edits(owner: Client, method: str, address: str) -> None:
    stranger = signed_in(factories.user("stranger", role=Role.ANALYST, everywhere=True))
    assert refused(send(stranger, method, address, NEW, **{"If-Match": "*"})) == (403, "not_yours")
    assert refused(send(Client(), method, address, NEW, **{"If-Match": "*"})) == (401, "not_authenticated")


def test_an_owner_who_may_no_longer_upload_edits_nothing(owner: Client) -> None:
    Grant.objects.filter(user_id=owner.session["_auth_user_id"]).update(role=Role.COLLECTOR)
    assert refused(send(owner, "POST", "", NEW)) == (403, "not_yours")


def test_another_site_cannot_edit_by_a_session(owner: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = owner.cookies
    assert send(careful, "POST", "", NEW).status_code == 403
    assert send(careful, "DELETE", "/1", None, **{"If-Match": "*"}).status_code == 403


def test_registers_change_elsewhere(owner: Client) -> None:
    answer = owner.post("/ogc/collections/grids/items", json.dumps(NEW), GEOJSON, headers={"Accept-Language": "en"})
    assert refused(answer) == (403, "read_only_collection")
    assert "redraw" in json.loads(answer.content)["detail"]


def test_a_withdrawn_layer_takes_nothing(owner: Client, places: UploadedLayer) -> None:
    places.refresh_from_db()
    withdraw(slug="places", user=places.owner)
    assert refused(send(owner, "PUT", "/1", NEW, **{"If-Match": "*"})) == (404, "unknown_collection")


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [("{", GEOJSON, "bad_body"), ("[" * 5000, GEOJSON, "bad_body"), ("{}", "text/plain", "bad_body")],
)
def test_a_body_that_is_no_json_is_refused(owner: Client, body: str, kind: str, code: str) -> None:
    answer = owner.generic("PUT", f"{ITEMS}/1", body, kind, headers={"If-Match": "*"})
    assert refused(answer) == (400, code)


def test_a_nul_deep_in_json_is_refused(owner: Client) -> None:
    answer = send(owner, "PATCH", "/1", {"properties": {"name": "a\0"}}, MERGE_PATCH, **{"If-Match": "*"})
    assert refused(answer) == (400, "bad_value")


def test_in_json_one_and_true_are_two_values(analyst: Client, tmp_path: Path) -> None:
    path = tmp_path / "tagged.geojson"
    path.write_text('{"type": "Feature", "geometry": null, "properties": {"tags": [1]}}')
    publish_file(path, owner=User.objects.get(pk=analyst.session["_auth_user_id"]))
    address = "/ogc/collections/tagged/items/1"
    patch = {"properties": {"tags": [True]}}
    answer = analyst.generic("PATCH", address, json.dumps(patch), MERGE_PATCH, headers={"If-Match": "*"})
    assert answer.status_code == 204
    assert json.dumps(read(analyst, "/collections/tagged/items/1")["properties"]) == '{"tags": [true]}'

"""Who holds an answer that is still true gets 304, and a new one as soon as it is not."""

import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from buildings.models import Address, Building
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.web.keeping import HEADER
from layers import registry, rows, versions
from layers.models import UploadedLayer
from layers.publishing import publish_file
from layers.services import withdraw
from layers.versions import Reads
from tests import factories
from tests.factories import LONG_AGO, at
from tests.layers.conftest import signed_in
from tests.layers.ogc.test_counting import let_it_begin

HOUSES = "/ogc/collections/building_points/items"
# Around the first house alone, and far from it.
NEAR, FAR = "114.26,22.68,114.27,22.69", "114.5,22.9,114.6,23"


@pytest.fixture
def house(laws: None) -> Building:
    """A house in grid A of AB."""
    return factories.building(at(0.5, 0.5), name="一号楼", community=factories.community_of("AB"))


def again(client: Client, address: str, first: HttpResponse, **headers: str) -> HttpResponse:
    """Ask for ``address`` once more, holding the ``first`` answer."""
    answer: HttpResponse = client.get(address, headers={"If-None-Match": first["ETag"], **headers})
    return answer


@pytest.mark.parametrize(
    "page", ["", "?limit=1", f"?bbox={NEAR}", "?resulttype=hits", "?properties=name&skipGeometry=true"]
)
def test_features_are_not_sent_again_until_they_change(analyst: Client, house: Building, page: str) -> None:
    first = analyst.get(HOUSES + page)
    unchanged = again(analyst, HOUSES + page, first)
    assert (unchanged.status_code, unchanged.getvalue(), unchanged["ETag"]) == (304, b"", first["ETag"])
    assert unchanged["Content-Crs"] == first["Content-Crs"]
    Building.objects.filter(pk=house.pk).update(name="二号楼")
    changed = again(analyst, HOUSES + page, first)
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def test_the_list_of_collections_looks_at_all_their_versions_at_once(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look(reads: Sequence[Reads]) -> list[int]:
        looks.append(len(reads))
        return [1] * len(reads)

    monkeypatch.setattr(versions, "_looks", [look])
    listed = json.loads(analyst.get("/ogc/collections").getvalue())["collections"]
    assert looks == [1, len(listed)]  # of the page, and of what it lists


def test_a_feature_is_not_sent_again_until_it_changes(analyst: Client, house: Building) -> None:
    address = f"{HOUSES}/{house.pk}"
    first = analyst.get(address)
    assert again(analyst, address, first).status_code == 304
    Address.objects.create(building=house, text="坪山大道1号", normalized="坪山大道1号", valid=since(LONG_AGO))
    changed = again(analyst, address, first)
    assert (changed.status_code, changed.json()["properties"]["address"]) == (200, "坪山大道1号")


def test_a_row_without_a_place_is_a_change_too(analyst: Client, house: Building) -> None:
    """The house has no footprint: `buildings` holds it all the same, in every box."""
    address = f"/ogc/collections/buildings/items?bbox={FAR}"
    first = analyst.get(address)
    Building.objects.filter(pk=house.pk).update(floors=7)
    changed = again(analyst, address, first)
    assert json.loads(changed.getvalue())["features"][0]["properties"]["floors"] == 7


def test_what_changes_elsewhere_leaves_a_box_as_it_was(analyst: Client, house: Building) -> None:
    near, far = analyst.get(f"{HOUSES}?bbox={NEAR}"), analyst.get(f"{HOUSES}?bbox={FAR}")
    Building.objects.filter(pk=house.pk).update(name="二号楼")
    assert again(analyst, f"{HOUSES}?bbox={NEAR}", near).status_code == 200
    assert again(analyst, f"{HOUSES}?bbox={FAR}", far).status_code == 304


def test_a_planned_beginning_is_a_change_when_it_comes(analyst: Client, house: Building) -> None:
    planned = Building.objects.create(location=at(1.5, 0.5), valid=since(factories.hours_ago(-48)))
    first = analyst.get(HOUSES)
    assert again(analyst, HOUSES, first).status_code == 304
    let_it_begin(planned)
    assert len(json.loads(again(analyst, HOUSES, first).getvalue())["features"]) == 2


def test_an_answer_is_for_one_scope_language_address_and_encoding(analyst: Client, house: Building) -> None:
    first = analyst.get(HOUSES)
    other = signed_in(factories.user("other", role=Role.SUPERVISOR, everywhere=True))
    assert again(other, HOUSES, first).status_code == 200
    assert again(analyst, HOUSES, first, **{"Accept-Language": "en"}).status_code == 200
    assert again(analyst, HOUSES, first, **{"Accept-Encoding": "gzip"}).status_code == 200
    assert again(analyst, f"{HOUSES}?limit=5", first).status_code == 200
    assert {each.strip() for each in first["Vary"].split(",")} == {
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie",
    }  # fmt: skip
    assert first["Cache-Control"] == "private, no-cache"


def test_two_answers_that_differ_in_their_time_differ_in_their_etag(analyst: Client, house: Building) -> None:
    first, second = analyst.get(HOUSES), analyst.get(HOUSES)
    assert (first["ETag"] == second["ETag"]) == (first.getvalue() == second.getvalue())
    assert again(analyst, HOUSES, first).status_code == again(analyst, HOUSES, second).status_code == 304


def test_a_page_of_the_past_is_sent_each_time(analyst: Client, house: Building) -> None:
    for asked in (
        f"at={factories.hours_ago(1):%Y-%m-%dT%H:%M:%SZ}",
        f"datetime={factories.hours_ago(1):%Y-%m-%dT%H:%M:%SZ}",
    ):
        answer = analyst.get(f"{HOUSES}?{asked}")
        assert answer.status_code == 200
        assert ("ETag" in answer, HEADER in answer) == (False, False)


@pytest.mark.parametrize(
    "page", ["", "/api", "/conformance", "/collections", "/collections/grids", "/collections/grids/schema"]
)
def test_a_document_is_not_sent_again(analyst: Client, house: Building, page: str) -> None:
    first = analyst.get(f"/ogc{page}")
    assert again(analyst, f"/ogc{page}", first).status_code == 304
    assert "layers" in json.loads(first[HEADER])


def test_a_document_in_another_language_or_encoding_is_another(analyst: Client) -> None:
    first = analyst.get("/ogc/collections")
    assert again(analyst, "/ogc/collections", first, **{"Accept-Encoding": "gzip"}).status_code == 200
    assert again(analyst, "/ogc/collections", first, **{"Accept-Language": "en"}).status_code == 200


def test_a_new_layer_is_a_new_list(analyst: Client, laws: None, places_file: Path) -> None:
    lists = ["/ogc/collections", "/ogc/api"]
    first = [analyst.get(address) for address in lists]
    publish_file(places_file)
    assert [again(analyst, *each).status_code for each in zip(lists, first, strict=True)] == [200, 200]


def test_a_layer_withdrawn_is_not_found(analyst: Client, places: UploadedLayer) -> None:
    first = analyst.get("/ogc/collections/places/items")
    assert again(analyst, "/ogc/collections/places/items", first).status_code == 304
    withdraw(slug="places", user=factories.administrator())
    assert again(analyst, "/ogc/collections/places/items", first).status_code == 404


def test_an_answer_may_be_kept_for_as_long_as_its_version_holds(analyst: Client, house: Building) -> None:
    kept = json.loads(analyst.get(f"{HOUSES}?bbox={NEAR}&limit=10")[HEADER])
    assert kept["layers"] == ["building_points", "building_points+"]
    west, south, east, north = kept["bbox3857"]
    assert (round(west), round(south), round(east), round(north)) == (12719364, 2593365, 12720479, 2594573)
    assert json.loads(analyst.get(f"{HOUSES}?limit=10")[HEADER])["bbox3857"] is None


def test_what_is_noted_as_an_export_each_time_is_not_kept(analyst: Client, house: Building) -> None:
    page, export = analyst.get(f"{HOUSES}?limit=100"), analyst.get(f"{HOUSES}?limit=101")
    assert [answer.has_header(HEADER) for answer in (page, export)] == [True, False]
    assert export.has_header("ETag")


def test_an_extent_measured_before_a_change_may_not_be_kept(analyst: Client, house: Building) -> None:
    assert HEADER in analyst.get("/ogc/collections/building_points")
    factories.building(at(1.5, 0.5), name="二号楼", community=house.community)
    assert HEADER not in analyst.get("/ogc/collections/building_points")


@pytest.mark.parametrize(
    "page", ["/collections", "/collections/places/items?limit=10000", "/collections/places/items/1"]
)
def test_who_reads_gzip_gets_the_same_as_gzip(analyst: Client, places: UploadedLayer, page: str) -> None:
    plain, packed = analyst.get(f"/ogc{page}"), analyst.get(f"/ogc{page}", headers={"Accept-Encoding": "br, gzip"})
    body = packed.getvalue()
    unpacked = gzip.decompress(body) if "Content-Encoding" in packed else body
    bodies = [json.loads(body) | {"timeStamp": ""} for body in (plain.getvalue(), unpacked)]
    assert bodies[0] == bodies[1]


def test_every_table_that_features_are_read_from_is_watched(places: UploadedLayer) -> None:
    """A table added to a collection without a trigger would leave old answers standing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'tiles\\_%'", None)
        watched = {name for (name,) in cursor.fetchall()}
    area = factories.user("near", role=Role.COLLECTOR, area=factories.division("440310001001"))
    read_from = {
        table
        for each in registry.all()
        for table in re.findall(r'(?:FROM|JOIN) "(\w+)" ', rows.select(each, each.rows(area), geometry="pk").sql)
    }
    assert {"buildings_address", "grids_divisionversion", "incidents_assignment"} <= read_from
    assert read_from <= watched

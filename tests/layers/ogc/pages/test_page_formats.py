"""Pages of features in other formats than GeoJSON: the same features in the same order, and the way to the next."""

import csv
import io
import json

import pytest
from django.test import Client
from pyarrow import ipc

from layers.models import UploadedLayer
from layers.ogc.output.formats import PAGE_FORMATS
from tests.layers.conftest import href, names, read, refusal

ITEMS = "/ogc/collections/places/items"


def test_a_page_has_its_order_and_leads_on_by_headers(analyst: Client, places: UploadedLayer) -> None:
    first = analyst.get(ITEMS, {"f": "csv", "sortby": "-name", "limit": "3"})
    rows = list(csv.DictReader(io.StringIO(b"".join(first).decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == names(read(analyst, "/collections/places/items", sortby="-name", limit=3))
    assert (first["OGC-NumberMatched"], first["OGC-NumberReturned"]) == ("4", "3")
    address = first["Link"].partition("<")[2].partition(">")[0]
    second = analyst.get(address)
    assert second["Content-Type"] == "text/csv"
    assert b"".join(second).count(b"\n") == 2  # the header, and the fourth


def test_accept_chooses_the_format_of_a_page(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.get(ITEMS, headers={"Accept": "application/vnd.apache.arrow.stream"})
    assert ipc.open_stream(b"".join(response)).read_all().num_rows == 4


def test_a_page_that_nobody_can_give_is_not_acceptable(analyst: Client, places: UploadedLayer) -> None:
    response = analyst.get(ITEMS, headers={"Accept": "image/png"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


def test_a_page_names_itself_in_every_other_format(analyst: Client, places: UploadedLayer) -> None:
    links = read(analyst, "/collections/places/items", limit=1)["links"]
    others = [(link["type"], link["href"].rpartition("f=")[2]) for link in links if link["rel"] == "alternate"]
    assert others == [(each.media_type, each.name) for each in PAGE_FORMATS if each.name != "geojson"]


def test_jsonfg_says_beside_the_features_what_geojson_says(analyst: Client, places: UploadedLayer) -> None:
    told = json.loads(b"".join(analyst.get(ITEMS, {"f": "jsonfg", "limit": "3"})))
    assert (told["numberMatched"], told["numberReturned"], len(told["features"])) == (4, 3, 3)
    assert "f=jsonfg" in (href(told, "next") or "")
    own = [link["rel"] for link in told["links"] if link["type"] == "application/vnd.ogc.fg+json"]
    assert own == ["self", "next"]


def test_people_get_a_table_and_a_map(analyst: Client, places: UploadedLayer) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = analyst.get(ITEMS, {"limit": "3"}, headers={"Accept": browser, "Accept-Language": "zh-CN"})
    text = b"".join(response).decode()
    assert response["Content-Type"] == "text/html"
    assert "<td>甲</td>" in text
    assert 'id="places"' in text
    assert "下一页" in text


def test_what_a_person_wrote_is_no_markup(analyst: Client, places: UploadedLayer) -> None:
    text = b"".join(analyst.get(ITEMS, {"f": "html"})).decode()
    assert "100% &quot;用途&quot;" in text


def test_who_may_not_export_gets_a_screen_of_each_format(collector: Client, places: UploadedLayer) -> None:
    assert refusal(collector, "/collections/places/items", f="arrow", limit="101") == (403, "export_not_permitted")
    assert collector.get(ITEMS, {"f": "arrow", "limit": "100"}).status_code == 200


@pytest.mark.parametrize("form", [each.name for each in PAGE_FORMATS])
def test_nobody_gets_a_page_without_a_login(form: str, client: Client, places: UploadedLayer) -> None:
    assert client.get(ITEMS, {"f": form}).status_code == 401

"""The doors of the geocoder: an address in, its place out, and nothing that one may not see."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from buildings.models import Entrance, Unit
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from tests.factories import LONG_AGO, administrator, at, building, community_of, division, drawn, lonlat, user

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


def search(client: Client, q: str, **params: str) -> list[dict[str, Any]]:
    response = client.get("/geocode/search", {"q": q, **params})
    assert response.status_code == 200, response.content
    return [f["properties"]["geocoding"] | {"at": f["geometry"]["coordinates"]} for f in response.json()["features"]]


def test_an_address_is_found_where_its_building_stands(client: Client) -> None:
    row = building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    [found] = search(client, "新乔围路12号")
    assert (found["target"], found["id"]) == ("building", row.pk)
    assert found["at"] == pytest.approx(lonlat(at(1, 1)))
    assert found["housenumber"] == "12号"


@pytest.mark.parametrize(
    "parts",
    [
        {"estate": "龙湖花园", "building": "3", "entrance": "2", "room": "501"},
        {
            "subdistrict": "坑梓街道",
            "community": "秀新社区",
            "estate": "龙湖花园",
            "building": "3栋",
            "entrance": "二单元",
            "room": "501",
        },
        {"city": "深圳市", "street": "龙湖花园3栋", "entrance": "2", "room": "501室"},
    ],
)
def test_an_address_is_found_in_parts(client: Client, parts: dict[str, str]) -> None:
    house = building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区龙湖花园3栋")
    building(at(2, 1), address="广东省深圳市坪山区坑梓街道秀新社区龙湖花园5栋")
    stairs = [Entrance.objects.create(building=house, name=f"{n}单元", valid=since(LONG_AGO)) for n in (1, 2)]
    units = [Unit.objects.create(building=house, entrance=e, number="501", valid=since(LONG_AGO)) for e in stairs]
    [found] = client.get("/geocode/search", parts).json()["features"]
    told = found["properties"]["geocoding"]
    assert (told["target"], told["id"]) == ("unit", units[1].pk)
    assert (told["location_from"], told["inherited"]) == ("building", True)


def test_an_address_of_the_west_is_found_in_parts(client: Client) -> None:
    row = building(at(1, 1), address="Hauptstraße 12")
    [found] = client.get("/geocode/search", {"road": "Hauptstraße", "number": "12"}).json()["features"]
    assert found["properties"]["geocoding"]["id"] == row.pk


@pytest.mark.parametrize("asked", ["新乔围路12号", "新喬圍路１２號", "深圳坪山 新乔围路 十二号", "新桥围路12号"])
def test_many_spellings_find_one_building(client: Client, asked: str) -> None:
    row = building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    building(at(2, 2), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路13号")
    assert search(client, asked)[0]["id"] == row.pk


@pytest.mark.parametrize(
    ("asked", "sibling"),
    [
        ("龙湖花园3栋", "龙湖花园13栋"),
        ("新乔围路12号", "新乔围路12-1号"),
        ("龙湖花园A座", "龙湖花园B座"),
        ("兰竹东路8号", "兰竹西路8号"),
        ("老围村1巷2号", "老围村11巷2号"),
    ],
)
def test_a_sibling_is_never_taken_for_what_was_asked(client: Client, asked: str, sibling: str) -> None:
    building(at(1, 1), address=f"广东省深圳市坪山区坑梓街道秀新社区{sibling}")
    assert search(client, asked) == []


def test_somebody_of_another_community_finds_nothing(client: Client) -> None:
    here, there = (division(name, geometry=shape) for name, shape in drawn("AB").items())
    building(at(0.5, 0.5), address="新乔围路12号", community=here)
    client.force_login(user("other", role=Role.COLLECTOR, area=there))
    assert search(client, "新乔围路12号") == []


def test_reverse_gives_the_building_and_the_grid_that_holds_the_place(client: Client) -> None:
    community_of("AB")
    row = building(at(0.9, 0.5), address="新乔围路12号")
    lon, lat = lonlat(at(1.1, 0.5))
    response = client.get("/geocode/reverse", {"lat": lat, "lon": lon})
    [feature] = response.json()["features"]
    found = feature["properties"]["geocoding"]
    assert found["id"] == row.pk
    assert found["distance_m"] == pytest.approx(20, abs=0.01)
    assert found["grid"] == "B"


def test_autocomplete_goes_on_from_what_is_typed(client: Client) -> None:
    row = building(at(1, 1), address="广东省深圳市坪山区坑梓街道秀新社区新乔围路12号")
    response = client.get("/geocode/autocomplete", {"q": "新乔围"})
    assert [f["properties"]["geocoding"]["id"] for f in response.json()["features"]] == [row.pk]


def test_a_file_comes_back_in_its_order_with_columns_appended(client: Client) -> None:
    row = building(at(1, 1), address="新乔围路12号")
    body = "no,address\n1,新乔围路12号\n2,\n3,翠景路1号\n4,新乔围路十二号\n"
    response = client.post("/geocode/search/csv/", body.encode(), content_type="text/csv")
    lines = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert [(line["no"], line["result_status"], line["result_id"]) for line in lines] == [
        ("1", "found", str(row.pk)),
        ("2", "empty", ""),
        ("3", "not_found", ""),
        ("4", "found", str(row.pk)),
    ]


def test_places_in_a_file_come_back_with_their_grids(client: Client) -> None:
    community_of("AB")
    lon, lat = lonlat(at(1.5, 0.5))
    body = f"lat,lon\n{lat},{lon}\nnan,{lon}\nnorth,{lon}\n"
    response = client.post("/geocode/reverse/csv/", body.encode(), content_type="text/csv")
    lines = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert [(line["result_status"], line["result_grid"]) for line in lines] == [
        ("found", "B"),
        ("coordinate_not_finite", ""),
        ("bad_coordinates", ""),
    ]


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("search", {}, "empty_query"),
        ("search", {"q": "  "}, "empty_query"),
        ("search", {"q": "路" * 301}, "query_too_long"),
        ("search", {"q": "路", "limit": "0"}, "bad_limit"),
        ("search", {"q": "路", "limit": "many"}, "bad_limit"),
        ("search", {"q": "路", "format": "yaml"}, "bad_format"),
        ("search", {"q": "路", "qq": "1"}, "unknown_parameter"),
        ("search", {"q": "路", "at": "yesterday"}, "bad_at"),
        ("reverse", {"lat": "nan", "lon": "114"}, "bad_lat"),
        ("reverse", {"lat": "22.7"}, "bad_lon"),
        ("reverse", {"lat": "22.7", "lon": "114.3", "crs": "mars"}, "unknown_crs"),
        ("reverse", {"lat": "114.3", "lon": "22.7"}, "coordinate_axes_swapped"),
        ("autocomplete", {}, "empty_query"),
    ],
)
def test_a_bad_request_says_what_is_wrong(client: Client, path: str, query: dict[str, str], code: str) -> None:
    response = client.get(f"/geocode/{path}", query)
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "text", ["\x00", "'; drop table", "%_%", "路" * 300, "号" * 300, "3-" * 150, "a1" * 150, "\ud800号"]
)
def test_no_text_breaks_the_search(client: Client, text: str) -> None:
    response = client.get("/geocode/search?q=" + quote(text, errors="surrogatepass"))
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("path", ["search?q=x", "reverse?lat=1&lon=1", "autocomplete?q=x"])
def test_a_visitor_is_asked_to_log_in(path: str) -> None:
    response = Client().get(f"/geocode/{path}")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


@pytest.fixture
def reader() -> Client:
    """Somebody who may look addresses up in a community and reads no personal data there."""
    client = Client()
    client.force_login(user("li", role=Role.ANALYST, area=community_of("AB")))
    return client


COURIER = "收件人：张三丰 电话 189 0000 0000 新乔围路12号"


def test_a_name_and_a_telephone_come_back_masked_to_whom_may_not_read_them(reader: Client) -> None:
    about = reader.get("/geocode/search", {"q": COURIER}).json()["geocoding"]
    assert about["contact"] == {"person": "张**", "phone": "189********00"}
    assert "张三丰" not in about["query"]
    assert "189 0000" not in about["query"]


def test_whom_may_read_them_gets_them_and_that_is_recorded(client: Client) -> None:
    building(at(1, 1), address="新乔围路12号")
    about = client.get("/geocode/search", {"q": COURIER}).json()["geocoding"]
    assert about["contact"] == {"person": "张三丰", "phone": "189 0000 0000"}
    assert PersonalDataRead.objects.get().door == "/geocode/search"


def test_a_question_without_a_contact_tells_of_none(client: Client) -> None:
    assert "contact" not in client.get("/geocode/search", {"q": "新乔围路12号"}).json()["geocoding"]


def test_the_relation_and_the_role_are_told(client: Client) -> None:
    building(at(1, 1), address="新乔围路12号")
    [opposite] = search(client, "新乔围路12号对面")
    assert (opposite["relation"], opposite["role"], opposite["ambiguous"]) == ("opposite", None, True)
    [former] = search(client, "新乔围路12号（现搬到新乔围路14号）")
    assert (former["relation"], former["role"]) == (None, "former")


@pytest.mark.parametrize(("text", "unexplained"), [("新乔围路12号", []), ("新乔围路12号乙", ["乙"])])
def test_what_no_answer_explains_is_told(client: Client, text: str, unexplained: list[str]) -> None:
    building(at(1, 1), address="新乔围路12号")
    [found] = search(client, text)
    assert found["unexplained"] == unexplained


def test_a_road_has_its_line_and_is_a_street(client: Client) -> None:
    for n in range(3):
        building(at(n, 1), address=f"新乔围路{n + 1}号")
    [road] = search(client, "新乔围路")
    assert (road["type"], road["target"], road["label"], road["building"]) == ("street", "road", "新乔围路", None)
    assert len(road["line"]) > 1
    [row] = client.get("/geocode/search", {"q": "新乔围路", "format": "jsonv2"}).json()
    assert (row["category"], row["osm_type"], row["place_id"]) == ("highway", "road", road["place_id"])

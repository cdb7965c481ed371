"""Nominatim's dialect: every parameter is honoured or refused, whichever client sends it."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from buildings.geocoding.answers import place_of
from buildings.models import Building
from gisserver.common.access.roles import Role
from tests import factories
from tests.factories import administrator, at, building, community_of, lonlat

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


@pytest.fixture
def two() -> tuple[Building, Building]:
    """The same short address in two communities that lie 900 m apart."""

    return building(at(1, 1), address="东街3号"), building(at(10, 1), address="马峦街道东街3号")


def search(client: Client, **query: Any) -> list[dict[str, Any]]:
    query = {name.replace("_language", "-language"): value for name, value in query.items()}
    response = client.get("/geocode/search", {"format": "jsonv2", **query})
    assert response.status_code == 200, response.content.decode()
    rows: list[dict[str, Any]] = response.json()
    return rows


def around(row: Building) -> str:
    lon, lat = lonlat(row.location)
    return f"{lon + 0.001},{lat - 0.001},{lon - 0.001},{lat + 0.001}"


class TestNarrowing:
    def test_bounded_leaves_out_what_lies_outside(self, client: Client, two: tuple[Building, Building]) -> None:
        for row in two:
            [found] = search(client, q="东街3号", viewbox=around(row), bounded=1)
            assert found["osm_id"] == row.pk

    def test_a_viewbox_alone_puts_first_what_lies_inside(self, client: Client) -> None:
        rows = [building(at(x, 1), address=f"{name}街道东街3号") for x, name in ((1, "坑梓"), (10, "马峦"))]
        for row in rows:
            assert search(client, q="东街3号", viewbox=around(row))[0]["osm_id"] == row.pk

    def test_what_is_excluded_is_not_found_again(self, client: Client, two: tuple[Building, Building]) -> None:
        first = search(client, q="东街3号")[0]["place_id"]
        assert first not in [row["place_id"] for row in search(client, q="东街3号", exclude_place_ids=first)]

    @pytest.mark.parametrize(
        "query",
        [{"countrycodes": "de,fr"}, {"layer": "natural,railway"}, {"featureType": "city"}, {"target": "road"}],
    )
    def test_nothing_is_found_where_it_cannot_be(self, client: Client, query: dict[str, str]) -> None:
        building(at(1, 1), address="东街3号")
        assert search(client, q="东街3号", **query) == []

    @pytest.mark.parametrize("query", [{"countrycodes": "CN"}, {"layer": "address"}, {"dedupe": "0", "email": "a@b.c"}])
    def test_what_holds_of_all_changes_nothing(self, client: Client, query: dict[str, str]) -> None:
        building(at(1, 1), address="东街3号")
        assert len(search(client, q="东街3号", **query)) == 1

    def test_by_community_and_by_grid(self, client: Client) -> None:
        community = community_of("AB")
        row = building(at(0.5, 0.5), address="东街3号", community=community)
        assert search(client, q="东街3号", community="440310001001")[0]["osm_id"] == row.pk
        assert search(client, q="东街3号", grid="B") == []


@pytest.mark.parametrize(
    ("door", "parameter"),
    [
        ("/geocode/search?q=a", "layer"),
        ("/geocode/search?q=a", "featureType"),
        ("/geocode/search?q=a", "target"),
        ("/geocode/reverse?lon=114&lat=22", "layer"),
        ("/geocode/addok/search/?q=a", "type"),
        ("/geocode/status?", "format"),
    ],
)
def test_a_list_of_nothing_is_refused(client: Client, door: str, parameter: str) -> None:
    response = client.get(f"{door}&{parameter}=,")
    assert (response.status_code, response.json()["code"]) == (400, "unknown_value")


class TestShowing:
    @pytest.fixture(autouse=True)
    def house(self, laws: None) -> Building:
        return building(at(1, 1), address="马峦街道东街3号")

    def test_without_address_details(self, client: Client) -> None:
        assert "address" in search(client, q="东街3号")[0]
        assert "address" not in search(client, q="东街3号", addressdetails=0)[0]

    @pytest.mark.parametrize(
        ("languages", "said"),
        [
            ("zh-Hans", "马峦街道东街3号"),
            ("zh-Hant", "馬巒街道東街3號"),
            ("de, zh-TW;q=0.8, zh;q=0.5", "馬巒街道東街3號"),
            ("pinyin", "Ma Luan Jie Dao Dong Jie 3 Hao"),
            ("en", "马峦街道东街3号"),
        ],
    )
    def test_names_in_a_script(self, client: Client, languages: str, said: str) -> None:
        assert search(client, q="东街3号", accept_language=languages)[0]["display_name"] == said

    def test_tags_and_names(self, client: Client) -> None:
        [found] = search(client, q="东街3号", extratags="True", namedetails=1)
        assert (set(found["extratags"]), found["namedetails"]) == ({"code", "grid", "use"}, {"name": "马峦街道东街3号"})

    def test_as_xml(self, client: Client) -> None:
        response = client.get("/geocode/search", {"q": "东街3号", "format": "xml"})
        root = ElementTree.fromstring(response.content)
        assert (root.tag, root[0].get("display_name"), root[0].findtext("road")) == (
            "searchresults",
            "马峦街道东街3号",
            "东街",
        )

    def test_in_another_crs(self, client: Client, house: Building) -> None:
        [here] = search(client, q="东街3号")
        [there] = search(client, q="东街3号", crs="gcj02")
        [plan] = search(client, q="东街3号", crs="EPSG:4547")
        assert (there["crs"], float(there["lon"]) - float(here["lon"]) > 0.004) == ("gcj02", True)
        assert (float(plan["lon"]), float(plan["lat"])) == pytest.approx((house.location.x, house.location.y), abs=1e-3)

    @pytest.mark.parametrize("address", ["search/", "search.php"])
    def test_at_the_addresses_that_old_clients_know(self, client: Client, address: str) -> None:
        assert client.get(f"/geocode/{address}", {"q": "东街3号", "format": "json"}).json()[0]["class"] == "building"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"json_callback": "f"}, "unsupported_parameter"),
        ({"polygon_kml": "1"}, "unsupported_parameter"),
        ({"entrances": "1"}, "unsupported_parameter"),
        ({"polygon_geojson": "1", "polygon_text": "1"}, "two_shapes"),
        ({"bounded": "1"}, "bad_bounded"),
        ({"viewbox": "1,2,3"}, "bad_viewbox"),
        ({"viewbox": "1,2,3,nan"}, "bad_viewbox"),
        ({"exclude_place_ids": "12,x"}, "bad_exclude_place_ids"),
        ({"layer": "addresses"}, "unknown_value"),
        ({"featureType": "village"}, "unknown_value"),
        ({"addressdetails": "yes"}, "bad_flag"),
        ({"near": "114"}, "bad_near"),
        ({"crs": "mars"}, "unknown_crs"),
        ({"city_name": "x"}, "unknown_parameter"),
    ],
)
def test_what_is_not_honoured_is_refused(client: Client, query: dict[str, str], code: str) -> None:
    response = client.get("/geocode/search", {"q": "东街3号", **query})
    assert (response.status_code, response.json()["code"]) == (400, code)


class TestOtherDoors:
    def test_a_look_up_gives_what_the_ids_are(self, client: Client) -> None:
        row = building(at(1, 1), address="东街3号")
        answer = client.get("/geocode/lookup", {"osm_ids": f"B{row.pk},U999999", "format": "jsonv2"}).json()
        assert [one["display_name"] for one in answer] == ["东街3号"]
        assert place_of(answer[0]["place_id"]) == ("building", row.pk)

    def test_to_who_may_see_it(self) -> None:
        row, area = building(at(9, 9), address="东街3号"), community_of("AB")
        client = Client()
        client.force_login(factories.user("li", role=Role.ANALYST, area=area))
        assert client.get("/geocode/lookup", {"osm_ids": f"B{row.pk}", "format": "json"}).json() == []

    def test_the_status(self, client: Client) -> None:
        assert client.get("/geocode/status").content == b"OK"
        assert client.get("/geocode/status.php", {"format": "json"}).json()["status"] == 0

    @pytest.mark.parametrize(
        ("zoom", "target"), [(18, "building"), (17, "road"), (16, "road"), (14, "division"), (3, "division")]
    )
    def test_a_zoom_tells_how_narrow_an_answer_is(self, client: Client, zoom: int, target: str) -> None:
        community_of("AB")
        building(at(0.5, 0.5), address="东兴街3号")
        lon, lat = lonlat(at(0.5, 0.5))
        body = client.get("/geocode/reverse", {"lat": lat, "lon": lon, "zoom": zoom, "format": "json"}).json()
        assert body["osm_type"] == target

    def test_reverse_answers_in_the_crs_that_it_is_asked_in(self, client: Client) -> None:
        building(at(0.5, 0.5), address="东兴街3号")
        place = {"lon": at(0.5, 0.5).x, "lat": at(0.5, 0.5).y, "crs": "EPSG:4547", "format": "json"}
        body = client.get("/geocode/reverse", place).json()
        assert float(body["lon"]) == pytest.approx(at(0.5, 0.5).x, abs=1e-3)


class TestClients:
    """The requests of clients that are not installed here, as their sources send them."""

    def test_osmnx_gets_the_outline_of_a_division(self, client: Client) -> None:
        community_of("AB")
        query = {"format": "json", "polygon_geojson": 1, "dedupe": 0, "limit": 50, "q": "440310001001名"}
        [found] = client.get("/geocode/search", query).json()
        assert found["geojson"]["type"] in ("Polygon", "MultiPolygon")
        assert {"boundingbox", "lat", "lon", "display_name", "place_id", "osm_type", "osm_id", "class", "type"} <= set(
            found
        )

    def test_osmnx_looks_up_by_id(self, client: Client) -> None:
        row = building(at(1, 1), address="东街3号")
        query = {"format": "json", "polygon_geojson": 1, "osm_ids": f"B{row.pk}"}
        assert client.get("/geocode/lookup", query).json()[0]["geojson"]["type"] == "Point"

    def test_geocoder_s_osm(self, client: Client) -> None:
        building(at(1, 1), address="东街3号")
        query = {"q": "东街3号", "format": "jsonv2", "addressdetails": 1, "limit": 1}
        assert client.get("/geocode/search", query).json()[0]["address"]["road"] == "东街"

    def test_qgis_locator(self, client: Client) -> None:
        row = building(at(1, 1), address="东街3号")
        query = {"format": "json", "addressdetails": 1, "viewbox": around(row), "countrycodes": "cn", "q": "东街3号"}
        assert client.get("/geocode/search", query).json()[0]["display_name"] == "东街3号"

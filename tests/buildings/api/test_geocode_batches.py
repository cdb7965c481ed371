"""Files through the geocoder's doors: every row answered, as one alone would be, whatever stands beside it."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from tests.factories import administrator, at, building, community_of, division, drawn, lonlat, user

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(administrator())
    return client


def lines(client: Client, door: str, *rows: Any, **query: Any) -> list[dict[str, Any]]:
    """Send rows (objects, or bytes as they are) to an NDJSON door and return what comes back."""
    body = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    response = client.post(f"/geocode/{door}/ndjson/", body, content_type="application/x-ndjson", query_params=query)
    assert response.status_code == 200, response.content
    return [json.loads(line) for line in response.getvalue().splitlines()]


def test_a_line_comes_back_with_its_members_and_the_result(client: Client) -> None:
    row = building(at(1, 1), address="新乔围路12号")
    [line] = lines(client, "search", {"no": 7, "address": "新乔围路12号"})
    assert (line["no"], line["address"]) == (7, "新乔围路12号")
    assert (line["result"]["status"], line["result"]["id"]) == ("found", row.pk)


def test_a_line_that_is_no_object_is_answered_in_its_place(client: Client) -> None:
    building(at(1, 1), address="新乔围路12号")
    found = lines(
        client,
        "search",
        {"q": "新乔围路12号"},
        b"{",
        b"[1]",
        b'"' + b"x" * 70_000 + b'"',
        b"\xff",
        {"q": "新乔围路12号"},
    )
    said = [line["result"]["status"] for line in found]
    assert said == ["found", "bad_json", "not_an_object", "line_too_long", "bad_json", "found"]
    assert [line.get("line") for line in found] == [None, 2, 3, 4, 5, None]


def test_hostile_members_are_no_address(client: Client) -> None:
    rows = [{"address": value} for value in (None, {"a": 1}, [1], True, "", "\x00", "路" * 301, 0)]
    said = [line["result"]["status"] for line in lines(client, "search", *rows)]
    assert said == ["empty", "empty", "empty", "empty", "empty", "empty", "too_long", "not_found"]


def test_the_caller_chooses_what_is_read_and_what_is_told(client: Client) -> None:
    row = building(at(1, 1), address="新乔围路12号")
    [line] = lines(
        client, "search", {"street": "新乔围路", "number": "12号"}, columns=["street", "number"], results=["id", "grid"]
    )
    assert line["result"] == {"id": row.pk, "grid": None}


def test_columns_of_a_csv_are_chosen_likewise(client: Client) -> None:
    row = building(at(1, 1), address="新乔围路12号")
    body = "street,number,note\n新乔围路,12号,别动\n".encode()
    asked = "columns=street&columns=number&results=id&results=latitude"
    response = client.post(f"/geocode/search/csv/?{asked}", body, content_type="text/csv")
    [line] = csv.DictReader(io.StringIO(response.getvalue().decode()))
    assert list(line) == ["street", "number", "note", "result_id", "latitude"]
    assert (line["note"], line["result_id"]) == ("别动", str(row.pk))


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("search/csv/?results=colour", b"address\n1\n", "no_such_result"),
        ("search/csv/?columns=b", b"a\n1\n", "no_such_column"),
        ("search/csv/", b'address\n"open\n', "bad_csv"),
        ("search/ndjson/?results=colour", b"{}", "no_such_result"),
        ("search/ndjson/", b" \n", "file_empty"),
        ("reverse/ndjson/?crs=mars", b"{}", "unknown_crs"),
        ("search/ndjson/?column=a", b"{}", "unknown_parameter"),
    ],
)
def test_what_can_not_be_done_is_refused_before_the_first_row(
    client: Client, path: str, body: bytes, code: str
) -> None:
    response = client.post(f"/geocode/{path}", body, content_type="text/plain")
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_places_come_back_with_what_stands_there(client: Client) -> None:
    community_of("AB")
    row = building(at(1.4, 0.5), address="新乔围路12号")
    lon, lat = lonlat(at(1.5, 0.5))
    found = lines(
        client,
        "reverse",
        {"lat": lat, "lon": lon},
        {"lat": str(lat), "lng": str(lon)},
        {"lat": lon, "lon": lat},
        {"lat": 1},
    )
    assert [line["result"]["status"] for line in found] == [
        "found",
        "found",
        "coordinate_axes_swapped",
        "bad_coordinates",
    ]
    assert [line["result"]["id"] for line in found[:2]] == [row.pk, row.pk]
    assert found[0]["result"]["distance_m"] == pytest.approx(10, abs=0.01)
    assert found[0]["result"]["grid"] == "B"


def test_a_batch_says_of_places_what_the_single_door_says(client: Client) -> None:
    #   AB
    #   CD      a building in B, asked from every cell and from beside the borders
    community_of("AB/CD")
    building(at(1.2, 1.2), address="新乔围路12号")
    places = [lonlat(at(x, y)) for x in (0.5, 0.999, 1.0, 1.001, 7.5) for y in (0.5, 0.999, 1.001, 1.5)]
    found = lines(client, "reverse", *({"lat": lat, "lon": lon} for lon, lat in places))
    for (lon, lat), line in zip(places, found, strict=True):
        single = client.get("/geocode/reverse", {"lat": lat, "lon": lon, "format": "jsonv2"}).json()
        assert (line["result"]["id"], line["result"]["grid"]) == (single.get("place_id"), single.get("grid"))
        assert line["result"]["distance_m"] == single.get("distance_m")


def test_nobody_is_told_what_they_may_not_see(client: Client) -> None:
    mine, theirs = division("1", geometry=drawn("AB")["A"]), division("2", geometry=drawn("AB")["B"])
    seen = building(at(0.5, 0.5), address="新乔围路12号", community=mine)
    building(at(1.5, 0.5), address="新乔围路14号", community=theirs)
    client.force_login(user("reader", role=Role.ANALYST, area=mine))
    assert [x["result"]["status"] for x in lines(client, "search", {"q": "新乔围路12号"}, {"q": "新乔围路14号"})] == [
        "found",
        "not_found",
    ]
    lon, lat = lonlat(at(1.5, 0.5))
    [line] = lines(client, "reverse", {"lat": lat, "lon": lon})
    assert line["result"]["id"] == seen.pk


def test_each_row_gets_the_place_of_its_own_house(client: Client) -> None:
    houses = {f"新乔围路{n}号": building(at(n / 5, 1), address=f"新乔围路{n}号") for n in (3, 1, 5, 2, 4)}
    found = lines(client, "search", *({"address": address} for address in sorted(houses)))
    for line, address in zip(found, sorted(houses), strict=True):
        lon, lat = lonlat(houses[address].location)
        said = line["result"]
        assert (said["longitude"], said["latitude"]) == pytest.approx((lon, lat), abs=1e-7)

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


@pytest.mark.parametrize(
    "own",
    [
        b'{"code":  4403100010010010012000001, "size": 1.10, "q": "x"}',
        b'{"q": "\\u65b0", "q": "x" }',
        b"{}",
    ],
)
def test_what_a_line_says_comes_back_byte_for_byte(client: Client, own: bytes) -> None:
    body = client.post("/geocode/search/ndjson/", own, content_type="application/x-ndjson").getvalue()
    assert body.startswith(own[:-1].rstrip())
    assert json.loads(body)["result"]["status"] in ("empty", "not_found")


def test_a_member_called_result_stays_beside_ours(client: Client) -> None:
    [line] = lines(client, "search", {"q": "x", "result": "mine"})
    assert (line["result"], line["result_2"]["status"]) == ("mine", "not_found")


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
        assert (line["result"]["id"], line["result"]["grid"]) == (single.get("osm_id"), single.get("grid"))
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


def table(client: Client, content: bytes, door: str = "search/csv", query: str = "results=status") -> bytes:
    """Send a CSV file as it is and return the bytes that come back."""
    response = client.post(f"/geocode/{door}/?{query}", content, content_type="text/csv")
    assert response.status_code == 200, response.content
    return response.getvalue()


def test_rows_come_back_as_they_are_written(client: Client) -> None:
    """Quotes that need not be, line breaks in cells, numbers, blanks, mixed line ends, no end on the last line."""
    content = 'no,"address",note\r\n007,"新乔围路12号",x\n1E1,路,"a\r\nb"\r\n 2 ,路,""'.encode()
    found = table(client, content)
    assert found.decode() == (
        'no,"address",note,result_status\r\n007,"新乔围路12号",x,not_found\n'
        '1E1,路,"a\r\nb",not_found\r\n 2 ,路,"",not_found'
    )


def test_surplus_cells_come_back_and_the_answers_stand_under_their_names(client: Client) -> None:
    found = table(client, "no,address\n1,路,左,右\n2\n3,路\n".encode()).decode()
    assert found.splitlines() == [
        "no,address,surplus_1,surplus_2,result_status",
        "1,路,左,右,not_found",
        "2,,,,empty",
        "3,路,,,not_found",
    ]


def test_a_row_that_is_very_much_too_long_is_named(client: Client) -> None:
    body = b"address\n1\n" + b"," * 70 + b"\n"
    response = client.post("/geocode/search/csv/", body, content_type="text/csv")
    assert (response.status_code, response.json()["code"], response.json()["row"]) == (400, "ragged_row", 2)


def test_blank_lines_stay_where_they_are(client: Client) -> None:
    assert table(client, "address\r\n\r\n路\r\n\r\n".encode()).decode() == (
        "address,result_status\r\n\r\n路,not_found\r\n\r\n"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_stays(client: Client, delimiter: str) -> None:
    found = table(client, f"no{delimiter}address\n1{delimiter}路\n".encode(), query="results=status&results=grid")
    assert found.decode().splitlines()[1] == delimiter.join(["1", "路", "not_found", ""])


def test_the_line_that_names_the_delimiter_stays(client: Client) -> None:
    found = table(client, "\ufeffsep=;\r\nno;address,\r\n1;路\r\n".encode(), query="columns=address,&results=status")
    assert found.decode() == "\ufeffsep=;\r\nno;address,;result_status\r\n1;路;not_found\r\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("utf-32-le", "\ufeff"), ("gb18030", "")],
)
def test_the_encoding_stays_and_its_mark_comes_once(client: Client, encoding: str, mark: str) -> None:
    rows = "".join(f"{n},新乔围路的第{n}号\r\n" for n in range(4_000))
    found = table(client, (mark + "no,address\r\n" + rows).encode(encoding)).decode(encoding)
    assert found.replace(",not_found", "").replace(",result_status", "") == mark + "no,address\r\n" + rows


def test_what_the_encoding_can_not_hold_is_written_as_a_reference(client: Client) -> None:
    building(at(1, 1), address="Rue 1号")
    content = "address,prénom\nRue 1,é\n".encode("latin-1")
    found = table(client, content, query="encoding=latin-1&results=label").decode("latin-1")
    assert found == "address,prénom,result_label\nRue 1,é,Rue 1&#21495;\n"


def test_columns_of_the_file_keep_their_names_to_themselves(client: Client) -> None:
    content = "address,latitude,result_status,result_grid,result_grid_2\n路,1,old,G,H\n".encode()
    found = table(client, content, query="results=latitude&results=status&results=grid").decode()
    [line] = csv.DictReader(io.StringIO(found))
    assert (line["latitude"], line["result_status"], line["result_grid"], line["result_grid_2"]) == (
        "1",
        "old",
        "G",
        "H",
    )
    assert (line["result_latitude"], line["result_status_2"], line["result_grid_3"]) == ("", "not_found", "")


def test_places_of_a_ragged_file_come_back_whole_too(client: Client) -> None:
    found = table(client, b"lon;lat\n200;1;left over\n\n", door="reverse/csv").decode()
    assert found == "lon;lat;surplus_1;result_status\n200;1;left over;coordinate_outside_area\n\n"


def raw(client: Client, content: bytes, door: str = "search") -> bytes:
    """Send lines of JSON as they are and return the bytes that come back."""
    response = client.post(f"/geocode/{door}/ndjson/?results=status", content, content_type="application/x-ndjson")
    assert response.status_code == 200, response.content
    return response.getvalue()


def test_lines_come_back_as_they_are_written(client: Client) -> None:
    content = (
        b'\xef\xbb\xbf{"code": 4403100010010000112345678, "f": 1.10, "address":"\\u8def"}\r\n'
        b'\n  { }  \n{"a":1,"a":2,"q":"\xe8\xb7\xaf"}'
    )
    assert raw(client, content) == (
        b'\xef\xbb\xbf{"code": 4403100010010000112345678, "f": 1.10, "address":"\\u8def",'
        b'"result":{"status":"not_found"}}\r\n'
        b'\n  { "result":{"status":"empty"}}  \n{"a":1,"a":2,"q":"\xe8\xb7\xaf","result":{"status":"not_found"}}'
    )


@pytest.mark.parametrize("door", ["search", "reverse"])
def test_a_member_called_result_is_not_overwritten(client: Client, door: str) -> None:
    [line] = map(json.loads, raw(client, b'{"result": "mine", "result_2": 2}\n', door).splitlines())
    assert (line["result"], line["result_2"]) == ("mine", 2)
    assert set(line["result_3"]) == {"status"}


def test_a_line_that_is_no_object_is_quoted_beside_its_answer(client: Client) -> None:
    found = [json.loads(line) for line in raw(client, b'{"a\n[1, 2]\n\xff\n').splitlines()]
    assert [line["text"] for line in found] == ['{"a', "[1, 2]", "\\xff"]


def test_lines_in_another_encoding_are_refused(client: Client) -> None:
    response = client.post("/geocode/search/ndjson/", '{"q": "路"}'.encode("utf-16"), content_type="text/plain")
    assert (response.status_code, response.json()["code"]) == (400, "wrong_encoding")

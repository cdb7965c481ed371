"""Workbooks come back as workbooks, their codes as the text that they are; several addresses a row, as asked."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from buildings.geocoding.files.formats.xlsx import MEDIA_TYPE
from buildings.geocoding.files.workbook import write_book
from gisserver.common.geo.crs import WGS84
from gisserver.common.jobs import runner
from gisserver.common.jobs.models import Job
from gisserver.common.reading import read_table
from tests.factories import administrator, at, building, lonlat

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def client(settings: Any, tmp_path: Path) -> Client:
    settings.GISSERVER_HOME = tmp_path
    for number in (1, 2):
        building(at(number / 5, 1), address=f"新乔围路{number}号")
    client = Client()
    client.force_login(administrator())
    return client


def book(tmp_path: Path, *rows: tuple[str, ...]) -> bytes:
    """A workbook with these rows."""
    source, target = tmp_path / "rows.csv", tmp_path / "rows.xlsx"
    with source.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    write_book(source, target)
    return target.read_bytes()


def rows_of(data: bytes, tmp_path: Path) -> list[dict[str, str]]:
    """The rows of a workbook, as text."""
    path = tmp_path / "answer.xlsx"
    path.write_bytes(data)
    table = read_table(path, crs=WGS84)
    columns = [table.text(name) for name in table.fields]
    return [dict(zip(table.fields, row, strict=True)) for row in zip(*columns, strict=True)]


ROWS = (("编码", "地址", "备注"), ("0440310001001003008", "新乔围路1号", "=1+1"), ("007", "翠景路1号", "<&>"))


def test_only_what_is_a_number_is_written_as_one(tmp_path: Path) -> None:
    """A file may have a column of its own with the name of an appended one."""
    texts = ["31.2°", "inf", "nan", "1e999", "1_000", " 22.5", "９"]
    data = book(tmp_path, ("latitude",), ("22.54321",), ("-1e-5",), *((text,) for text in texts))
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall("<v>(.*?)</v>", sheet) == ["22.54321", "-1e-5"]
    assert re.findall("<t xml:space=.preserve.>(.*?)</t>", sheet) == ["latitude", *texts]


def test_a_workbook_comes_back_with_answers_and_its_codes(client: Client, tmp_path: Path) -> None:
    response = client.post("/geocode/search/xlsx/", book(tmp_path, *ROWS), content_type=MEDIA_TYPE)
    assert response["Content-Type"] == MEDIA_TYPE
    first, second = rows_of(response.getvalue(), tmp_path)
    assert (first["编码"], first["备注"], first["result_status"]) == ("0440310001001003008", "=1+1", "found")
    assert float(first["longitude"]) == pytest.approx(lonlat(at(0.2, 1))[0])
    assert (second["编码"], second["备注"], second["result_status"]) == ("007", "<&>", "not_found")


def test_places_in_a_workbook(client: Client, tmp_path: Path) -> None:
    lon, lat = lonlat(at(0.2, 1))
    data = book(tmp_path, ("lat", "lon"), (str(lat), str(lon)), ("north", ""))
    response = client.post("/geocode/reverse/xlsx/?results=status&results=label", data, content_type=MEDIA_TYPE)
    assert [row["result_label"] for row in rows_of(response.getvalue(), tmp_path)] == ["新乔围路1号", ""]


def test_a_job_gives_the_same(client: Client, tmp_path: Path) -> None:
    data = book(tmp_path, *ROWS)
    job = client.post(
        "/geocode/search/xlsx/jobs/", data, content_type=MEDIA_TYPE, headers={"Idempotency-Key": "a"}
    ).json()
    runner.run(job["id"])
    assert Job.objects.get(pk=job["id"]).status == "done"
    response = client.get(f"/api/jobs/{job['id']}/result/")
    assert [row["result_status"] for row in rows_of(response.getvalue(), tmp_path)] == ["found", "not_found"]


@pytest.mark.parametrize("data", [b"no,address\n1,x\n", b"PK\x03\x04 and no workbook", b""])
def test_what_is_no_workbook_is_refused(client: Client, data: bytes) -> None:
    response = client.post("/geocode/search/xlsx/", data, content_type=MEDIA_TYPE)
    assert response.status_code == 400


def test_several_addresses_a_row(client: Client) -> None:
    body = "home,work\n新乔围路1号,新乔围路2号\n新乔围路2号,\n"
    query = "columns=home&also=work&results=status&results=label"
    response = client.post(f"/geocode/search/csv/?{query}", body.encode(), content_type="text/csv")
    first, second = csv.DictReader(io.StringIO(response.getvalue().decode()))
    assert (first["result_label"], first["result_label_2"]) == ("新乔围路1号", "新乔围路2号")
    assert (second["result_status"], second["result_status_2"]) == ("found", "empty")


def test_several_addresses_a_line(client: Client) -> None:
    line = json.dumps({"home": "新乔围路1号", "work": "新乔围路2号"}).encode()
    response = client.post("/geocode/search/ndjson/?columns=home&also=work", line, content_type="application/x-ndjson")
    told = json.loads(response.getvalue())
    assert (told["result"]["label"], told["result_2"]["label"]) == ("新乔围路1号", "新乔围路2号")


def test_each_address_of_a_text_is_a_row_when_asked(client: Client) -> None:
    body = "no,address\n1,新乔围路1号（现搬到新乔围路2号）\n2,新乔围路1号；新乔围路9号\n3,新乔围路2号\n"
    query = "several=rows&results=status&results=label&results=role&results=said"
    response = client.post(f"/geocode/search/csv/?{query}", body.encode(), content_type="text/csv")
    found = [tuple(row.values()) for row in csv.DictReader(io.StringIO(response.getvalue().decode()))]
    assert [(no, *told) for no, _, *told in found] == [
        ("1", "found", "新乔围路2号", "present", "新乔围路2号"),
        ("1", "found", "新乔围路1号", "former", "新乔围路1号"),
        ("2", "found", "新乔围路1号", "also", "新乔围路1号"),
        ("2", "not_found", "", "also", "新乔围路9号"),
        ("3", "found", "新乔围路2号", "", ""),
    ]


def test_a_text_of_several_addresses_is_one_row_unless_asked(client: Client) -> None:
    body = "address\n新乔围路1号；新乔围路2号\n"
    response = client.post("/geocode/search/csv/?results=status", body.encode(), content_type="text/csv")
    assert response.getvalue().decode().splitlines()[1:] == ["新乔围路1号；新乔围路2号,ambiguous"]


def test_another_wish_for_several_is_refused(client: Client) -> None:
    response = client.post("/geocode/search/csv/?several=some", b"address\nx\n", content_type="text/csv")
    assert (response.status_code, response.json()["code"]) == (400, "unknown_value")

"""Many reports in one request: the good are recorded, each line gets its own answer."""

import json
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from django.test import Client

from buildings.models import BuildingCode
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from incidents.api.parsers import WorkbookParser
from incidents.models import Incident
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago, lonlat

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def component(client: Client) -> Client:
    factories.incident_type("A")
    community_of("AB")
    client.force_login(factories.user("dispatch", role=Role.COMPONENT, everywhere=True))
    return client


def line(column: float = 0.5, **more: object) -> str:
    lon, lat = lonlat(at(column, 0.5))
    return json.dumps(
        {"type": "A", "occurred_at": hours_ago(1).isoformat(), "lon": lon, "lat": lat, "crs": "wgs84", **more}
    )


def post(client: Client, body: str, kind: str = "application/x-ndjson", key: str = "") -> list[dict[str, object]]:
    headers = {"Idempotency-Key": key} if key else {}
    response = client.post("/api/incidents/bulk/", body.encode(), content_type=kind, headers=headers)
    return [json.loads(text) for text in response.content.splitlines()]


def test_each_line_gets_its_own_answer(component: Client) -> None:
    answers = post(component, "\n".join([line(0.5), line(type="nope"), "{", line(1.5)]))
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4]
    assert [answers[n]["assignment"]["grid"] for n in (0, 3)] == ["A", "B"]
    assert [answers[n]["problem"]["code"] for n in (1, 2)] == ["unknown_type", "invalid"]
    assert Incident.objects.count() == 2


def test_csv_says_the_same(component: Client) -> None:
    lon, lat = lonlat(at(1.5, 0.5))
    body = f"type,occurred_at,lon,lat,crs,accuracy_m\nA,{hours_ago(1).isoformat()},{lon},{lat},wgs84,\n"
    [answer] = post(component, body, "text/csv")
    assert answer["assignment"]["grid"] == "B"


def workbook(folder: Path, rows: list[dict[str, object]]) -> bytes:
    """Return a workbook of these rows as GDAL writes it."""
    path = folder / "reports.xlsx"
    pyogrio.write_dataframe(pd.DataFrame(rows), path, driver="XLSX")
    return path.read_bytes()


def test_a_workbook_says_the_same_and_twice_it_doubles_nothing(component: Client, tmp_path: Path) -> None:
    house = factories.building(at(1.5, 0.5))
    code = "4403100010010000002"
    BuildingCode.objects.create(building=house, code=code, scheme="szbm", valid=since(LONG_AGO))
    moment = hours_ago(1).isoformat()
    said = {"type": "A", "source": "12345", "lon": None, "lat": None, "crs": None}
    lon, lat = lonlat(at(0.5, 0.5))
    body = workbook(tmp_path, [
        {**said, "external_id": "1", "occurred_at": moment, "building": code},
        {**said, "external_id": "2", "occurred_at": moment, "lon": lon, "lat": lat, "crs": "wgs84", "building": None},
        {**said, "external_id": "3", "occurred_at": moment, "building": "9" * 19},
    ])  # fmt: skip
    first, again = (
        component.post("/api/incidents/bulk/", body, content_type=WorkbookParser.media_type) for _ in range(2)
    )
    answers = [json.loads(text) for text in first.content.splitlines()]
    assert [answer.get("assignment", {}).get("grid") for answer in answers] == ["B", "A", None]
    assert answers[2]["problem"]["code"] == "unknown_building"
    assert [json.loads(text).get("id") for text in again.content.splitlines()] == [each.get("id") for each in answers]
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(("body", "code"), [(b"PK\x03\x04nothing", "bad_archive"), (b"type;A", "unreadable_file")])
def test_what_is_no_workbook_is_refused(component: Client, body: bytes, code: str) -> None:
    answer = component.post("/api/incidents/bulk/", body, content_type=WorkbookParser.media_type)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_retry_of_the_whole_changes_nothing(component: Client) -> None:
    body = line()
    assert post(component, body, key="k") == post(component, body, key="k")
    assert Incident.objects.count() == 1


def test_too_many_lines_are_refused_whole(component: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.api.parsers.MAX_LINES", 1)
    [answer] = post(component, line() + "\n" + line())
    assert answer["code"] == "too_many_lines"
    assert Incident.objects.count() == 0


def test_incidents_of_one_moment_are_paged_through_once_each(component: Client) -> None:
    moment = hours_ago(1).isoformat()
    post(component, "\n".join(line(occurred_at=moment) for _ in range(25)))
    seen, address = [], "/api/incidents/?limit=10"
    while address:
        page = component.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 25


def test_a_line_separator_inside_a_text_does_not_cut_it(component: Client) -> None:
    body = line().replace('"crs"', '"text": "甲\u2028乙", "crs"')
    [answer] = post(component, body)
    assert "id" in answer


def test_a_blank_line_keeps_its_number(component: Client) -> None:
    answers = post(component, line() + "\n\n" + line())
    assert [("id" in answer, answer["line"]) for answer in answers] == [(True, 1), (False, 2), (True, 3)]


def test_a_csv_row_with_too_many_cells_is_its_own_problem(component: Client) -> None:
    [answer] = post(component, f"type,occurred_at\nA,{hours_ago(1).isoformat()},surplus\n", "text/csv")
    assert answer["problem"]["code"] == "invalid"


def test_a_second_report_of_one_source_gets_the_first_receipt(component: Client) -> None:
    one = line(source="12345", external_id="7")
    [first] = post(component, one)
    answers = post(component, one + "\n" + one)
    assert [{**answer, "line": 1} for answer in answers] == [first, first]
    assert Incident.objects.count() == 1


def test_another_report_under_the_same_id_is_a_conflict_of_its_own_line(component: Client) -> None:
    one = line(source="12345", external_id="7", text="甲")
    other = one.replace(json.dumps("甲"), json.dumps("乙"))
    answers = post(component, f"{one}\n{other}\n{line()}")
    assert answers[1]["problem"]["code"] == "external_id_reused"
    assert answers[1]["problem"]["differs"] == ["text"]
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("written", ["4403100010010010012000001", "44031000100100100120000.10"])
def test_an_id_that_is_a_number_keeps_every_digit(component: Client, written: str) -> None:
    body = line(source="12345", external_id="@").replace('"@"', written)
    [answer] = post(component, body)
    assert Incident.objects.get(pk=answer["id"]).external_id == written


@pytest.mark.parametrize(("cell", "kept"), [("'0012", "0012"), ('"=""0012"""', "0012"), ("1E1", "1E1")])
def test_an_id_in_a_cell_is_what_was_meant(component: Client, cell: str, kept: str) -> None:
    body = f"type,occurred_at,source,external_id\nA,{hours_ago(1).isoformat()},12345,{cell}\n"
    [answer] = post(component, body, "text/csv")
    assert Incident.objects.get(pk=answer["id"]).external_id == kept


def test_an_id_that_has_lost_digits_is_that_line_s_problem(component: Client) -> None:
    body = f"type,occurred_at,source,external_id\nA,{hours_ago(1).isoformat()},12345,4.4031E+18\n"
    [answer] = post(component, body, "text/csv")
    assert "external_id" in answer["problem"]["errors"]


def test_of_a_place_that_the_reporter_may_not_see_a_line_says_only_that_it_was_taken(component: Client) -> None:
    elsewhere = factories.division("440310001009", geometry=factories.drawn("...D")["D"])
    component.force_login(factories.user("li", role=Role.COLLECTOR, area=elsewhere))
    [answer] = post(component, line(0.5))
    assert answer == {"line": 1, "id": Incident.objects.get().pk, "assignment": None}

"""The list of what a redraw moves: complete, page by page, as a file that a spreadsheet may open."""

import csv
import io

import pytest

from buildings.models import Building, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from incidents.services import NewIncident, record_incidents
from tests import factories
from tests.factories import LONG_AGO, at, division, drawn, hours_ago, lonlat
from tests.redrawing import Draft, line, signed_in

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def moving(draft: Draft) -> Draft:
    """The east of A becomes N: there stand a house of three units, and an open incident."""
    house = factories.building(at(1.5, 0.5), address="深圳市坪山区甲路1号", community=None)
    for number in ("101", "102", "201"):
        flat = Unit.objects.create(building=house, number=number, valid=since(LONG_AGO))
        Household.objects.create(unit=flat, head_name="张三丰", phone="13800001234", valid=since(LONG_AGO))
    factories.building(at(0.5, 0.5), name="stays")
    assign_buildings()
    record_incidents(
        [
            NewIncident(
                occurred_at=hours_ago(2),
                received_at=hours_ago(1),
                type_id=factories.incident_type().pk,
                title="张三丰投诉",
                location_ewkb=at(1.5, 1.5).hexewkb.decode(),
                declared_crs="wgs84",
            )
        ]
    )
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new="N", new_side="right")
    return draft


def test_each_thing_with_its_grids_and_place(moving: Draft) -> None:
    rows = moving.read("moves/")["results"]
    assert [row["kind"] for row in rows] == ["building", "unit", "unit", "unit", "incident"]
    assert {(row["from_grid"], row["to_grid"]) for row in rows} == {("A", "N")}
    assert [row["name"] for row in rows] == [
        "深圳市坪山区甲路1号",
        "深圳市坪山区甲路1号 101",
        "深圳市坪山区甲路1号 102",
        "深圳市坪山区甲路1号 201",
        "市容环卫",
    ]
    assert (rows[0]["lon"], rows[0]["lat"]) == pytest.approx(lonlat(at(1.5, 0.5)), abs=1e-7)


def test_no_personal_data(moving: Draft) -> None:
    text = str(moving.read("moves/"))
    assert "张三丰" not in text
    assert "13800001234" not in text


def test_page_by_page(moving: Draft) -> None:
    whole = moving.read("moves/")["results"]
    first = moving.read("moves/?limit=2")
    second = moving.client.get(first["next"]).json()
    third = moving.client.get(second["next"]).json()
    assert [*first["results"], *second["results"], *third["results"]] == whole
    assert third["next"] is None


def test_a_file_for_a_spreadsheet(moving: Draft) -> None:
    response = moving.client.get(f"{moving.path}moves/?format=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert header[0] == "类别"
    assert [row[0] for row in rows] == ["楼栋", "房屋", "房屋", "房屋", "事件"]


def test_a_name_is_no_formula(moving: Draft) -> None:
    house = factories.building(at(1.2, 0.5), name='=HYPERLINK("http://x")')
    assign_buildings(ids=[house.pk])
    body = b"".join(moving.client.get(f"{moving.path}moves/?format=csv").streaming_content).decode("utf-8-sig")
    assert [row[3] for row in csv.reader(io.StringIO(body)) if row[1] == str(house.pk)] == ['\'=HYPERLINK("http://x")']


@pytest.mark.parametrize(
    ("query", "code"),
    [("format=xml", "bad_format"), ("cursor=x", "bad_cursor"), ("limit=0", "bad_limit"), ("a=b", "unknown_parameter")],
)
def test_bad_questions(draft: Draft, query: str, code: str) -> None:
    response = draft.client.get(f"{draft.path}moves/?{query}")
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_a_house_belongs_to_the_grid_that_it_stands_in_whatever_was_registered(community: Division) -> None:
    """It stands in A's area, but is registered elsewhere: the supervisor of A reads it."""
    elsewhere = division("440310001009", geometry=drawn("....D")["D"])
    Building.objects.create(location=at(1.5, 0.5), community=elsewhere, valid=since(LONG_AGO))
    assign_buildings()
    draft = Draft(signed_in("li", Role.SUPERVISOR, community), "440310001001")
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new="N", new_side="right")
    assert len(draft.read("moves/")["results"]) == 1


def test_for_others_it_does_not_exist(moving: Draft) -> None:
    stranger = signed_in("qian", Role.SUPERVISOR, division("440310001009", geometry=drawn("....D")["D"]))
    answers = [stranger.get(f"{moving.path}{door}/") for door in ("moves", "preview", "package", "commands")]
    assert {answer.status_code for answer in answers} == {404}

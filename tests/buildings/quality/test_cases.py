"""The quality work list: every case, its state read off the registers, decisions that hold while it says the same."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from buildings.models import Building, Household, QualityDecision, ReviewItem, Unit, UnitCode
from buildings.quality.cases import Asked, all_cases
from buildings.quality.registry import KINDS, STATEMENTS
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.personal import personal_fields
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago

pytestmark = pytest.mark.usefixtures("laws")
DOOR = "/api/quality/cases/"
Ask = Callable[..., Any]


@pytest.fixture
def community() -> Division:
    return community_of("AB")


@pytest.fixture
def house(community: Division) -> Building:
    """人民路1号, with the units 101 and 102, which have codes."""
    row = factories.building(at(0.5, 0.5), address="人民路1号", community=community)
    for number in ("101", "102"):
        unit = Unit.objects.create(building=row, number=number, floor=1, valid=since(LONG_AGO))
        UnitCode.objects.create(unit=unit, code=f"1{number}", scheme="sz25", valid=since(LONG_AGO))
    return row


@pytest.fixture
def supervisor(community: Division) -> User:
    return factories.user("wang", role=Role.SUPERVISOR, area=community)


@pytest.fixture
def ask(client: Client, supervisor: User) -> Ask:
    """Ask for the cases, or with a body decide on them, as the supervisor."""
    client.force_login(supervisor)

    def send(query: str = "", body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        path = f"{DOOR}{query}"
        response = client.get(path) if body is None else client.post(path, body, content_type="application/json")
        assert response.status_code == status, response.content.decode()
        return response.json()

    return send


def told(ask: Ask, query: str = "") -> list[tuple[str, int]]:
    return [(case["kind"], case["id"]) for case in ask(query)["results"]]


def lives(unit: Unit, name: str, phone: str = "", **words: Any) -> Household:
    return Household.objects.create(unit=unit, head_name=name, phone=phone, valid=since(LONG_AGO), **words)


def codeless(house: Building, number: str = "103") -> Unit:
    return Unit.objects.create(building=house, number=number, valid=since(LONG_AGO))


def decided(by: User, house: Building, **words: Any) -> ReviewItem:
    """A row of a register of households that somebody has decided."""
    return ReviewItem.objects.create(
        register="households",
        run="r",
        row_number=1,
        source="a",
        text="人民路1号101",
        normalized="人民路1号101",
        digest="d",
        row={},
        reason="unsure",
        community=house.community,
        status="decided",
        decided_by=by,
        decided_at=hours_ago(1),
        **words,
    )


def test_each_statement_is_registered_and_each_kind_has_one() -> None:
    assert {path.stem for path in STATEMENTS.glob("*.sql")} == set(KINDS)


class TestKinds:
    def test_a_tidy_house_is_no_case(self, ask: Ask, house: Building) -> None:
        assert told(ask) == []

    def test_a_unit_without_a_code(self, ask: Ask, house: Building) -> None:
        unit = codeless(house)
        assert ask()["results"] == [
            {
                "kind": "unit_without_code",
                "target": "unit",
                "id": unit.pk,
                "building": house.pk,
                "address": "人民路1号",
                "community": "440310001001",
                "detail": "103",
                "state": "open",
                "reason": None,
                "decided_by": None,
                "decided_at": None,
            }
        ]

    def test_a_building_without_units(self, ask: Ask, house: Building) -> None:
        empty = factories.building(at(0.6, 0.5), community=house.community)
        factories.building(at(0.7, 0.5), community=house.community)
        Building.objects.exclude(pk__in=[house.pk, empty.pk]).update(status="planned")
        assert told(ask) == [("building_without_units", empty.pk)]

    def test_spellings_of_one_door(self, ask: Ask, house: Building) -> None:
        first = house.units.order_by("pk")[0]
        again = codeless(house, "一零一")
        cases = ask("?kind=one_door")["results"]
        assert [(case["id"], case["detail"]) for case in cases] == [
            (first.pk, "101, 一零一"),
            (again.pk, "101, 一零一"),
        ]

    def test_doubled_households(self, ask: Ask, house: Building) -> None:
        unit = house.units.order_by("pk")[0]
        one, two = lives(unit, "王某"), lives(unit, "王某", twin=2)
        lives(unit, "李某")
        assert told(ask) == [("doubled_household", one.pk), ("doubled_household", two.pk)]

    def test_one_reference_or_person_in_two_units(self, ask: Ask, house: Building) -> None:
        first, second = house.units.order_by("pk")
        by_reference = [
            lives(unit, "王某", source=source, source_ref="H1") for unit, source in ((first, "a"), (second, "b"))
        ]
        by_phone = [lives(unit, "李某", "13800001234") for unit in (first, second)]
        lives(first, "赵某", "138****1234")
        lives(second, "赵某", "138****1234")
        lives(first, "钱某", source="a", source_ref="7")
        lives(second, "孙某", source="b", source_ref="7")
        cases = ask("?kind=household_in_two_units")["results"]
        assert {case["id"]: case["detail"] for case in cases} == {
            row.pk: "2 units" for row in (*by_reference, *by_phone)
        }
        assert not any(name in str(cases) for name in ("王某", "李某", "13800001234", "H1"))

    def test_units_in_another_s_area_are_not_counted(self, ask: Ask, house: Building) -> None:
        elsewhere = factories.building(at(0.5, 0.2), community=factories.division("440310001009"))
        other = Unit.objects.create(building=elsewhere, number="101", valid=since(LONG_AGO))
        first = house.units.order_by("pk")[0]
        for unit in (first, other):
            lives(unit, "李某", "13800001234", source_ref="H1")
        assert told(ask, "?kind=household_in_two_units") == []
        communities = [unit.building.community_id or 0 for unit in (first, other)]
        found = all_cases(Asked(kinds=["household_in_two_units"], communities=communities))
        assert [case.detail for case in found] == ["2 units", "2 units"]

    @pytest.mark.parametrize("of", ["unit", "building"])
    def test_decided_without_a_reference(self, ask: Ask, house: Building, supervisor: User, of: str) -> None:
        first, second = house.units.order_by("pk")
        row = decided(supervisor, house, **{of: first if of == "unit" else house})
        elsewhere = codeless(factories.building(at(0.6, 0.5), community=house.community))
        lives(second if of == "unit" else elsewhere, "王某")
        assert told(ask, "?kind=decided_not_loaded") == [("decided_not_loaded", row.pk)]
        lives(first, "王某")
        assert told(ask, "?kind=decided_not_loaded") == []

    def test_decided_but_not_loaded(self, ask: Ask, house: Building, supervisor: User) -> None:
        unit = house.units.order_by("pk")[0]
        row = decided(supervisor, house, unit=unit, source_ref="H1")
        assert told(ask) == [("decided_not_loaded", row.pk)]
        lives(unit, "王某", source="a", source_ref="H1")
        assert told(ask) == []

    def test_no_detail_is_of_a_personal_column(self) -> None:
        columns = set(personal_fields(Household)) | set(personal_fields(ReviewItem))
        told_by = [
            path.stem
            for path in STATEMENTS.glob("*.sql")
            for line in path.read_text(encoding="utf-8").splitlines()
            if "AS detail" in line and any(f".{column}" in line for column in columns)
        ]
        assert told_by == []


class TestPages:
    def test_every_case_is_on_one_page(self, ask: Ask, house: Building) -> None:
        ids = [codeless(house, f"2{n:02}").pk for n in range(25)]
        empty = factories.building(at(0.6, 0.5), community=house.community)
        seen, query = [], "?limit=7"
        while query:
            page = ask(query)
            seen += [(case["kind"], case["id"]) for case in page["results"]]
            query = (page["next"] or "").partition(DOOR)[2]
        assert seen == [("building_without_units", empty.pk), *(("unit_without_code", pk) for pk in ids)]

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("?kind=odd", "bad_kind_of_case"),
            ("?state=odd", "bad_state"),
            ("?cursor=x", "bad_cursor"),
            ("?since=x", "bad_since"),
        ],
    )
    def test_a_question_that_says_nothing(self, ask: Ask, query: str, code: str) -> None:
        assert ask(query, status=400)["code"] == code

    def test_another_s_cases_are_not_told(self, ask: Ask, client: Client, house: Building) -> None:
        other = factories.division("440310001009")
        elsewhere = factories.building(at(0.5, 0.2), community=other)
        assert told(ask) == []
        ask("?community=440310001009", status=404)
        client.force_login(factories.administrator())
        assert told(ask, "?community=440310001009") == [("building_without_units", elsewhere.pk)]

    def test_a_file(self, client: Client, ask: Ask, house: Building) -> None:
        unit = codeless(house, "=1+1")
        response = client.get(f"{DOOR}csv/?kind=unit_without_code")
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        [line] = csv.DictReader(StringIO(text))
        assert (line["id"], line["detail"], line["state"]) == (str(unit.pk), "'=1+1", "open")

    def test_a_file_runs_the_statement_of_a_kind_once(self, house: Building, monkeypatch: pytest.MonkeyPatch) -> None:
        units = [codeless(house, f"2{n:02}").pk for n in range(5)]
        monkeypatch.setattr("buildings.quality.cases._CHUNK", 2)
        asked = Asked(kinds=["unit_without_code"], communities=None)
        with CaptureQueriesContext(connection) as queries:
            assert [case.id for case in all_cases(asked)] == units
        assert sum("FROM buildings_unitcode" in one["sql"] for one in queries) == 1

    def test_doors_of_a_whole_city_are_read_community_by_community(
        self, client: Client, house: Building, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        again = codeless(house, "一零一")
        monkeypatch.setattr("buildings.quality.doors.MAX_UNITS", 2)
        client.force_login(factories.administrator())
        assert client.get(f"{DOOR}?kind=one_door").json()["code"] == "community_needed"
        body = {"kind": "one_door", "ids": [again.pk], "reason": "好"}
        answer = client.post(f"{DOOR}right/", body, content_type="application/json")
        assert [case["id"] for case in answer.json()] == [again.pk]

    def test_who_only_reads_gets_no_file(self, client: Client, community: Division) -> None:
        client.force_login(factories.user("li", role=Role.COLLECTOR, area=community))
        assert client.get(f"{DOOR}csv/").json()["code"] == "export_not_permitted"


class TestStates:
    def test_seen_and_right_while_it_says_the_same(self, ask: Ask, house: Building) -> None:
        Building.objects.update(floors=30, height_m=12.0)
        body = {"kind": "height_and_floors", "ids": [house.pk], "reason": "实地量过"}
        [case] = ask("right/", body)
        assert (case["state"], case["reason"], case["decided_by"]) == ("right", "实地量过", "wang")
        assert told(ask, "?state=open") == []
        assert told(ask, "?state=right") == [("height_and_floors", house.pk)]
        Building.objects.update(height_m=11.0)
        assert told(ask, "?state=open") == [("height_and_floors", house.pk)]
        [case] = ask("right/", body)
        assert case["state"] == "right"

    def test_taken_back(self, ask: Ask, house: Building) -> None:
        body = {"kind": "unit_without_code", "ids": [codeless(house).pk], "reason": "车位"}
        ask("right/", body)
        assert ask("right/", body, status=409)["code"] == "already_decided"
        [case] = ask("open/", {**body, "reason": "看错了"})
        assert case["state"] == "open"
        assert ask("open/", body, status=409)["code"] == "not_decided"
        ended = QualityDecision.objects.get()
        assert (ended.reason, ended.ended_reason, ended.valid.upper is None) == ("车位", "看错了", False)

    def test_mended_is_read_off_the_register(self, ask: Ask, house: Building) -> None:
        unit = codeless(house)
        assert told(ask, "?state=mended") == []
        UnitCode.objects.create(unit=unit, code="1103", scheme="sz25", valid=since(hours_ago(1)))
        assert told(ask) == []
        assert told(ask, "?state=mended") == [("unit_without_code", unit.pk)]
        assert told(ask, f"?state=mended&since={hours_ago(0.5).isoformat().replace('+', '%2B')}") == []

    def test_what_is_no_case_is_not_decided(self, ask: Ask, house: Building) -> None:
        codeless(house)
        unit = house.units.order_by("pk")[0]
        body = {"kind": "unit_without_code", "ids": [unit.pk], "reason": "好"}
        assert ask("right/", body, status=409)["cases"] == [unit.pk]

    def test_a_reader_decides_nothing(self, client: Client, house: Building, community: Division) -> None:
        client.force_login(factories.user("li", role=Role.ANALYST, area=community))
        body = {"kind": "unit_without_code", "ids": [codeless(house).pk], "reason": "好"}
        assert client.post(f"{DOOR}right/", body, content_type="application/json").status_code == 403

    def test_a_decision_is_never_rewritten(self, ask: Ask, house: Building) -> None:
        ask("right/", {"kind": "unit_without_code", "ids": [codeless(house).pk], "reason": "车位"})
        with pytest.raises(IntegrityError, match="history"), transaction.atomic():
            QualityDecision.objects.update(reason="别的")


def test_the_trend_is_read_off_the_past(ask: Ask, client: Client, house: Building) -> None:
    unit = codeless(house)
    UnitCode.objects.create(unit=unit, code="1103", scheme="sz25", valid=since(hours_ago(36)))
    codeless(house, "104")
    rows = client.get(
        "/api/quality/trend/",
        {"kind": "unit_without_code", "since": hours_ago(24 * 4).isoformat(), "every": "day"},
    ).json()
    assert [row["open"] for row in rows] == [2, 2, 2, 1, 1]
    ask("right/", {"kind": "unit_without_code", "ids": [unit.pk + 1], "reason": "车位"})
    now = client.get("/api/quality/trend/", {"kind": "unit_without_code", "since": hours_ago(0).isoformat()}).json()
    assert [(row["open"], row["right"]) for row in now] == [(0, 1)]
    problem = client.get("/api/quality/trend/?since=2001-01-01&every=day")
    assert problem.json()["code"] == "bad_since"
    for query in ("until=0001-01-05", "since=0001-01-05"):
        problem = client.get(f"/api/quality/trend/?kind=unit_without_code&{query}")
        assert (problem.status_code, problem.json()["code"]) == (400, "bad_time")


def test_the_kinds_are_told_in_the_reader_s_language(client: Client, ask: Ask) -> None:
    kinds = client.get("/api/quality/kinds/", headers={"Accept-Language": "en"}).json()
    assert {"kind": "unit_without_code", "target": "unit", "told": "The unit has no code."} in kinds

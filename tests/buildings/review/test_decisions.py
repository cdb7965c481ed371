"""A decision says what it will do, does it or refuses, and can be taken back with all that it loaded."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from buildings.models import Address, Building, Entrance, Household, LifecycleEvent, ReviewItem, Unit
from gisserver.common.db.validity import since
from gisserver.common.models import RowHistory
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
Decide = Callable[..., Any]


@pytest.fixture
def community(laws: None) -> Division:
    return community_of("AB")


@pytest.fixture
def house(community: Division) -> Building:
    """A house with the units 301 and 302 at 1单元."""
    row = factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community)
    stair = Entrance.objects.create(building=row, name="1单元", valid=since(LONG_AGO))
    for number in ("301", "302"):
        Unit.objects.create(building=row, entrance=stair, number=number, valid=since(LONG_AGO))
    return row


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., None]:
    def run(*lines: str, header: str = "address,unit,head_name,phone", command: str = "import_households") -> None:
        path = tmp_path / "rows.csv"
        path.write_text("\n".join((header, *lines)) + "\n")
        call_command(command, str(path), "--source=民政", "--crs=EPSG:4547", stdout=StringIO())

    return run


@pytest.fixture
def decide(client: Client) -> Decide:
    """Decide an item (the first when none is told) as the administrator; the answer's status must be as told."""
    client.force_login(factories.administrator())

    def send(body: dict[str, Any], status: int = 200, door: str = "decide", item: ReviewItem | None = None) -> Any:
        chosen = item or ReviewItem.objects.order_by("pk")[0]
        response = client.post(f"/api/reviews/{chosen.pk}/{door}/", body, content_type="application/json")
        assert response.status_code == status, response.content.decode()
        return response.json()

    return send


def target(row: Building | Unit) -> dict[str, Any]:
    return {"target": {"type": row._meta.model_name, "id": row.pk}}


def living() -> list[str]:
    return sorted(Household.objects.at().values_list("head_name", flat=True))


def test_a_building_is_no_answer_to_a_row_that_means_a_home(
    load: Callable[..., None], decide: Decide, house: Building
) -> None:
    load("老王头家,,李某,139")
    assert decide(target(house), 422)["code"] == "needs_unit"
    item = ReviewItem.objects.get()
    assert (item.status, Address.objects.filter(source="review").count()) == ("open", 0)


def test_a_door_in_the_text_tells_the_home(load: Callable[..., None], decide: Decide, house: Building) -> None:
    load("老王头的楼1单元301室,,李某,139")
    assert decide(target(house))["does"]["loads"][0]["what"] == "household"
    assert Household.objects.get().unit.number == "301"


def test_it_says_what_it_will_do_and_does_nothing_yet(
    load: Callable[..., None], decide: Decide, house: Building
) -> None:
    load("老王头那栋楼,301,李某,139", "老王头那栋楼,999,赵某,139")
    answer = decide({**target(house), "dry_run": True})
    assert answer["status"] == "open"
    assert answer["does"]["alias"] == "老王头那栋楼"
    assert [one["what"] for one in answer["does"]["loads"]] == ["household"]
    assert [one["code"] for one in answer["does"]["left_open"]] == ["unknown_unit"]
    assert not Household.objects.exists()
    assert decide(target(house))["does"] == answer["does"]
    assert sorted(ReviewItem.objects.values_list("status", flat=True)) == ["decided", "open"]


def test_an_unknown_unit_is_made_only_when_told_so(load: Callable[..., None], decide: Decide, house: Building) -> None:
    load("老王头那栋楼,999,李某,139")
    assert decide(target(house), 422)["code"] == "unknown_unit"
    assert decide({**target(house), "make_unit": True})["does"]["loads"][0]["makes_unit"]
    assert Unit.objects.get(number="999").addresses.get().text == "人民路1号幸福花园1栋999"


def test_a_target_that_is_no_candidate_is_asked_about(
    load: Callable[..., None], decide: Decide, house: Building, community: Division
) -> None:
    for number in ("2", "3"):
        factories.building(at(0.2, 0.2), address=f"解放路{number}号", community=community)
    load("解放路,301,李某,139")
    assert ReviewItem.objects.get().candidates
    assert decide(target(house), 409)["code"] == "not_a_candidate"
    assert decide({**target(house), "confirm": True})["loaded"]


def test_a_unit_of_another_door_is_asked_about(load: Callable[..., None], decide: Decide, house: Building) -> None:
    load("老王头那栋楼,301,李某,139")
    other = Unit.objects.get(number="302")
    assert decide(target(other), 409)["code"] == "another_door"
    assert decide({**target(other), "confirm": True})["loaded"]


def test_a_part_of_a_building_is_no_answer_to_a_row_about_one(
    load: Callable[..., None], decide: Decide, house: Building
) -> None:
    load("x1,老王头那栋楼,12", header="id,address,floors", command="import_buildings")
    assert decide(target(Unit.objects.get(number="301")), 422)["code"] == "needs_building"


class TestTakenBack:
    def test_all_that_it_loaded_goes_and_the_rows_wait_again(
        self, load: Callable[..., None], decide: Decide, house: Building
    ) -> None:
        load("老王头那栋楼,301,李某,139", "老王头那栋楼,302,赵某,138")
        decide(target(house))
        assert living() == ["李某", "赵某"]
        answer = decide({"reason": "看错了"}, door="undo")
        assert (answer["status"], answer["target"], answer["decided_by"]) == ("open", None, None)
        assert living() == []
        assert not Address.objects.at().filter(source="review").exists()
        assert set(ReviewItem.objects.values_list("status", flat=True)) == {"open"}
        assert RowHistory.objects.filter(table_name="buildings_reviewitem", row__status="decided").count() == 2
        assert LifecycleEvent.objects.get(kind="revert").reason == "看错了"
        assert decide(target(house))["loaded"]

    def test_what_a_building_said_before_it_says_again(
        self, load: Callable[..., None], decide: Decide, house: Building
    ) -> None:
        load("x1,老王头那栋楼,12", header="id,address,floors", command="import_buildings")
        decide(target(house))
        decide({"reason": "看错了"}, door="undo")
        assert Building.objects.get().floors is None

    def test_a_household_that_had_ended_lives_there_again(
        self, load: Callable[..., None], decide: Decide, house: Building
    ) -> None:
        header = "address,unit,head_name,phone,household_id"
        load("人民路1号幸福花园1栋,301,李某,139,h1", header=header)
        load("老王头那栋楼,301,李大,139,h1", header=header)
        decide(target(house))
        assert living() == ["李大"]
        decide({"reason": "看错了"}, door="undo")
        assert living() == ["李某"]

    def test_a_dismissed_row_waits_again(self, load: Callable[..., None], decide: Decide, house: Building) -> None:
        load("老王头那栋楼,301,李某,139")
        decide({"dismiss": "查无此处"})
        assert decide({"reason": "找到了"}, door="undo")["status"] == "open"

    def test_an_open_row_has_nothing_to_take_back(
        self, load: Callable[..., None], decide: Decide, house: Building
    ) -> None:
        load("老王头那栋楼,301,李某,139")
        assert decide({"reason": "看错了"}, 409, door="undo")["code"] == "not_decided"
        assert decide({}, 400, door="undo")["code"] == "invalid"

    def test_what_has_happened_since_comes_back_first(
        self, load: Callable[..., None], decide: Decide, house: Building, client: Client
    ) -> None:
        load("老王头那栋楼,999,李某,139")
        decide({**target(house), "make_unit": True})
        unit = Unit.objects.get(number="999")
        client.patch(f"/api/units/{unit.pk}/", {"floor": 9}, content_type="application/json")
        assert decide({"reason": "看错了"}, 409, door="undo")["code"] == "later_events"

    def test_taking_back_its_event_opens_the_row_too(
        self, load: Callable[..., None], decide: Decide, house: Building, client: Client
    ) -> None:
        load("老王头那栋楼,301,李某,139")
        decide(target(house))
        body = {"event": ReviewItem.objects.get().event_id, "reason": "看错了"}
        assert (
            client.post(f"/api/buildings/{house.pk}/revert/", body, content_type="application/json").status_code == 201
        )
        assert ReviewItem.objects.get().status == "open"

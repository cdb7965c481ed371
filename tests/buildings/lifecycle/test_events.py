"""What happens to a house but splits: it changes, is merged, renumbered, readdressed, recoded, demolished; and back."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buildings.addresses.text.normalize import normalize
from buildings.models import Address, Building, BuildingAssignment, Entrance, Household, LifecycleEvent, Unit
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post, found, point, square, then
from tests.factories import LONG_AGO, at, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


def addressed(text: str, **about: Unit | Entrance) -> None:
    Address.objects.create(text=text, normalized=normalize(text), valid=since(LONG_AGO), **about)


def standard(**about: Building | Unit | Entrance) -> str:
    return Address.objects.at().get(kind="standard", **about).text


class TestUpdate:
    def test_what_a_house_said_before_can_be_read(self, post: Post, get, house: Building) -> None:
        body = {"name": "幸福大厦", "floors": 12, "effective_at": hours_ago(2).isoformat()}
        post(f"/api/buildings/{house.pk}/", body, verb="patch", status=200)
        now = get(f"/api/buildings/{house.pk}/")
        before = get(f"/api/buildings/{house.pk}/?{then(hours_ago(3))}")
        assert (now["name"], now["floors"]) == ("幸福大厦", 12)
        assert (before["name"], before["floors"]) == ("幸福花园1栋", None)

    def test_a_house_that_moves_changes_its_grid_and_stands_elsewhere_before(
        self, post: Post, get, house: Building
    ) -> None:
        post(f"/api/buildings/{house.pk}/", {"location": point(1.5, 0.5)}, verb="patch", status=200)
        assert [row["id"] for row in get("/api/buildings/?grid=B")["results"]] == [house.pk]
        assert get("/api/buildings/?grid=A")["results"] == []
        before = get(f"/api/buildings/{house.pk}/?{then(hours_ago(1))}")
        assert before["geometry"]["coordinates"] == pytest.approx(point(0.5, 0.5)["coordinates"], abs=1e-7)

    def test_a_new_name_is_found_and_the_old_one_no_longer(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"name": "阳光大厦"}, verb="patch", status=200)
        post(f"/api/buildings/{house.pk}/", {"name": "月亮大厦"}, verb="patch", status=200)
        assert found(get, "月亮大厦") == ["人民路1号幸福花园1栋"]
        assert found(get, "阳光大厦") == []

    def test_the_same_again_is_refused(self, post: Post, house: Building) -> None:
        problem = post(f"/api/buildings/{house.pk}/", {"name": house.name}, verb="patch", status=422)
        assert problem["code"] == "nothing_changes"

    def test_the_past_is_not_rewritten(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)
        late = {"floors": 4, "effective_at": hours_ago(1).isoformat()}
        problem = post(f"/api/buildings/{house.pk}/", late, verb="patch", status=422)
        assert problem["code"] == "effective_before_last_change"

    def test_a_house_in_another_area_is_not_known(self, post: Post) -> None:
        strange = factories.building(at(9, 9), community=factories.division("440310001009"))
        problem = post(f"/api/buildings/{strange.pk}/", {"floors": 3}, verb="patch", status=404)
        assert problem["code"] == "no_such_building"

    def test_a_house_does_not_move_out_of_the_area(self, post: Post, house: Building) -> None:
        body = {"location": point(50, 50)}
        assert post(f"/api/buildings/{house.pk}/", body, verb="patch", status=403)["code"] == "not_in_your_area"
        assert Building.objects.get().location.equals(house.location)


class TestMerge:
    @pytest.fixture
    def annex(self, community: Division) -> Building:
        return factories.building(at(0.6, 0.5), name="附楼", address="人民路1-1号", community=community)

    def test_two_houses_become_one_that_is_found_by_both_addresses(
        self, post: Post, get, house: Building, annex: Building
    ) -> None:
        answer = post(f"/api/buildings/{house.pk}/merge/", {"buildings": [annex.pk], "code": "5001"})
        [whole] = answer["buildings"]
        assert (whole["name"], whole["address"], whole["grid"]) == ("幸福花园1栋", "人民路1号幸福花园1栋", "A")
        assert found(get, "人民路1-1号") == ["人民路1号幸福花园1栋"]
        assert get(f"/api/units/?building={whole['id']}")["results"][3]["number"] == "201"
        assert get("/api/codes/1001")["meanings"][0]["successors"] == [
            {"target": "building", "id": whole["id"], "code": "5001"}
        ]

    def test_numbers_that_would_stand_twice_are_named(self, post: Post, house: Building, annex: Building) -> None:
        Entrance.objects.create(building=annex, name="1单元", valid=annex.valid)
        problem = post(f"/api/buildings/{house.pk}/merge/", {"buildings": [annex.pk]}, status=409)
        assert (problem["code"], problem["entrances"]) == ("numbers_clash", ["1单元"])

    def test_a_house_is_not_merged_with_itself(self, post: Post, house: Building) -> None:
        assert post(f"/api/buildings/{house.pk}/merge/", {"buildings": [house.pk]}, status=400)["code"] == "bad_merge"

    def test_taken_back_both_stand_again(self, post: Post, get, house: Building, annex: Building) -> None:
        event = post(f"/api/buildings/{house.pk}/merge/", {"buildings": [annex.pk]})["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"})
        assert set(Building.objects.at().values_list("pk", flat=True)) == {house.pk, annex.pk}
        assert found(get, "人民路1-1号") == ["人民路1-1号"]

    def test_footprints_are_joined(self, post: Post, house: Building, annex: Building) -> None:
        for row, column in ((house, 0.4), (annex, 0.6)):
            body = {"footprint": square(column, 0.4)}
            post(f"/api/buildings/{row.pk}/", body, verb="patch", status=200)
        post(f"/api/buildings/{house.pk}/merge/", {"buildings": [annex.pk]})
        assert Building.objects.at().get().footprint.area == pytest.approx(800, rel=1e-3)


class TestRenumber:
    def test_two_units_exchange_their_numbers(self, post: Post, get, house: Building) -> None:
        first, second = Unit.objects.order_by("pk")[:2]
        body = {"units": [{"id": first.pk, "number": "201"}, {"id": second.pk, "number": "101"}]}
        post(f"/api/buildings/{house.pk}/renumber/", body)
        assert get(f"/api/units/{first.pk}/")["number"] == "201"
        assert get(f"/api/units/{first.pk}/?{then(hours_ago(1))}")["number"] == "101"

    def test_an_address_that_ends_with_the_number_follows_and_the_old_one_still_leads_there(
        self, post: Post, get, house: Building
    ) -> None:
        unit = Unit.objects.order_by("pk")[0]
        post(f"/api/units/{unit.pk}/readdress/", {"address": "人民路1号幸福花园1栋1单元101"})
        post(f"/api/buildings/{house.pk}/renumber/", {"units": [{"id": unit.pk, "number": "1A"}]})
        assert get(f"/api/units/{unit.pk}/")["address"] == "人民路1号幸福花园1栋1单元1A"
        kinds = [m["kind"] for m in get("/api/addresses/?text=人民路1号幸福花园1栋1单元101")["meanings"]]
        assert kinds == ["standard", "former"]

    def test_a_number_is_not_given_twice(self, post: Post, house: Building) -> None:
        first = Unit.objects.order_by("pk")[0]
        body = {"units": [{"id": first.pk, "number": "201"}]}
        assert post(f"/api/buildings/{house.pk}/renumber/", body, status=409)["code"] == "number_taken"

    def test_taken_back(self, post: Post, get, house: Building) -> None:
        first, second = Unit.objects.order_by("pk")[:2]
        body = {"units": [{"id": first.pk, "number": "201"}, {"id": second.pk, "number": "101"}]}
        event = post(f"/api/buildings/{house.pk}/renumber/", body)["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"})
        assert get(f"/api/units/{first.pk}/")["number"] == "101"


class TestReaddressAndRecode:
    def test_the_old_door_plate_still_leads_there(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "reason": "换门牌"})
        assert get(f"/api/buildings/{house.pk}/")["address"] == "解放路8号"
        assert found(get, "解放路8号") == ["解放路8号"]
        assert found(get, "人民路1号幸福花园1栋") == ["解放路8号"]

    def test_unless_it_is_given_up(self, post: Post, get, house: Building) -> None:
        body = {"address": "解放路8号", "keep_former": False}
        post(f"/api/buildings/{house.pk}/readdress/", body)
        assert Address.objects.at().filter(building=house).count() == 1

    @pytest.fixture
    def flats(self, house: Building) -> list[Unit]:
        """Two units whose addresses follow from the house's, and a shop with a door plate of its own."""
        found = list(Unit.objects.order_by("pk"))
        texts = ("人民路1号幸福花园1栋1单元101", "人民路1号 幸福花园1栋1单元201", "东街3号")
        for unit, text in zip(found, texts, strict=False):
            addressed(text, unit=unit)
        addressed("人民路1号幸福花园1栋1单元", entrance=Entrance.objects.order_by("pk")[0])
        return found

    def test_what_is_inside_follows_the_house(self, post: Post, get, house: Building, flats: list[Unit]) -> None:
        post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号"})
        said = [standard(unit=unit) for unit in flats[:3]]
        assert said == ["解放路8号1单元101", "解放路8号1单元201", "东街3号"]
        assert standard(entrance=Entrance.objects.order_by("pk")[0]) == "解放路8号1单元"
        assert found(get, "解放路8号1单元101") == ["解放路8号1单元101"]
        assert found(get, "人民路1号幸福花园1栋1单元101") == ["解放路8号1单元101"]

    def test_before_the_event_it_was_addressed_as_it_was(
        self, post: Post, get, house: Building, flats: list[Unit]
    ) -> None:
        post(
            f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "effective_at": hours_ago(1).isoformat()}
        )
        assert get(f"/api/units/{flats[0].pk}/?{then(hours_ago(2))}")["address"] == "人民路1号幸福花园1栋1单元101"
        assert get(f"/api/units/{flats[0].pk}/")["address"] == "解放路8号1单元101"

    def test_taken_back_everything_is_addressed_as_before(self, post: Post, house: Building, flats: list[Unit]) -> None:
        event = post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号"})["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误改"})
        assert standard(unit=flats[0]) == "人民路1号幸福花园1栋1单元101"
        assert standard(building=house) == "人民路1号幸福花园1栋"

    def test_a_former_address_of_a_unit_ends_with_the_house_s_if_it_is_given_up(
        self, post: Post, house: Building, flats: list[Unit]
    ) -> None:
        post(f"/api/buildings/{house.pk}/readdress/", {"address": "解放路8号", "keep_former": False})
        assert Address.objects.at().filter(unit=flats[0]).count() == 1

    def test_a_stair_that_is_called_otherwise_renames_the_doors_behind_it(
        self, post: Post, house: Building, flats: list[Unit]
    ) -> None:
        stair = Entrance.objects.order_by("pk")[0]
        post(f"/api/buildings/{house.pk}/renumber/", {"entrances": [{"id": stair.pk, "name": "A单元"}]})
        assert standard(entrance=stair) == "人民路1号幸福花园1栋A单元"
        assert standard(unit=flats[0]) == "人民路1号幸福花园1栋A单元101"

    def test_a_target_has_one_standard_address(self, house: Building) -> None:
        with pytest.raises(IntegrityError, match="one_standard_building"), transaction.atomic():
            Address.objects.create(building=house, text="又一个", normalized="又一个", valid=house.valid)

    def test_a_new_code_and_the_old_one_resolve(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/recode/", {"code": "9009"})
        assert get("/api/codes/1001")["meanings"][0]["current_code"] == "9009"
        assert get("/api/codes/9009")["meanings"][0]["id"] == house.pk
        assert get(f"/api/codes/9009?{then(hours_ago(1))}")["code"] == "unknown_code"

    def test_a_unit_gets_the_next_code_of_its_building(self, post: Post, get, house: Building) -> None:
        unit = Unit.objects.order_by("pk")[0]
        post(f"/api/units/{unit.pk}/recode/", {})
        assert get(f"/api/units/{unit.pk}/")["code"] == "1001000001"


class TestDemolish:
    def test_households_are_not_ended_by_accident(self, post: Post, house: Building) -> None:
        problem = post(f"/api/buildings/{house.pk}/demolish/", {"reason": "旧改"}, status=409)
        assert (problem["code"], problem["households"]) == ("households_inside", 1)

    def test_nothing_of_it_is_open_and_all_of_it_resolves(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})
        for model in (Building, Entrance, Unit, Household, Address, BuildingAssignment):
            assert not model.objects.filter(valid__upper_inf=True, **_not_a_division(model)).exists()
        [meaning] = get("/api/codes/1001")["meanings"]
        assert (meaning["status"], meaning["ended_at"] is not None) == ("demolished", True)
        assert found(get, "人民路1号幸福花园1栋") == []
        assert get(f"/api/buildings/{house.pk}/")["fate"] == "demolished"

    def test_its_code_is_never_given_to_another(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})
        problem = post("/api/buildings/", {"name": "新楼", "location": point(0.5, 0.5), "code": "1001"}, status=409)
        assert problem["code"] == "code_taken"

    def test_taken_back_all_of_it_stands_again(self, post: Post, get, house: Building) -> None:
        event = post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"})
        row = get(f"/api/buildings/{house.pk}/")
        assert (row["code"], row["units"], row["households"], row["grid"]) == ("1001", 4, 1, "A")
        assert found(get, "人民路1号幸福花园1栋") == ["人民路1号幸福花园1栋"]

    def test_the_database_lets_nothing_be_added_to_what_is_gone(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/demolish/", {"end_households": True, "reason": "旧改"})
        with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
            Unit.objects.create(building=house, number="9", valid=house.valid)

    def test_the_database_lets_nothing_be_left_open(self, house: Building) -> None:
        with pytest.raises(IntegrityError, match="has ended, but row"), transaction.atomic():
            Building.objects.filter(pk=house.pk).end()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestRevert:
    def test_only_the_latest_event_is_taken_back(self, post: Post, house: Building) -> None:
        first = post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)["event"]["id"]
        second = post(f"/api/buildings/{house.pk}/", {"floors": 4}, verb="patch", status=200)["event"]["id"]
        problem = post(f"/api/buildings/{house.pk}/revert/", {"event": first, "reason": "误操作"}, status=409)
        assert (problem["code"], problem["events"]) == ("later_events", [second])

    def test_one_after_the_other(self, post: Post, get, house: Building) -> None:
        events = [
            post(f"/api/buildings/{house.pk}/", {"floors": n}, verb="patch", status=200)["event"]["id"] for n in (3, 4)
        ]
        for event in reversed(events):
            post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"})
        assert get(f"/api/buildings/{house.pk}/")["floors"] is None

    def test_never_twice(self, post: Post, house: Building) -> None:
        event = post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)["event"]["id"]
        post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"})
        assert (
            post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"}, status=409)["code"]
            == "already_reverted"
        )

    def test_an_event_of_another_house_is_not_known(self, post: Post, house: Building, community: Division) -> None:
        other = factories.building(at(0.2, 0.2), community=community)
        event = post(f"/api/buildings/{other.pk}/", {"floors": 3}, verb="patch", status=200)["event"]["id"]
        assert (
            post(f"/api/buildings/{house.pk}/revert/", {"event": event, "reason": "误操作"}, status=404)["code"]
            == "no_such_event"
        )


class TestHistory:
    def test_it_tells_who_did_what_when_and_why(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"floors": 3, "reason": "加建"}, verb="patch", status=200)
        post(f"/api/buildings/{house.pk}/recode/", {"code": "9009"})
        told = get(f"/api/buildings/{house.pk}/history/")
        assert [event["kind"] for event in told["events"]] == ["update", "recode"]
        assert (told["events"][0]["author"], told["events"][0]["reason"]) == ("wang", "加建")
        assert told["events"][0]["effects"][0]["before"] == {"floors": None}
        assert [state["floors"] for state in told["states"]] == [None, 3]
        assert {effect["text"] for effect in told["events"][1]["effects"]} == {"1001", "9009"}

    def test_an_event_is_never_changed(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)
        with pytest.raises(IntegrityError, match="is history"), transaction.atomic():
            LifecycleEvent.objects.update(reason="anders")

    def test_a_unit_tells_its_own(self, post: Post, get, house: Building) -> None:
        unit = Unit.objects.order_by("pk")[0]
        post(f"/api/units/{unit.pk}/", {"floor": 9, "location": point(0.55, 0.5)}, verb="patch", status=200)
        told = get(f"/api/units/{unit.pk}/history/")
        assert [state["floor"] for state in told["states"]] == [1, 9]
        assert get(f"/api/units/{unit.pk}/")["location_from"] == "unit"


def _not_a_division(model: Any) -> dict[str, Any]:
    return {"division__isnull": True} if model is Address else {}


class TestReasons:
    """What ends something and puts nothing in its place says why."""

    @pytest.mark.parametrize("body", [{}, {"reason": " "}])
    @pytest.mark.parametrize(
        "door", ["buildings/{house}/demolish/", "units/{unit}/demolish/", "entrances/{stair}/demolish/"]
    )
    def test_an_end_needs_a_reason(self, post: Post, house: Building, door: str, body: dict[str, str]) -> None:
        ids = {"house": house.pk, "unit": Unit.objects.order_by("pk")[0].pk, "stair": house.entrances.all()[0].pk}
        problem = post("/api/" + door.format(**ids), body, status=400)
        assert list(problem["errors"]) == ["reason"]
        assert Building.objects.at().exists()

    def test_a_revert_needs_a_reason(self, post: Post, house: Building) -> None:
        event = post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)["event"]["id"]
        assert list(post(f"/api/buildings/{house.pk}/revert/", {"event": event}, status=400)["errors"]) == ["reason"]


class TestOneDoor:
    """Another spelling is no other unit, at any door."""

    def test_added(self, post: Post, house: Building) -> None:
        body = {"units": [{"number": "１０１室", "entrance": "1单元"}]}
        assert post(f"/api/buildings/{house.pk}/contents/", body, status=409)["code"] == "number_taken"

    def test_changed(self, post: Post, house: Building) -> None:
        unit = Unit.objects.order_by("pk")[1]
        problem = post(f"/api/units/{unit.pk}/", {"number": "一零一"}, verb="patch", status=409)
        assert problem["code"] == "number_taken"

    def test_renumbered(self, post: Post, house: Building) -> None:
        body = {"units": [{"id": Unit.objects.order_by("pk")[1].pk, "number": "101房"}]}
        assert post(f"/api/buildings/{house.pk}/renumber/", body, status=409)["code"] == "number_taken"

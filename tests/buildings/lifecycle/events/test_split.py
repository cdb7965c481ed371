"""A house is split: its stairs, units and households go with the parts, and what it was leads to them."""

from typing import Any

import pytest

from buildings.models import Building, Entrance, Household, Unit
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post, found, point, then
from tests.factories import at, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


class TestSplit:
    """1栋 becomes an east and a west house; each takes a stair."""

    @pytest.fixture
    def split(self, post: Post, house: Building) -> dict[str, Any]:
        east, west = Entrance.objects.order_by("pk")
        return post(
            f"/api/buildings/{house.pk}/split/",
            {
                "parts": [
                    {"name": "幸福花园东座", "location": point(0.6, 0.5), "code": "2001", "entrances": [east.pk],
                     "address": "人民路1号幸福花园东座"},
                    {"name": "幸福花园西座", "location": point(1.4, 0.5), "code": "2002", "entrances": [west.pk],
                     "address": "人民路1号幸福花园西座"},
                ],
                "reason": "分证",
            },
        )  # fmt: skip

    def test_units_and_households_go_with_their_stairs(self, split: dict, house: Building) -> None:
        east, west = Building.objects.filter(valid__upper_inf=True).order_by("pk")
        assert [u.number for u in Unit.objects.at().filter(building=east)] == ["101", "201"]
        assert Unit.objects.at().filter(building=west).count() == 2
        assert Household.objects.at().get().unit.building == east
        assert split["event"]["reason"] == "分证"

    def test_the_parts_are_found_and_the_whole_only_as_what_it_was(self, split: dict, get) -> None:
        assert found(get, "人民路1号幸福花园西座") == ["人民路1号幸福花园西座"]
        [whole] = get("/geocode/search?q=人民路1号幸福花园1栋&format=jsonv2")
        assert whole["was"]["status"] == "split"

    def test_each_part_has_its_own_grid(self, split: dict, get) -> None:
        assert [row["name"] for row in get("/api/buildings/?grid=B")["results"]] == ["幸福花园西座"]

    def test_the_old_code_leads_to_the_parts(self, split: dict, get, house: Building) -> None:
        [meaning] = get("/api/codes/1001")["meanings"]
        assert (meaning["id"], meaning["status"], meaning["current_code"]) == (house.pk, "split", None)
        assert [heir["code"] for heir in meaning["successors"]] == ["2001", "2002"]

    def test_the_old_address_leads_to_the_parts(self, split: dict, get, house: Building) -> None:
        [meaning] = get("/api/addresses/?text=人民路1号幸福花园1栋")["meanings"]
        assert (meaning["id"], meaning["status"], len(meaning["successors"])) == (house.pk, "split", 2)

    def test_before_it_was_one_house_with_four_units(self, split: dict, get, house: Building) -> None:
        before = get(f"/api/buildings/{house.pk}/?{then(hours_ago(1))}")
        assert (before["units"], before["households"], before["code"]) == (4, 1, "1001")

    def test_the_whole_now_says_what_became_of_it(self, split: dict, get, house: Building) -> None:
        problem = get(f"/api/buildings/{house.pk}/")
        assert (problem["code"], problem["status"]) == ("no_such_building", 404)
        assert len(problem["successors"]) == 2

    def test_successors_are_followed_through_further_splits(self, split: dict, post: Post, get) -> None:
        east = Building.objects.get(name="幸福花园东座")
        parts = [{"name": "甲", "code": "3001", "rest": True}, {"name": "乙", "code": "3002"}]
        post(f"/api/buildings/{east.pk}/split/", {"parts": parts})
        [meaning] = get("/api/codes/1001")["meanings"]
        assert sorted(heir["code"] for heir in meaning["successors"]) == ["2002", "3001", "3002"]

    def test_what_is_split_cannot_be_split_again(self, split: dict, post: Post, house: Building) -> None:
        body = {"parts": [{"name": "甲", "rest": True}, {"name": "乙"}]}
        problem = post(f"/api/buildings/{house.pk}/split/", body, status=409)
        assert (problem["code"], len(problem["successors"])) == ("building_ended", 2)

    def test_taken_back_it_is_one_house_again_with_its_code(
        self, split: dict, post: Post, get, house: Building
    ) -> None:
        post(f"/api/buildings/{house.pk}/revert/", {"event": split["event"]["id"], "reason": "误操作"})
        [meaning, *_] = get("/api/codes/1001")["meanings"]
        assert (meaning["status"], meaning["current_code"]) == ("current", "1001")
        assert get(f"/api/buildings/{house.pk}/")["units"] == 4
        assert found(get, "人民路1号幸福花园1栋")[0] == "人民路1号幸福花园1栋"
        [part] = get("/api/codes/2001")["meanings"]
        assert (part["status"], part["current_code"]) == ("withdrawn", None)


class TestSplitRefused:
    def test_nothing_may_be_left_over(self, post: Post, house: Building) -> None:
        stair = Entrance.objects.order_by("pk")[0]
        body = {"parts": [{"name": "甲", "entrances": [stair.pk]}, {"name": "乙"}]}
        problem = post(f"/api/buildings/{house.pk}/split/", body, status=422)
        assert (problem["code"], len(problem["units"])) == ("units_left_over", 2)

    def test_a_unit_of_another_house_is_not_taken(self, post: Post, house: Building, community: Division) -> None:
        other = factories.building(at(0.2, 0.2), community=community)
        unit = Unit.objects.create(building=other, number="1", valid=other.valid)
        body = {"parts": [{"name": "甲", "units": [unit.pk], "rest": True}, {"name": "乙"}]}
        assert post(f"/api/buildings/{house.pk}/split/", body, status=422)["code"] == "unknown_units"

    def test_two_parts_do_not_take_the_same(self, post: Post, house: Building) -> None:
        stair = Entrance.objects.order_by("pk")[0]
        body = {"parts": [{"entrances": [stair.pk], "rest": True}, {"entrances": [stair.pk]}]}
        assert post(f"/api/buildings/{house.pk}/split/", body, status=400)["code"] == "named_twice"

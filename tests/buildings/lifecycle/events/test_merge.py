"""Several buildings become one, found by the addresses of all."""

import pytest

from buildings.models import Building, Entrance
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post, found, square
from tests.factories import at

pytestmark = pytest.mark.usefixtures("laws")


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

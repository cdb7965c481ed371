"""A building changes: what it said before can be read, the past is not rewritten."""

import pytest

from buildings.models import Building
from tests import factories
from tests.buildings.lifecycle.conftest import Post, found, point, then
from tests.factories import at, hours_ago

pytestmark = pytest.mark.usefixtures("laws")


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

    def test_a_new_name_is_found_and_the_old_one_says_what_it_was(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"name": "阳光大厦"}, verb="patch", status=200)
        post(f"/api/buildings/{house.pk}/", {"name": "月亮大厦"}, verb="patch", status=200)
        assert found(get, "月亮大厦") == ["人民路1号幸福花园1栋"]
        [former] = get("/geocode/search?q=阳光大厦&format=geocodejson")["features"]
        assert former["properties"]["geocoding"]["was"]["until"]

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

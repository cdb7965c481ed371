"""Units get other numbers; each door has its number once."""

import pytest

from buildings.models import Building, Unit
from tests.buildings.lifecycle.conftest import Post, then
from tests.factories import hours_ago

pytestmark = pytest.mark.usefixtures("laws")


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

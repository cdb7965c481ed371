"""The life of a building tells who did what, when and why."""

import pytest
from django.db import IntegrityError, transaction

from buildings.models import Building, LifecycleEvent, Unit
from tests.buildings.lifecycle.conftest import Post, point

pytestmark = pytest.mark.usefixtures("laws")


class TestHistory:
    def test_it_tells_who_did_what_when_and_why(self, post: Post, get, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"floors": 3, "reason": "加建"}, verb="patch", status=200)
        post(f"/api/buildings/{house.pk}/recode/", {"code": "9009"})
        answer = get(f"/api/buildings/{house.pk}/history/")
        assert [event["kind"] for event in answer["events"]] == ["update", "recode"]
        assert (answer["events"][0]["author"], answer["events"][0]["reason"]) == ("wang", "加建")
        assert answer["events"][0]["effects"][0]["before"] == {"floors": None}
        assert [state["floors"] for state in answer["states"]] == [None, 3]
        assert {effect["text"] for effect in answer["events"][1]["effects"]} == {"1001", "9009"}

    def test_an_event_is_never_changed(self, post: Post, house: Building) -> None:
        post(f"/api/buildings/{house.pk}/", {"floors": 3}, verb="patch", status=200)
        with pytest.raises(IntegrityError, match="is history"), transaction.atomic():
            LifecycleEvent.objects.update(reason="anders")

    def test_a_unit_tells_its_own(self, post: Post, get, house: Building) -> None:
        unit = Unit.objects.order_by("pk")[0]
        post(f"/api/units/{unit.pk}/", {"floor": 9, "location": point(0.55, 0.5)}, verb="patch", status=200)
        answer = get(f"/api/units/{unit.pk}/history/")
        assert [state["floor"] for state in answer["states"]] == [1, 9]
        assert get(f"/api/units/{unit.pk}/")["location_from"] == "unit"

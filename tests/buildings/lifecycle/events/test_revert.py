"""Events are taken back, the latest first, each once."""

import pytest

from buildings.models import Building
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post
from tests.factories import at

pytestmark = pytest.mark.usefixtures("laws")


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

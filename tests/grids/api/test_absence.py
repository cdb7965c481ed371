"""An empty answer says why it is empty, and tells nobody of what they may not see."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.factories import LONG_AGO, at, division, drawn, grid, lonlat
from tests.redrawing import COMMUNITY, Draft, check_constraints, signed_in
from tests.scheduling import cut_a, planned

pytestmark = pytest.mark.usefixtures("laws")
BEFORE = (LONG_AGO - timedelta(days=1)).isoformat()


@pytest.fixture
def elsewhere(community: Division) -> Division:
    """A community east of the other, not divided into grids."""
    made = division("440310001002", geometry=drawn("...D/...D")["D"])
    check_constraints()
    return made


def here(client: Client, column: float, row: float, **more: str) -> tuple[Any, Any]:
    """Return the grid of a place of the drawing, and why there is none."""
    lon, lat = lonlat(at(column, row))
    answer = client.get("/api/grids/at", {"lon": lon, "lat": lat, **more}).json()
    return answer["grid"], answer["reason"]


def listed(client: Client, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/api/grids/", query).json()
    return answer


class TestAPlace:
    def test_that_has_a_grid_needs_no_reason(self, supervisor: Client) -> None:
        assert here(supervisor, 0.5, 0.5) == ("A", None)

    def test_outside_every_grid(self, admin_client: Client, community: Division) -> None:
        assert here(admin_client, 90, 90) == (None, "no_grid_here")

    def test_outside_the_reader_s_area_with_a_grid_or_without(self, supervisor: Client, elsewhere: Division) -> None:
        grid("D", drawn("...D/...D")["D"], elsewhere)
        check_constraints()
        assert here(supervisor, 3.9, 0.5) == here(supervisor, 90, 90) == (None, "outside_your_area")

    def test_in_the_reader_s_area_where_no_grid_is(self, community: Division, elsewhere: Division) -> None:
        assert here(signed_in("li", Role.ANALYST, elsewhere), 3.9, 0.5) == (None, "no_grid_here")

    def test_before_the_first_import(self, supervisor: Client) -> None:
        assert here(supervisor, 0.5, 0.5, at=BEFORE) == (None, "before_first_import")

    def test_of_nobody_s_area(self, community: Division) -> None:
        client = signed_in("neu", Role.ANALYST, division("440399"))
        assert here(client, 0.5, 0.5) == (None, "outside_your_area")


class TestAMoment:
    def test_now_needs_no_notice(self, supervisor: Client) -> None:
        answer = listed(supervisor)
        assert (len(answer["results"]), answer["notice"], answer["known"]["last_plan"]) == (2, None, None)

    def test_before_the_first_import(self, supervisor: Client) -> None:
        answer = listed(supervisor, at=BEFORE)
        assert (answer["results"], answer["notice"]) == ([], "before_first_import")
        assert answer["known"]["since"].startswith("2024-01-01")

    def test_after_the_last_plan(self, supervisor: Client, reviewer: Client) -> None:
        now = timezone.now()
        tomorrow, later = now + timedelta(days=1), now + timedelta(days=2)
        planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
        assert [listed(supervisor, at=moment.isoformat())["notice"] for moment in (now, tomorrow, later)] == [
            None,
            None,
            "after_last_plan",
        ]

    def test_after_now_where_nothing_is_planned(self, supervisor: Client) -> None:
        assert listed(supervisor, at="2099-01-01T00:00:00Z")["notice"] == "after_last_plan"

    def test_what_others_plan_is_not_told(self, supervisor: Client, reviewer: Client) -> None:
        client = signed_in("neu", Role.ANALYST, division("440399"))
        planned(Draft(supervisor, COMMUNITY), reviewer, timezone.now() + timedelta(days=1), "split", **cut_a())
        answer = listed(client)
        assert (answer["notice"], answer["known"]) == ("no_grids", {"since": None, "last_plan": None})

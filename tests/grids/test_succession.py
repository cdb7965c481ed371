"""What became of grids and divisions, as in `/api/codes/`, read off who holds their area."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import shapely
from django.db import transaction
from django.test import Client
from django.utils import timezone

from gisserver.common.access.roles import Role
from grids.models import Division, DivisionVersion, GridVersion
from tests import factories
from tests.factories import drawn, hours_ago
from tests.redrawing import COMMUNITY, Draft, check_constraints, line, signed_in
from tests.scheduling import cut_a, planned

pytestmark = pytest.mark.usefixtures("laws")
THEN = hours_ago(1)


def meaning(client: Client, code: str) -> Any:
    """Return the one thing that a code means."""
    [found] = client.get(f"/api/codes/{code}").json()["meanings"]
    return found


def fate_of(client: Client, code: str) -> tuple[str, list[str]]:
    """Return what became of what a code means, and the codes of its successors."""
    found = meaning(client, code)
    return found["status"], [each["code"] for each in found["successors"]]


def imported(community: Division, *gone: str, **drawings: str) -> None:
    """Let grids end, and others (code → its letter in the drawing) begin in their place, as an import does."""
    with transaction.atomic():
        GridVersion.objects.filter(code__in=gone).end(THEN)
        for code, drawing in drawings.items():
            factories.grid(code, drawn(drawing)["X"], community, begins=THEN)
        check_constraints()


def published(supervisor: Client, reviewer: Client, verb: str, **members: Any) -> Draft:
    draft = Draft(supervisor, COMMUNITY)
    draft.draw(verb, **members)
    draft.approved(reviewer).step("publish")
    return draft


def test_a_grid_that_is_there_is_current(supervisor: Client) -> None:
    assert fate_of(supervisor, "A") == ("current", [])
    assert meaning(supervisor, "A")["ended_at"] is None


def test_a_merged_grid_names_the_one_that_has_its_area(supervisor: Client, reviewer: Client) -> None:
    draft = published(supervisor, reviewer, "merge", grids=["A", "B"], keep="A")
    assert fate_of(supervisor, "B") == ("merged", ["A"])
    found = meaning(supervisor, "B")
    assert datetime.fromisoformat(found["ended_at"]) == datetime.fromisoformat(draft.read()["effective_at"])
    assert found["successors"][0]["target"] == "grid"


def test_the_code_of_a_grid_with_many_versions_means_it_once(supervisor: Client, reviewer: Client) -> None:
    published(supervisor, reviewer, "rename", grid="B", name="东")
    published(supervisor, reviewer, "rename", grid="B", name="东二")
    assert meaning(supervisor, "B")["valid"]["until"] is None


def test_a_grid_that_comes_back_is_current_again(supervisor: Client, reviewer: Client) -> None:
    draft = published(supervisor, reviewer, "merge", grids=["A", "B"], keep="A")
    back = draft.step("reverse", expect=201, reason="居民反对")
    for step, client in (("submit", supervisor), ("approve", reviewer), ("publish", reviewer)):
        client.post(f"/api/redraws/{back['id']}/{step}/", {}, content_type="application/json")
    before, now = supervisor.get("/api/codes/B").json()["meanings"]
    assert (before["status"], now["status"], now["valid"]["until"]) == ("current", "current", None)


def test_successors_are_who_holds_the_area_now(supervisor: Client, reviewer: Client) -> None:
    """AAB becomes AAA, then AAN: what was B is N's now."""
    published(supervisor, reviewer, "merge", grids=["A", "B"], keep="A")
    published(supervisor, reviewer, "split", grid="A", line=line((2, 0), (2, 2)), new="N")
    assert fate_of(supervisor, "B") == ("merged", ["N"])


def test_area_that_went_to_several(supervisor: Client, community: Division) -> None:
    """The area of A is Y's but for a corner that is Z's: the larger comes first."""
    imported(community, "A", Z="X--/---", Y="-X-/XX-")
    assert fate_of(supervisor, "A") == ("split", ["Y", "Z"])


def test_the_same_area_under_another_code(supervisor: Client, community: Division) -> None:
    imported(community, "A", NEW="XX-/XX-")
    assert fate_of(supervisor, "A") == ("moved", ["NEW"])


def test_an_area_without_grids_has_ended(supervisor: Client, community: Division) -> None:
    imported(community, "A", "B")
    assert fate_of(supervisor, "B") == ("ended", [])


def test_a_grid_that_is_planned(supervisor: Client, reviewer: Client) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    found = meaning(supervisor, "N")
    assert (found["status"], found["current_code"]) == ("planned", None)
    assert datetime.fromisoformat(found["valid"]["from"]) == tomorrow


def test_a_plan_that_never_took_effect(supervisor: Client, reviewer: Client) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    draft = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    draft.step("cancel-plan", comment="另议")
    found = meaning(supervisor, "N")
    assert (found["status"], found["valid"]) == ("withdrawn", {"from": None, "until": None})


@pytest.fixture
def divided() -> dict[str, Division]:
    """A community without grids, OLD, that was divided into W and E."""
    area = drawn("AAB")
    old = factories.division("OLD", geometry=shapely.union_all(list(area.values())))
    with transaction.atomic():
        DivisionVersion.objects.filter(division=old).end(THEN)
        west = factories.division("W", geometry=area["A"], begins=THEN)
        east = factories.division("E", geometry=area["B"], begins=THEN)
        check_constraints()
    return {"OLD": old, "W": west, "E": east}


def test_a_community_that_was_divided(admin_client: Client, divided: dict[str, Division]) -> None:
    assert fate_of(admin_client, "OLD") == ("split", ["W", "E"])


def test_nobody_is_told_of_successors_that_they_may_not_see(divided: dict[str, Division]) -> None:
    client = signed_in("li", Role.ANALYST, divided["OLD"])
    assert fate_of(client, "OLD") == ("split", [])

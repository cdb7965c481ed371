"""A plan is called off: nothing of it takes effect, the log says who did it, and the redraw is approved as before."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from buildings.models import BuildingAssignment
from gisserver.common.access.roles import Role
from grids.models import Division, GridVersion, Redraw
from grids.proof import partition_defects
from grids.redraws.history.replay import replay_log
from tests.assets import build, houses
from tests.factories import at
from tests.redrawing import COMMUNITY, Draft, check_constraints, opened, signed_in
from tests.scheduling import areas, cut_a, cut_b, planned, polygons

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def plan(supervisor: Client, reviewer: Client, tomorrow: datetime) -> Draft:
    """A is cut in two tomorrow."""
    return planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())


@pytest.mark.parametrize("who", ["supervisor", "reviewer"])
def test_its_author_and_a_reviewer_may(plan: Draft, who: str, request: pytest.FixtureRequest) -> None:
    client: Client = request.getfixturevalue(who)
    assert "cancel-plan" in client.get(plan.path).json()["may"]
    answer = plan.step("cancel-plan", by=client, comment="居民要求推迟")
    assert (answer["status"], answer["effective_at"]) == ("approved", None)
    last = answer["events"][-1]
    assert (last["action"], last["author"], last["comment"]) == (
        "plan_cancelled",
        {"supervisor": "wang", "reviewer": "zhao"}[who],
        "居民要求推迟",
    )
    assert "publish" in answer["may"] and "cancel-plan" not in answer["may"]


def test_nobody_else_may(plan: Draft, community: Division) -> None:
    colleague = signed_in("sun", Role.SUPERVISOR, community)
    assert "cancel-plan" not in colleague.get(plan.path).json()["may"]
    assert plan.step("cancel-plan", by=colleague, expect=403)["code"] == "not_the_publisher"


def test_grids_and_what_stands_on_them_go_on_as_if_it_had_never_been(
    supervisor: Client, reviewer: Client, tomorrow: datetime
) -> None:
    built = build(at(0.5, 0.5), at(1.5, 0.5), at(3.5, 0.5))
    before, versions = polygons(), set(GridVersion.objects.values_list("pk", flat=True))
    plan = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    plan.step("cancel-plan")
    assert polygons(tomorrow) == polygons() == before
    assert set(GridVersion.objects.at(tomorrow).values_list("pk", flat=True)) == versions
    assert houses(built, tomorrow) == houses(built) == ["A", "A", "B"]
    assert BuildingAssignment.objects.at(tomorrow).exclude(grid_version_id__in=versions).count() == 0
    assert partition_defects(at=tomorrow) == ([], 1, 2)
    assert replay_log().difference is None


def test_it_may_be_published_again_and_cancelled_again(
    plan: Draft, tomorrow: datetime, later: datetime, reviewer: Client
) -> None:
    plan.step("cancel-plan")
    plan.step("publish", by=reviewer, effective_at=later.isoformat())
    assert [sorted(areas(moment)) for moment in (tomorrow, later)] == [["A", "B"], ["A", "B", "N"]]
    assert replay_log().difference is None
    plan.step("cancel-plan")
    plan.step("publish", by=reviewer, effective_at=tomorrow.isoformat())
    assert sorted(areas(tomorrow)) == ["A", "B", "N"]
    assert plan.read("preview/")["grids"][0]["change"] == "changed"
    assert replay_log().difference is None
    assert GridVersion.objects.filter(code="N").values("grid_id").distinct().count() == 1


def test_meanwhile_the_area_is_free_again(plan: Draft, supervisor: Client, reviewer: Client) -> None:
    other = Draft(supervisor, COMMUNITY)
    other.draw("split", **cut_b())
    other.approved(reviewer)
    assert other.step("publish", expect=409)["code"] == "partition_scheduled"
    plan.step("cancel-plan")
    other.step("publish")
    assert sorted(areas()) == ["A", "B", "M"]


def test_what_is_in_effect_is_not_called_off(supervisor: Client, reviewer: Client) -> None:
    draft = Draft(supervisor, COMMUNITY)
    draft.draw("split", **cut_a())
    draft.approved(reviewer).step("publish")
    assert draft.step("cancel-plan", expect=409)["code"] == "already_in_effect"
    assert "cancel-plan" not in draft.read()["may"]


def test_what_is_not_published_is_no_plan(supervisor: Client) -> None:
    assert Draft(supervisor, COMMUNITY).step("cancel-plan", expect=409)["code"] == "wrong_status"


def test_a_plan_that_another_stands_on_is_cancelled_after_that(
    plan: Draft, supervisor: Client, reviewer: Client, tomorrow: datetime, later: datetime
) -> None:
    """The cut of B sets a vertex on the border of A, as the plan leaves it."""
    second = planned(Draft(supervisor, COMMUNITY), reviewer, later, "split", **cut_b())
    problem = plan.step("cancel-plan", expect=409)
    assert (problem["code"], problem["redraw"], problem["way_out"]) == ("partition_scheduled", second.id, "cancel_that")
    assert [(each["redraw"], each["author"]) for each in problem["competing"]] == [(second.id, "wang")]
    assert problem["geometry"]["type"] == "MultiPolygon"
    second.step("cancel-plan")
    plan.step("cancel-plan")
    assert sorted(areas(later)) == ["A", "B"]
    assert replay_log().difference is None


def test_of_two_for_one_moment_the_last_is_cancelled_first(
    plan: Draft, supervisor: Client, reviewer: Client, tomorrow: datetime
) -> None:
    """The second replaces a version that was planned for the same moment: that is planned anew."""
    second = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "rename", grid="A", name="甲")
    problem = plan.step("cancel-plan", expect=409)
    assert (problem["code"], problem["grid"], problem["redraw"]) == ("partition_scheduled", "A", second.id)
    second.step("cancel-plan")
    assert GridVersion.objects.at(tomorrow).get(code="A").redraw_id == plan.id
    assert replay_log().difference is None
    plan.step("cancel-plan")
    assert sorted(areas(tomorrow)) == ["A", "B"]
    assert replay_log().difference is None


def test_one_of_two_for_one_moment_that_touch_different_grids(
    supervisor: Client, reviewer: Client, tomorrow: datetime
) -> None:
    first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "rename", grid="A", name="甲")
    planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "rename", grid="B", name="乙")
    first.step("cancel-plan")
    assert dict(GridVersion.objects.at(tomorrow).values_list("code", "name")) == {"A": "网格A", "B": "乙"}
    assert replay_log().difference is None


def test_a_plan_whose_reversal_is_planned_too(
    plan: Draft, supervisor: Client, reviewer: Client, tomorrow: datetime
) -> None:
    back = opened(supervisor, plan.step("reverse", expect=201, reason="居民反对")["id"])
    back.approved(reviewer).step("publish", effective_at=tomorrow.isoformat())
    assert plan.step("cancel-plan", expect=409)["redraw"] == back.id
    back.step("cancel-plan")
    assert sorted(areas(tomorrow)) == ["A", "B", "N"]
    assert replay_log().difference is None


def test_a_merge_that_is_called_off(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    before = polygons()
    draft = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="A")
    draft.step("cancel-plan")
    assert polygons(tomorrow + timedelta(days=9)) == before
    assert Redraw.objects.get(pk=draft.id).status == "approved"


def test_the_database_lets_no_plan_go_without_its_line(plan: Draft) -> None:
    with pytest.raises(IntegrityError, match="without a line"), transaction.atomic():
        Redraw.objects.filter(pk=plan.id).update(status="approved", effective_at=None)
        check_constraints()


@pytest.mark.parametrize("change", [{"title": "另一个"}, {"status": "draft"}, {"status": "approved"}])
def test_the_database_lets_nothing_else_of_it_change(plan: Draft, change: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        Redraw.objects.filter(pk=plan.id).update(**change)

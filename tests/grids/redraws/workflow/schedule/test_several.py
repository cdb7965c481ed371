"""Several redraws of one area, of which some are planned: they follow, contradict or take back each other."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from django.test import Client

from buildings.models import BuildingAssignment
from grids.models import GridVersion
from grids.proof import partition_defects
from grids.redraws.history.replay import replay_log
from tests.assets import build, houses
from tests.factories import at
from tests.redrawing import COMMUNITY, Draft, line, opened
from tests.scheduling import areas, cut_a, cut_b, planned, polygons

pytestmark = pytest.mark.usefixtures("laws")


def test_other_grids_are_redrawn_meanwhile(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    """The cut of B ends on no border of A's: the two touch different grids."""
    built = build(at(0.5, 0.5), at(1.5, 0.5), at(3.5, 0.5), at(3.5, 1.8))
    planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    now = Draft(supervisor, COMMUNITY)
    now.draw("split", grid="B", line=line((4, 1), (3, 1), (3, 0)), new="M")
    now.approved(reviewer).step("publish")
    assert set(areas()) == {"A", "B", "M"}
    assert set(areas(tomorrow)) == {"A", "B", "M", "N"}
    assert partition_defects(at=tomorrow) == ([], 1, 4)
    assert set(houses(built[:2], tomorrow)) == {"A", "N"}
    assert houses(built[2:], tomorrow) == houses(built[2:]) == ["M", "B"]


def test_a_grid_that_is_planned_to_change_is_not_changed_before(
    supervisor: Client, reviewer: Client, tomorrow: datetime
) -> None:
    first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    mine = Draft(supervisor, COMMUNITY)
    mine.draw("split", **cut_b())
    problem = mine.approved(reviewer).step("publish", expect=409)
    assert (problem["code"], problem["grid"], problem["redraw"]) == ("partition_scheduled", "A", first.id)
    assert datetime.fromisoformat(problem["effective_at"]) == tomorrow
    assert mine.read()["status"] == "approved"
    assert set(areas(tomorrow)) == {"A", "B", "N"}


def test_one_after_the_other(supervisor: Client, reviewer: Client, tomorrow: datetime, later: datetime) -> None:
    """The second is drawn now, and replayed on what will be there: a cut of the half that the first leaves."""
    [house] = build(at(0.5, 0.5))
    planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    planned(Draft(supervisor, COMMUNITY), reviewer, later, "split", **cut_b())
    assert [sorted(areas(moment)) for moment in (None, tomorrow, later)] == [
        ["A", "B"],
        ["A", "B", "N"],
        ["A", "B", "M", "N"],
    ]
    assert partition_defects(at=later) == ([], 1, 4)
    assert houses([house], later) == houses([house], tomorrow)


def test_what_contradicts_the_planned_is_refused_by_name(
    supervisor: Client, reviewer: Client, tomorrow: datetime, later: datetime
) -> None:
    mine = Draft(supervisor, COMMUNITY)
    mine.draw("split", **cut_a())
    first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    problem = mine.approved(reviewer).step("publish", expect=409, effective_at=later.isoformat())
    assert (problem["code"], problem["command"]) == ("redraw_conflict", 1)
    assert [each["redraw"] for each in problem["competing"]] == [first.id]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_for_one_moment_in_any_order(
    supervisor: Client, reviewer: Client, tomorrow: datetime, order: tuple[int, ...]
) -> None:
    """Three who set vertices on each other's borders give the same partition, whoever comes first."""
    built = build(at(0.5, 0.5), at(1.5, 0.5), at(2.5, 1.8), at(2.5, 0.2), at(1.5, 1.9))
    commands = [("split", cut_a()), ("split", cut_b()), ("rename", {"grid": "A", "name": "甲"})]
    drafts = [Draft(supervisor, COMMUNITY) for _ in commands]
    for draft, (verb, members) in zip(drafts, commands, strict=True):
        draft.draw(verb, **members)
        draft.approved(reviewer)
    for number in order:
        drafts[number].step("publish", effective_at=tomorrow.isoformat())
    assert areas(tomorrow) == {"A": 20_000, "B": 10_000 * 3, "M": 10_000, "N": 20_000}
    assert GridVersion.objects.at(tomorrow).get(code="A").name == "甲"
    assert partition_defects(at=tomorrow) == ([], 1, 4)
    assert areas() == {"A": 40_000, "B": 40_000}
    west, east, _, _, _ = now = houses(built, tomorrow)
    assert {west, east} == {"A", "N"}
    assert now[2:] == ["M", "B", east]
    rows = BuildingAssignment.objects.at(tomorrow).values_list("grid_version_id", flat=True)
    assert set(rows) <= {version.pk for version in GridVersion.objects.exclude(valid__isempty=True)}


def test_each_of_one_moment_says_what_it_does_itself(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
    second = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "rename", grid="B", name="乙")
    assert [row["code"] for row in first.read("preview/")["grids"]] == ["A", "N"]
    assert [row["code"] for row in second.read("preview/")["grids"]] == ["B"]


@pytest.mark.parametrize("hours", [0, 5])
def test_a_plan_is_reversed_from_its_moment_on_or_later(
    supervisor: Client, reviewer: Client, tomorrow: datetime, hours: int
) -> None:
    [house] = build(at(1.9, 0.5))
    before = polygons()
    plan = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    back = opened(supervisor, plan.step("reverse", reason="居民反对", expect=201)["id"])
    assert back.read()["conflict"] is None
    then = tomorrow + timedelta(hours=hours)
    back.approved(reviewer).step("publish", effective_at=then.isoformat())
    assert polygons(then) == before
    assert [houses([house], moment)[0] for moment in (None, tomorrow, then)] == ["A", "B" if hours else "A", "A"]
    assert replay_log().difference is None


def test_a_plan_is_not_reversed_before_its_moment(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    plan = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    back = opened(supervisor, plan.step("reverse", reason="居民反对", expect=201)["id"]).approved(reviewer)
    assert back.step("publish", expect=409)["code"] == "redraw_conflict"


def test_redrawn_now_and_nearest_to_the_planned(supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
    """A house south of the border of A and B is nearest to A now, to B when A is gone tomorrow."""
    [house] = build(at(1.9, -0.2))
    planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    assert (houses([house]), houses([house], tomorrow)) == (["A"], ["B"])

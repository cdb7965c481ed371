"""A redraw published for a future moment: everything is as it was until then, and all of it switches then."""

import json
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
import shapely
from django.test import Client
from django.utils import timezone

from buildings.models import Building, BuildingAssignment
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.geometry import to_shapely
from gisserver.common.history import since
from grids.models import Division, GridVersion, Redraw
from grids.proof import partition_defects
from grids.redraws.log import replay_log
from incidents.models import Assignment
from tests.factories import LONG_AGO, at, community_of, lonlat
from tests.redrawing import COMMUNITY, Draft, line, opened, settle, signed_in
from tests.standing import build, cases, happen, houses

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def community() -> Division:
    """AABB
    AABB
    """
    made = community_of("AABB/AABB")
    settle()
    return made


@pytest.fixture
def tomorrow() -> datetime:
    return timezone.now() + timedelta(days=1)


@pytest.fixture
def later(tomorrow: datetime) -> datetime:
    return tomorrow + timedelta(days=1)


@pytest.fixture
def analyst(community: Division) -> Client:
    return signed_in("li", Role.ANALYST, community)


def planned(draft: Draft, reviewer: Client, moment: datetime, verb: str, **members: Any) -> Draft:
    """Draw one command and publish it for a moment."""
    draft.draw(verb, **members)
    draft.approved(reviewer).step("publish", effective_at=moment.isoformat())
    return draft


def cut_a(new: str = "N") -> dict[str, Any]:
    """Cut A in a western and an eastern half."""
    return {"grid": "A", "line": line((1, 0), (1, 2)), "new": new}


def cut_b() -> dict[str, Any]:
    """Cut B in a southern and a northern half: the cut sets a vertex on the border of A."""
    return {"grid": "B", "line": line((2, 1.5), (4, 1.5)), "new": "M"}


def polygons(moment: datetime | None = None) -> dict[str, tuple[int, str]]:
    """Return code → identity and polygon, its rings beginning at their least vertex."""
    return {
        version.code: (version.grid_id, shapely.normalize(to_shapely(version.geom)).wkt)
        for version in GridVersion.objects.at(moment)
    }


def areas(moment: datetime | None = None) -> dict[str, int]:
    return {version.code: round(version.area_m2) for version in GridVersion.objects.at(moment)}


class TestReading:
    def test_nothing_is_different_before_and_everything_from_the_moment_on(
        self, draft: Draft, reviewer: Client, tomorrow: datetime
    ) -> None:
        planned(draft, reviewer, tomorrow, "split", **cut_a())
        just_before = tomorrow - timedelta(microseconds=1)
        assert areas() == areas(just_before) == {"A": 40_000, "B": 40_000}
        assert areas(tomorrow) == {"A": 20_000, "B": 40_000, "N": 20_000}
        assert partition_defects(at=tomorrow) == ([], 1, 3)

    def test_what_stands_there_goes_at_the_moment(self, draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
        places = [at(0.5, 0.5), at(1.5, 0.5), at(2.5, 0.5)]
        built, happened = build(*places), happen(*places)
        planned(draft, reviewer, tomorrow, "split", **cut_a())
        assert houses(built) == cases(happened) == ["A", "A", "B"]
        assert houses(built, tomorrow) == cases(happened, tomorrow) != ["A", "A", "B"]
        assert set(houses(built, tomorrow)) == {"A", "N", "B"}

    def test_it_is_published_and_says_when(self, draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
        said = planned(draft, reviewer, tomorrow, "split", **cut_a()).read()
        assert (said["status"], datetime.fromisoformat(said["effective_at"])) == ("published", tomorrow)

    def test_the_doors_answer_by_the_moment(
        self, draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime
    ) -> None:
        [house], [case] = build(at(1.5, 0.5)), happen(at(1.5, 0.5))
        planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        lon, lat = lonlat(at(1.5, 0.5))

        def said(moment: datetime) -> list[Any]:
            when = {"at": moment.isoformat()}

            def ask(path: str, **query: Any) -> Any:
                return analyst.get(path, {**when, **query}).json()

            return [
                ask("/api/grids/at", lon=lon, lat=lat)["grid"],
                [row["code"] for row in ask("/api/grids/")["results"]],
                ask("/api/grids/B/")["load"]["buildings"],
                ask("/api/grids/B/")["load"]["incidents_open"],
                ask(f"/api/buildings/{house}/")["grid"],
                ask(f"/api/incidents/{case}/")["grid"],
                [row["id"] for row in ask("/api/incidents/", grid="B")["results"]],
            ]

        assert said(timezone.now()) == ["A", ["A", "B"], 0, 0, "A", "A", []]
        assert said(tomorrow) == ["B", ["B"], 1, 1, "B", "B", [case]]

    def test_ogc_answers_by_the_moment(
        self, draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime
    ) -> None:
        planned(draft, reviewer, tomorrow, "split", **cut_a())

        def codes(**query: str) -> set[str]:
            answer = json.loads(analyst.get("/ogc/collections/grids/items", query).getvalue())
            return {feature["properties"]["code"] for feature in answer["features"]}

        assert codes() == {"A", "B"}
        assert codes(datetime=tomorrow.isoformat()) == {"A", "B", "N"}

    def test_history_shows_what_is_planned(
        self, draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime
    ) -> None:
        planned(draft, reviewer, tomorrow, "split", **cut_a())
        past, future = analyst.get("/api/grids/A/history/").json()
        assert datetime.fromisoformat(past["valid"]["until"]) == tomorrow
        assert (datetime.fromisoformat(future["valid"]["from"]), future["redraw"]["id"]) == (tomorrow, draft.id)

    def test_receipts_show_what_is_planned(
        self, draft: Draft, reviewer: Client, analyst: Client, tomorrow: datetime
    ) -> None:
        [case] = happen(at(1.5, 0.5))
        planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        answer = analyst.get(f"/api/incidents/{case}/").json()
        assert [receipt["grid"] for receipt in answer["assignments"]] == ["B", "A"]
        assert answer["grid"] == "A"


class TestMeanwhile:
    """Between the publishing and the moment the world goes on."""

    def test_what_is_recorded_has_the_grid_of_now_and_of_then(
        self, draft: Draft, reviewer: Client, tomorrow: datetime
    ) -> None:
        planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        places = [at(0.5, 0.5), at(2.5, 0.5)]
        built, happened = build(*places), happen(*places)
        assert houses(built) == cases(happened) == ["A", "B"]
        assert houses(built, tomorrow) == cases(happened, tomorrow) == ["B", "B"]
        assert BuildingAssignment.objects.filter(building_id=built[1]).count() == 1

    def test_a_report_is_answered_with_the_grid_of_now(
        self, draft: Draft, reviewer: Client, community: Division, tomorrow: datetime
    ) -> None:
        planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        happen(at(3.5, 0.5))
        collector = signed_in("chen", Role.COLLECTOR, community)
        lon, lat = lonlat(at(0.5, 0.5))
        body = {"type": "A", "occurred_at": timezone.now().isoformat(), "lon": lon, "lat": lat, "crs": "wgs84"}
        answer = collector.post("/api/incidents/", body, content_type="application/json").json()
        assert answer["assignment"]["grid"] == "A"
        assert cases([answer["id"]], tomorrow) == ["B"]

    def test_closed_incidents_have_no_future(self, draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
        planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        [case] = happen(at(0.5, 0.5), status="closed")
        assert Assignment.objects.filter(incident_id=case).count() == 1

    def test_a_building_that_moves_leaves_its_plans_behind(
        self, draft: Draft, reviewer: Client, tomorrow: datetime
    ) -> None:
        """West of the planned cut it goes to one grid, east of it to the other, in B to none."""
        [house] = build(at(0.5, 0.5))
        planned(draft, reviewer, tomorrow, "split", **cut_a())
        there = houses([house], tomorrow)
        for place, now in ((at(1.5, 0.5), "A"), (at(2.5, 0.5), "B"), (at(0.5, 0.5), "A")):
            Building.objects.filter(pk=house).update(location=place)
            assign_buildings(ids=[house])
            assert houses([house]) == [now]
        assert houses([house], tomorrow) == there
        Building.objects.filter(pk=house).update(location=at(1.5, 0.5))
        assign_buildings(ids=[house])
        assert {*houses([house], tomorrow), *there} == {"A", "N"}

    def test_to_ask_again_changes_nothing(self, draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
        build(at(0.5, 0.5), at(1.5, 0.5), at(3.5, 0.5))
        planned(draft, reviewer, tomorrow, "split", **cut_a())
        assert assign_buildings() == 0

    def test_a_building_that_begins_after_the_moment_has_the_grid_of_then(
        self, draft: Draft, reviewer: Client, tomorrow: datetime, later: datetime
    ) -> None:
        house = Building.objects.create(location=at(0.5, 0.5), valid=since(later)).pk
        planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        assign_buildings(ids=[house])
        assert houses([house], later) == ["B"]
        assert BuildingAssignment.objects.filter(building_id=house).count() == 1


class TestSeveral:
    def test_other_grids_are_redrawn_meanwhile(self, supervisor: Client, reviewer: Client, tomorrow: datetime) -> None:
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
        self, supervisor: Client, reviewer: Client, tomorrow: datetime
    ) -> None:
        first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
        mine = Draft(supervisor, COMMUNITY)
        mine.draw("split", **cut_b())
        problem = mine.approved(reviewer).step("publish", expect=409)
        assert (problem["code"], problem["grid"], problem["redraw"]) == ("partition_scheduled", "A", first.id)
        assert datetime.fromisoformat(problem["effective_at"]) == tomorrow
        assert mine.read()["status"] == "approved"
        assert set(areas(tomorrow)) == {"A", "B", "N"}

    def test_one_after_the_other(
        self, supervisor: Client, reviewer: Client, tomorrow: datetime, later: datetime
    ) -> None:
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
        self, supervisor: Client, reviewer: Client, tomorrow: datetime, later: datetime
    ) -> None:
        mine = Draft(supervisor, COMMUNITY)
        mine.draw("split", **cut_a())
        first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        problem = mine.approved(reviewer).step("publish", expect=409, effective_at=later.isoformat())
        assert (problem["code"], problem["command"]) == ("redraw_conflict", 1)
        assert [each["redraw"] for each in problem["competing"]] == [first.id]

    @pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
    def test_for_one_moment_in_any_order(
        self, supervisor: Client, reviewer: Client, tomorrow: datetime, order: tuple[int, ...]
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

    def test_each_of_one_moment_says_what_it_does_itself(
        self, supervisor: Client, reviewer: Client, tomorrow: datetime
    ) -> None:
        first = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "split", **cut_a())
        second = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "rename", grid="B", name="乙")
        assert [row["code"] for row in first.read("preview/")["grids"]] == ["A", "N"]
        assert [row["code"] for row in second.read("preview/")["grids"]] == ["B"]

    @pytest.mark.parametrize("hours", [0, 5])
    def test_a_plan_is_reversed_from_its_moment_on_or_later(
        self, supervisor: Client, reviewer: Client, tomorrow: datetime, hours: int
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

    def test_a_plan_is_not_reversed_before_its_moment(
        self, supervisor: Client, reviewer: Client, tomorrow: datetime
    ) -> None:
        plan = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        back = opened(supervisor, plan.step("reverse", reason="居民反对", expect=201)["id"]).approved(reviewer)
        assert back.step("publish", expect=409)["code"] == "redraw_conflict"

    def test_redrawn_now_and_nearest_to_the_planned(
        self, supervisor: Client, reviewer: Client, tomorrow: datetime
    ) -> None:
        """A house south of the border of A and B is nearest to A now, to B when A is gone tomorrow."""
        [house] = build(at(1.9, -0.2))
        planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
        assert (houses([house]), houses([house], tomorrow)) == (["A"], ["B"])


class TestMoments:
    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            ("2020-01-01T00:00:00+08:00", "effective_in_past"),
            ("2031-01-01T00:00:00", "effective_without_offset"),
            ("9000-01-01T00:00:00Z", "effective_too_far"),
        ],
    )
    def test_another_moment_is_refused(self, draft: Draft, reviewer: Client, moment: str, code: str) -> None:
        draft.draw("split", **cut_a())
        assert draft.approved(reviewer).step("publish", expect=422, effective_at=moment)["code"] == code

    @pytest.mark.parametrize("moment", ["tomorrow", 7, [], "2031-02-30T00:00:00Z", True, "0001-01-01T00:00:00+14:00"])
    def test_what_is_no_moment_is_refused(self, draft: Draft, reviewer: Client, moment: Any) -> None:
        draft.draw("split", **cut_a())
        draft.approved(reviewer).step("publish", expect=400, effective_at=moment)
        assert Redraw.objects.get().status == "approved"

    def test_versions_hold_since_they_began(self, draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
        planned(draft, reviewer, tomorrow, "split", **cut_a())
        assert GridVersion.objects.filter(valid__startswith=LONG_AGO, valid__endswith=tomorrow).count() == 1
        assert GridVersion.objects.filter(valid__startswith=tomorrow, valid__upper_inf=True).count() == 2

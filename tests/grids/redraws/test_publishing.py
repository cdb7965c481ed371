"""Publishing ends and begins versions, moves what stands on the changed ground, or changes nothing at all."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import BuildingAssignment
from gisserver.common.access.roles import Role
from grids.models import Division, Grid, GridVersion, Redraw
from grids.proof import partition_defects
from grids.redraws import publishing
from grids.signals import PartitionChange, partition_changed
from incidents.models import Assignment
from tests import factories
from tests.factories import LONG_AGO, at, community_of
from tests.redrawing import Draft, codes_and_areas, line, point, settle, signed_in
from tests.standing import build, happen, homes

pytestmark = pytest.mark.usefixtures("laws")
C = "440310001001"


@pytest.fixture
def community() -> Division:
    """AABB
    AABB
    """
    made = community_of("AABB/AABB")
    settle()
    return made


def split_in_the_middle_of_a(draft: Draft) -> None:
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new="N")


class TestVersions:
    def test_only_changed_grids_end_and_begin(self, draft: Draft, reviewer: Client) -> None:
        """B borders on the cut at no vertex: its version goes on."""
        draft.draw("split", grid="A", line=line((0, 1), (2, 1)), new="N")
        untouched = GridVersion.objects.get(code="B").pk
        draft.approved(reviewer).step("publish")
        assert codes_and_areas() == {"A": 20_000, "B": 40_000, "N": 20_000}
        assert GridVersion.objects.at().get(code="B").pk == untouched
        assert set(Redraw.objects.get().versions.values_list("code", flat=True)) == {"A", "N"}
        assert partition_defects() == ([], 1, 3)

    def test_the_past_is_as_it_was(self, draft: Draft, reviewer: Client) -> None:
        before = timezone.now()
        draft.draw("merge", grids=["A", "B"], keep="B")
        draft.approved(reviewer).step("publish")
        assert codes_and_areas() == {"B": 80_000}
        assert set(GridVersion.objects.at(before).values_list("code", flat=True)) == {"A", "B"}

    def test_a_new_grid_has_an_identity_of_its_own(self, draft: Draft, reviewer: Client) -> None:
        split_in_the_middle_of_a(draft)
        draft.approved(reviewer).step("publish")
        assert Grid.objects.count() == 3
        assert GridVersion.objects.at().values("grid_id").distinct().count() == 3

    def test_names_kinds_and_officers_go_on(self, draft: Draft, reviewer: Client) -> None:
        draft.draw("reshape", line=line((2, 0), (2.5, 1), (2, 2)))
        draft.draw("rename", grid="B", name="东区")
        draft.approved(reviewer).step("publish")
        rows = GridVersion.objects.at().order_by("code").values_list("code", "name", "kind")
        assert list(rows) == [("A", "网格A", "base"), ("B", "东区", "base")]

    def test_the_author_publishes_what_another_has_approved(self, draft: Draft, reviewer: Client) -> None:
        split_in_the_middle_of_a(draft)
        assert draft.approved(reviewer).step("publish")["status"] == "published"

    def test_a_colleague_who_is_neither_does_not(self, draft: Draft, reviewer: Client, community: Division) -> None:
        split_in_the_middle_of_a(draft)
        colleague = signed_in("sun", Role.SUPERVISOR, community)
        problem = draft.approved(reviewer).step("publish", by=colleague, expect=403)
        assert problem["code"] == "not_the_publisher"

    def test_what_is_published_is_published_once(self, draft: Draft, reviewer: Client) -> None:
        split_in_the_middle_of_a(draft)
        draft.approved(reviewer).step("publish")
        assert draft.step("publish", expect=409)["code"] == "wrong_status"

    def test_a_change_scheduled_by_others_is_not_drawn_over(self, draft: Draft, reviewer: Client) -> None:
        split_in_the_middle_of_a(draft)
        draft.approved(reviewer)
        tomorrow = timezone.now() + timedelta(days=1)
        GridVersion.objects.all().end(tomorrow)
        settle()
        assert draft.step("publish", expect=409)["code"] == "partition_scheduled"


class TestWhatMoves:
    def test_buildings_and_open_incidents_go_with_their_ground(self, draft: Draft, reviewer: Client) -> None:
        places = [at(0.5, 0.5), at(1.5, 0.5), at(2.5, 0.5)]
        houses, events = build(*places), happen(*places)
        split_in_the_middle_of_a(draft)
        draft.approved(reviewer).step("publish")
        west, east, other = homes(BuildingAssignment, houses)
        assert {west, east} == {"A", "N"}
        assert other == "B"
        assert homes(Assignment, events) == [west, east, other]
        assert BuildingAssignment.objects.filter(building_id=houses[2]).count() == 1

    def test_closed_incidents_keep_their_receipt(self, draft: Draft, reviewer: Client) -> None:
        [event] = happen(at(0.5, 0.5), status="closed")
        draft.draw("merge", grids=["A", "B"], keep="B")
        draft.approved(reviewer).step("publish")
        assert Assignment.objects.filter(incident_id=event).count() == 1

    def test_what_stands_on_unchanged_ground_is_not_touched(self, draft: Draft, reviewer: Client) -> None:
        houses = build(at(0.5, 0.5), at(3.5, 0.5))
        draft.draw("reshape", line=line((2, 0), (2.5, 1), (2, 2)))
        draft.approved(reviewer).step("publish")
        assert BuildingAssignment.objects.filter(building_id__in=houses).count() == 2

    def test_who_was_nearest_outside_goes_to_who_is_nearest(self, draft: Draft, reviewer: Client) -> None:
        """20 m south of the community, law 3 gives the nearest grid, flagged; B swallows A, and its neighbours."""
        [house] = build(at(0.5, -0.2))
        assert homes(BuildingAssignment, [house]) == ["A"]
        draft.draw("merge", grids=["A", "B"], keep="B")
        assert draft.read("preview/")["moved"]["buildings"] == 1
        draft.approved(reviewer).step("publish")
        assert homes(BuildingAssignment, [house]) == ["B"]

    def test_the_news_names_the_ground_and_the_moment(self, draft: Draft, reviewer: Client) -> None:
        heard: list[PartitionChange] = []

        def hear(sender: object, change: PartitionChange, **_: object) -> None:
            heard.append(change)

        partition_changed.connect(hear)
        try:
            split_in_the_middle_of_a(draft)
            draft.approved(reviewer).step("publish")
        finally:
            partition_changed.disconnect(hear)
        [news] = heard
        assert news.effective_at == Redraw.objects.get().effective_at
        assert news.communities == tuple(Division.objects.values_list("pk", flat=True))

    def test_another_name_moves_nothing(self, draft: Draft, reviewer: Client) -> None:
        [house] = build(at(0.5, 0.5))
        draft.draw("rename", grid="A", name="甲")
        draft.approved(reviewer).step("publish")
        assert BuildingAssignment.objects.filter(building_id=house).count() == 1
        assert GridVersion.objects.at().get(code="A").name == "甲"


class TestColleagues:
    def test_neighbours_both_publish(self, supervisor: Client, reviewer: Client) -> None:
        """Both drafts stand on AABB; one cuts A, the other B."""
        mine, theirs = Draft(supervisor, C), Draft(supervisor, C)
        mine.draw("split", grid="A", line=line((0, 1), (2, 1)), new="M")
        theirs.draw("split", grid="B", line=line((2, 1), (4, 1)), new="T")
        for each in (theirs, mine):
            each.approved(reviewer).step("publish")
        assert codes_and_areas() == {"A": 20_000, "B": 20_000, "M": 20_000, "T": 20_000}
        assert partition_defects() == ([], 1, 4)

    def test_the_order_of_arrival_does_not_matter(self, supervisor: Client, reviewer: Client) -> None:
        mine, theirs = Draft(supervisor, C), Draft(supervisor, C)
        mine.draw("split", grid="A", line=line((0, 1), (2, 1)), new="M")
        theirs.draw("split", grid="B", line=line((2, 1), (4, 1)), new="T")
        mine.approved(reviewer).step("publish")
        theirs.approved(reviewer).step("publish")
        assert codes_and_areas() == {"A": 20_000, "B": 20_000, "M": 20_000, "T": 20_000}

    def test_a_contradiction_names_the_command_the_competitor_and_the_place(
        self, supervisor: Client, reviewer: Client
    ) -> None:
        """One draft merges B into A, the other, approved meanwhile, cuts B."""
        theirs, mine = Draft(supervisor, C, title="合并"), Draft(supervisor, C)
        mine.draw("rename", grid="A", name="甲")
        mine.draw("split", grid="B", line=line((2, 1), (4, 1)), new="M")
        theirs.draw("merge", grids=["A", "B"], keep="A")
        mine.approved(reviewer)
        theirs.approved(reviewer).step("publish")
        problem = mine.step("publish", expect=409)
        said = {name: problem[name] for name in ("code", "refusal", "command", "verb")}
        assert said == {"code": "redraw_conflict", "refusal": "UNKNOWN_GRID", "command": 2, "verb": "split"}
        [competing] = problem["competing"]
        assert competing.pop("effective_at")
        assert competing == {"redraw": theirs.id, "title": "合并", "author": "wang"}
        assert problem["geometry"]["type"] in {"Polygon", "MultiPolygon"}

    def test_after_a_contradiction_nothing_has_changed_and_the_draft_is_mended(
        self, supervisor: Client, reviewer: Client
    ) -> None:
        theirs, mine = Draft(supervisor, C), Draft(supervisor, C)
        mine.draw("rename", grid="A", name="甲")
        mine.draw("split", grid="B", line=line((2, 1), (4, 1)), new="M")
        theirs.draw("merge", grids=["A", "B"], keep="A")
        mine.approved(reviewer)
        theirs.approved(reviewer).step("publish")
        mine.step("publish", expect=409)
        assert codes_and_areas() == {"A": 80_000}
        assert GridVersion.objects.at().get().name == "网格A"
        assert mine.read()["status"] == "approved"
        assert mine.read()["conflict"]["command"] == 2
        mine.step("reopen")
        mine.step("undo")
        mine.draw("split", grid="A", line=line((2, 0), (2, 2)), new="M2")
        mine.approved(reviewer).step("publish")
        assert codes_and_areas() == {"A": 40_000, "M2": 40_000}

    def test_a_failing_hearer_leaves_everything_as_it_was(self, draft: Draft, reviewer: Client) -> None:
        """Buildings, incidents and versions move in one transaction, or not at all."""

        def fail(sender: object, change: PartitionChange, **_: object) -> None:
            raise RuntimeError

        split_in_the_middle_of_a(draft)
        draft.approved(reviewer)
        houses = build(at(0.5, 0.5), at(1.5, 0.5))
        before = homes(BuildingAssignment, houses)
        partition_changed.connect(fail)
        draft.client.raise_request_exception = False
        try:
            assert draft.step("publish", expect=500)["code"] == "internal_error"
        finally:
            partition_changed.disconnect(fail)
        assert codes_and_areas() == {"A": 40_000, "B": 40_000}
        assert homes(BuildingAssignment, houses) == before
        assert draft.read()["status"] == "approved"


def test_one_redraw_of_two_communities(admin_client: Client, community: Division) -> None:
    """Each command finds the community that it is drawn in."""
    east = factories.drawn("....D/....D")["D"]
    other = factories.division("440310001002", geometry=east)
    factories.grid("D", east, other)
    settle()
    draft = Draft(admin_client, C, "440310001002")
    draft.draw("reshape", line=line((2, 0), (2.5, 1), (2, 2)))
    draft.draw("split", grid="D", line=line((4, 0.5), (5, 0.5)), new="E")
    draft.draw("insert_node", at=point(4.3, 0.5))
    boss = signed_in("qian", Role.REVIEWER, other)
    factories.Grant.objects.create(user_id=boss.session["_auth_user_id"], role=Role.REVIEWER, area=community)
    draft.approved(boss).step("publish")
    assert sorted(codes_and_areas()) == ["A", "B", "D", "E"]
    assert partition_defects() == ([], 2, 4)
    assert GridVersion.objects.filter(valid__startswith=LONG_AGO, valid__upper_inf=False).count() == 3


class TestWhoCameFirst:
    """Both approved on the same grids; the second goes on what the first has made, but would give something else."""

    def names(self) -> dict[str, str]:
        return dict(GridVersion.objects.at().values_list("code", "name"))

    def test_nobody_overwrites_what_a_colleague_has_just_published(self, supervisor: Client, reviewer: Client) -> None:
        first, bystander, second = (Draft(supervisor, C, title=title) for title in ("甲方案", "旁人", "乙方案"))
        first.draw("rename", grid="A", name="甲")
        bystander.draw("rename", grid="B", name="东")
        second.draw("insert_node", at=point(0, 0.5))
        second.draw("rename", grid="A", name="乙")
        for each in (first, bystander, second):
            each.approved(reviewer)
        for each in (first, bystander):
            each.step("publish")
        problem = second.step("publish", expect=409)
        assert (problem["code"], problem["refusal"], problem["command"]) == ("redraw_conflict", "ORDER_DECIDES", 2)
        assert [each["redraw"] for each in problem["competing"]] == [first.id]
        assert (problem["about"], problem["geometry"]["type"]) == ({"grids": ["A"]}, "Polygon")
        assert self.names() == {"A": "甲", "B": "东"}

    def test_who_looks_again_may(self, supervisor: Client, reviewer: Client) -> None:
        first, second = Draft(supervisor, C), Draft(supervisor, C)
        first.draw("rename", grid="A", name="甲")
        second.draw("rename", grid="A", name="乙")
        for each in (first, second):
            each.approved(reviewer)
        first.step("publish")
        second.step("publish", expect=409)
        second.step("reopen")
        second.approved(reviewer).step("publish")
        assert self.names()["A"] == "乙"

    def test_who_commutes_is_not_asked(self, supervisor: Client, reviewer: Client) -> None:
        """One cuts A, the other names it: in either order the half that keeps the code has the name."""
        first, second = Draft(supervisor, C), Draft(supervisor, C)
        split_in_the_middle_of_a(first)
        second.draw("rename", grid="A", name="甲")
        for each in (first, second):
            each.approved(reviewer)
        for each in (first, second):
            each.step("publish")
        assert self.names() == {"A": "甲", "B": "网格B", "N": ""}

    def test_only_the_redraw_that_made_it_fail_is_named(self, supervisor: Client, reviewer: Client) -> None:
        """A neighbour cuts B too, before and after the merge that takes B away."""
        mine = Draft(supervisor, C)
        mine.draw("split", grid="B", line=line((2, 1), (4, 1)), new="M")
        mine.approved(reviewer)
        for verb, members in (
            ("split", {"grid": "B", "line": line((4, 0.5), (3.5, 0.5), (3.5, 0)), "new": "T"}),
            ("merge", {"grids": ["A", "B"], "keep": "A"}),
            ("split", {"grid": "A", "line": line((0, 1), (4, 1)), "new": "U"}),
        ):
            other = Draft(supervisor, C, title=verb)
            other.draw(verb, **members)
            other.approved(reviewer).step("publish")
        problem = mine.step("publish", expect=409)
        assert [each["title"] for each in problem["competing"]] == ["merge"]


def test_a_moment_that_passes_while_it_is_published_for_is_a_conflict(
    draft: Draft, supervisor: Client, reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another redraw began a version at that moment: it can't be called off any more."""
    other = Draft(supervisor, C)
    other.draw("set_kind", grid="A", kind="special")
    other.approved(reviewer)
    draft.draw("rename", grid="A", name="湖畔")
    draft.approved(reviewer).step("publish")
    moment = Redraw.objects.get(pk=draft.id).effective_at
    assert moment is not None
    monkeypatch.setattr(publishing, "clock", lambda: moment - timedelta(microseconds=1))
    refusal = other.step("publish", expect=409, effective_at=moment.isoformat())
    assert refusal["code"] == "partition_refused"
    assert other.read()["status"] == "approved"

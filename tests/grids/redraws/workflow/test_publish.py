"""Publishing ends and begins versions, moves what stands in the changed area, or changes nothing at all."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from buildings.models import BuildingAssignment
from gisserver.common.access.roles import Role
from grids.models import Division, Grid, GridVersion, Redraw
from grids.proof import partition_defects
from grids.redraws.workflow import publish
from grids.signals import PartitionChange, partition_changed
from incidents.models import Assignment
from tests import factories
from tests.assets import build, happen, homes
from tests.factories import LONG_AGO, at, community_of
from tests.redrawing import Draft, check_constraints, codes_and_areas, line, point, signed_in

pytestmark = pytest.mark.usefixtures("laws")
C = "440310001001"


@pytest.fixture
def community() -> Division:
    """AABB
    AABB
    """
    made = community_of("AABB/AABB")
    check_constraints()
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
        check_constraints()
        assert draft.step("publish", expect=409)["code"] == "partition_scheduled"


class TestWhatMoves:
    def test_buildings_and_open_incidents_go_with_their_area(self, draft: Draft, reviewer: Client) -> None:
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

    def test_what_stands_in_an_unchanged_area_is_not_touched(self, draft: Draft, reviewer: Client) -> None:
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

    def test_the_news_names_the_area_and_the_moment(self, draft: Draft, reviewer: Client) -> None:
        received: list[PartitionChange] = []

        def receive(sender: object, change: PartitionChange, **_: object) -> None:
            received.append(change)

        partition_changed.connect(receive)
        try:
            split_in_the_middle_of_a(draft)
            draft.approved(reviewer).step("publish")
        finally:
            partition_changed.disconnect(receive)
        [news] = received
        assert news.effective_at == Redraw.objects.get().effective_at
        assert news.communities == tuple(Division.objects.values_list("pk", flat=True))

    def test_another_name_moves_nothing(self, draft: Draft, reviewer: Client) -> None:
        [house] = build(at(0.5, 0.5))
        draft.draw("rename", grid="A", name="甲")
        draft.approved(reviewer).step("publish")
        assert BuildingAssignment.objects.filter(building_id=house).count() == 1
        assert GridVersion.objects.at().get(code="A").name == "甲"


def test_one_redraw_of_two_communities(admin_client: Client, community: Division) -> None:
    """Each command finds the community that it is drawn in."""
    east = factories.drawn("....D/....D")["D"]
    other = factories.division("440310001002", geometry=east)
    factories.grid("D", east, other)
    check_constraints()
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
    monkeypatch.setattr(publish, "database_now", lambda: moment - timedelta(microseconds=1))
    refusal = other.step("publish", expect=409, effective_at=moment.isoformat())
    assert refusal["code"] == "partition_refused"
    assert other.read()["status"] == "approved"

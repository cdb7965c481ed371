"""Colleagues who redraw the same community: what commutes is published, a contradiction is refused by name."""

import pytest
from django.test import Client

from buildings.models import BuildingAssignment
from grids.models import Division, GridVersion
from grids.proof import partition_defects
from grids.signals import PartitionChange, partition_changed
from tests.assets import build, homes
from tests.factories import administrator, at, community_of, division, drawn, grid
from tests.redrawing import Draft, check_constraints, codes_and_areas, line, point

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
        shown = {name: problem[name] for name in ("code", "refusal", "command", "verb")}
        assert shown == {"code": "redraw_conflict", "refusal": "UNKNOWN_GRID", "command": 2, "verb": "split"}
        [competing] = problem["competing"]
        assert competing.pop("effective_at")
        assert competing == {"redraw": theirs.id, "title": "合并", "author": "wang"}
        assert (problem["drawn_by"], problem["way_out"]) == ("wang", "reopen")
        assert mine.step("reopen")["conflict"]["way_out"] == "undo"
        assert problem["geometry"]["type"] in {"Polygon", "MultiPolygon"}

    def test_a_competitor_that_the_reader_may_not_see_has_no_name(
        self, admin_client: Client, supervisor: Client, reviewer: Client, community: Division
    ) -> None:
        """What an administrator draws on two communities is hidden from who sees one of them."""
        other = division("440310001002", geometry=drawn("....D/....D")["D"])
        grid("D", drawn("....D/....D")["D"], other)
        check_constraints()
        theirs, mine = Draft(admin_client, C, "440310001002", title="机密"), Draft(supervisor, C)
        mine.draw("split", grid="B", line=line((2, 1), (4, 1)), new="M")
        mine.approved(reviewer)
        theirs.draw("merge", grids=["A", "B"], keep="A")
        theirs.step("submit")
        boss = Client()
        boss.force_login(administrator("second"))
        theirs.step("approve", by=boss)
        theirs.step("publish", by=boss)
        [competing] = mine.step("publish", expect=409)["competing"]
        assert (competing["redraw"], competing["title"], competing["author"]) == (None, None, None)
        assert mine.read()["conflict"]["competing"] == [competing]
        [seen] = admin_client.get(mine.path).json()["conflict"]["competing"]
        assert (seen["redraw"], seen["title"]) == (theirs.id, "机密")

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

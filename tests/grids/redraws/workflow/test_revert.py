"""A published redraw is reversed by a draft of its inverse commands: the same borders and grids, byte for byte."""

from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division, GridVersion, Redraw
from tests.factories import community_of, division, drawn
from tests.redrawing import COMMUNITY, Draft, area, check_constraints, line, point, send, signed_in

Words = dict[str, tuple[int, str, str, str, bytes]]


@pytest.fixture
def community(laws: None) -> Division:
    """AABB
    CCBB
    """
    made = community_of("AABB/CCBB")
    check_constraints()
    return made


def now() -> Words:
    """Return what is current: code → identity, name, kind, officer, polygon."""
    return {
        row.code: (row.grid_id, row.name, row.kind, row.officer, bytes(row.geom.wkb))
        for row in GridVersion.objects.at()
    }


def published(draft: Draft, reviewer: Client, *edits: dict[str, Any]) -> Draft:
    for edit in edits:
        draft.draw(**edit)
    draft.approved(reviewer).step("publish")
    check_constraints()
    return draft


def opened(client: Client, redraw_id: int) -> Draft:
    """Return a redraw that is there already."""
    found = Draft.__new__(Draft)
    found.client, found.id, found.path = client, redraw_id, f"/api/redraws/{redraw_id}/"
    return found


def reversal(draft: Draft, *, expect: int = 201) -> dict[str, Any]:
    return draft.step("reverse", reason="居民反对", expect=expect)


def carried_out(draft: Draft, reviewer: Client) -> Draft:
    """Reverse a redraw, and publish the reversal."""
    answer = reversal(draft)
    assert answer["conflict"] is None
    back = opened(draft.client, answer["id"]).approved(reviewer)
    back.step("publish")
    check_constraints()
    return back


SPLIT = {"verb": "split", "grid": "B", "line": line((2, 1), (4, 1)), "new": "N"}
MERGE = {"verb": "merge", "grids": ["A", "C"], "keep": "C"}
# What this world was made of begins its rings elsewhere than the engine, and the importers, do.
ALL_DRAWN_ONCE = [{"verb": "insert_node", "at": point(0.5, 1)}, {"verb": "insert_node", "at": point(2, 1.4)}]
EDITS: list[list[dict[str, Any]]] = [
    [SPLIT],
    [MERGE],
    [{"verb": "merge", "grids": ["A", "B", "C"], "keep": "B"}],
    [{"verb": "reshape", "line": line((2, 1), (2.5, 1.5), (2, 2))}],
    [{"verb": "transfer", "from": "B", "to": "A", "area": area((2, 1), (3, 1), (3, 2), (2, 2))}],
    [{"verb": "insert_node", "at": point(2, 0.5)}, {"verb": "move_node", "node": point(2, 0.5), "to": point(2.2, 0.6)}],
    [{"verb": "rename", "grid": "A", "name": "公园"}, {"verb": "set_kind", "grid": "A", "kind": "special"}],
    [SPLIT, {"verb": "rename", "grid": "N", "name": "新"}, {"verb": "merge", "grids": ["N", "C"], "keep": "C"}, MERGE],
    [{"verb": "split", "grid": "B", "line": line((2.33, 0), (3.77, 2))}, {"verb": "rename", "grid": "B", "name": "乙"}],
]


@pytest.mark.parametrize("edits", EDITS, ids=lambda edits: "-".join(edit["verb"] for edit in edits))
def test_all_is_as_before_byte_for_byte(draft: Draft, reviewer: Client, edits: list[dict[str, Any]]) -> None:
    published(Draft(draft.client, COMMUNITY), reviewer, *ALL_DRAWN_ONCE)
    before = now()
    published(draft, reviewer, *edits)
    assert now() != before
    carried_out(draft, reviewer)
    assert now() == before


@pytest.mark.parametrize("edits", [[SPLIT], [MERGE]], ids=["split", "merge"])
def test_a_reversal_is_reversed(draft: Draft, reviewer: Client, edits: list[dict[str, Any]]) -> None:
    """The new grid of a split that was taken back comes back as itself, too."""
    published(draft, reviewer, *edits)
    after = now()
    carried_out(carried_out(draft, reviewer), reviewer)
    assert now() == after


def test_a_merged_grid_comes_back_as_itself_with_its_officer(draft: Draft, reviewer: Client) -> None:
    identity = GridVersion.objects.at().get(code="A").grid_id
    published(draft, reviewer, MERGE)
    assert not GridVersion.objects.at().filter(code="A").exists()
    carried_out(draft, reviewer)
    assert GridVersion.objects.at().get(code="A").grid_id == identity
    assert GridVersion.objects.filter(grid_id=identity).count() == 2


def test_nobody_else_names_a_code_that_has_ended(draft: Draft, reviewer: Client) -> None:
    published(draft, reviewer, MERGE)
    other = Draft(draft.client, COMMUNITY)
    problem = other.draw("split", grid="B", line=line((2, 1), (4, 1)), new="A", expect=422)
    assert problem["code"] == "KEY_TAKEN"


def test_both_say_which_reverses_which(draft: Draft, reviewer: Client) -> None:
    published(draft, reviewer, SPLIT)
    answer = reversal(draft)
    assert (answer["status"], answer["reverses"], answer["reversed_by"]) == ("draft", draft.id, [])
    assert draft.read()["reversed_by"] == [answer["id"]]
    assert "调整" in answer["title"]
    [command] = opened(draft.client, answer["id"]).read("commands/")["results"]
    assert (command["verb"], command["arguments"], command["reversal"]) == (
        "merge",
        {"grids": ["B", "N"], "keep": "B"},
        True,
    )


def test_its_author_undoes_and_redoes_it_and_draws_on(draft: Draft, reviewer: Client) -> None:
    published(draft, reviewer, MERGE)
    back = opened(draft.client, reversal(draft)["id"])
    assert [grid["code"] for grid in back.step("undo")["changed"]] == ["A", "C"]
    back.step("redo")
    back.draw("rename", grid="A", name="甲")
    assert {row["code"]: row["change"] for row in back.read("preview/")["grids"]} == {"A": "added", "C": "changed"}


def test_where_others_have_redrawn_since_the_draft_says_which_command_does_not_go(
    draft: Draft, reviewer: Client
) -> None:
    published(draft, reviewer, SPLIT)
    later = published(
        Draft(draft.client, COMMUNITY, title="后来"), reviewer, {"verb": "merge", "grids": ["N", "B"], "keep": "N"}
    )
    answer = reversal(draft)
    assert (answer["conflict"]["command"], answer["conflict"]["verb"]) == (1, "merge")
    assert [each["redraw"] for each in answer["conflict"]["competing"]] == [later.id]
    assert answer["conflict"]["geometry"] is not None


def test_what_others_drew_elsewhere_stays(draft: Draft, reviewer: Client) -> None:
    published(draft, reviewer, SPLIT)
    published(Draft(draft.client, COMMUNITY), reviewer, {"verb": "rename", "grid": "A", "name": "甲"}, MERGE)
    carried_out(draft, reviewer)
    assert set(now()) == {"B", "C"}


class TestWho:
    def test_only_what_is_published(self, draft: Draft) -> None:
        draft.draw(**SPLIT)
        assert reversal(draft, expect=409)["code"] == "wrong_status"

    def test_a_reason_is_due(self, draft: Draft, reviewer: Client) -> None:
        published(draft, reviewer, SPLIT)
        assert draft.step("reverse", expect=400)["code"] == "invalid"

    def test_a_reviewer_does_not(self, draft: Draft, reviewer: Client) -> None:
        published(draft, reviewer, SPLIT)
        assert draft.step("reverse", by=reviewer, reason="R", expect=403)["code"] == "forbidden"

    def test_for_others_it_does_not_exist(self, draft: Draft, reviewer: Client) -> None:
        published(draft, reviewer, SPLIT)
        stranger = signed_in("qian", Role.SUPERVISOR, division("440310001009", geometry=drawn("......D")["D"]))
        assert draft.step("reverse", by=stranger, reason="R", expect=404)["code"] == "no_such_redraw"

    def test_a_retry_makes_no_second_one(self, draft: Draft, reviewer: Client) -> None:
        published(draft, reviewer, SPLIT)
        keyed = {"Idempotency-Key": "k"}
        answers = [send(draft.client, f"{draft.path}reverse/", {"reason": "R"}, **keyed) for _ in range(2)]
        assert answers[0] == answers[1]
        assert Redraw.objects.filter(reverses=draft.id).count() == 1

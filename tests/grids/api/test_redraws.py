"""The doors of redraws answer as DESIGN §6 says, refuse with a code and the place, and ask who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gisserver.common.access.roles import Role
from grids.editing.codes import Proposal
from grids.models import Division, Redraw, RedrawCommand
from tests import factories
from tests.factories import at, community_of, division, drawn, grid
from tests.redrawing import Draft, area, codes_and_areas, line, point, position, send, settle, signed_in, survey

pytestmark = pytest.mark.usefixtures("laws")
C = "440310001001"


@pytest.fixture
def community() -> Division:
    """AAB
    AAB
    """
    made = community_of("AAB/AAB")
    settle()
    return made


@pytest.fixture
def supervisor(community: Division) -> Client:
    return signed_in("wang", Role.SUPERVISOR, community)


@pytest.fixture
def reviewer(community: Division) -> Client:
    return signed_in("zhao", Role.REVIEWER, community)


@pytest.fixture
def draft(supervisor: Client) -> Draft:
    return Draft(supervisor, C)


class TestDrafts:
    def test_a_new_redraw_is_a_draft(self, supervisor: Client) -> None:
        answer = send(supervisor, "/api/redraws/", {"title": "T", "reason": "R", "communities": [C]})
        said = {name: answer[name] for name in ("status", "title", "reason", "communities", "author", "conflict")}
        assert said == {
            "status": "draft",
            "title": "T",
            "reason": "R",
            "communities": [C],
            "author": "wang",
            "conflict": None,
        }
        assert [event["action"] for event in answer["events"]] == ["created"]

    def test_a_retry_makes_no_second_one(self, supervisor: Client) -> None:
        body = {"title": "T", "communities": [C]}
        first, again = (send(supervisor, "/api/redraws/", body, **{"Idempotency-Key": "k"}) for _ in range(2))
        assert first == again
        assert Redraw.objects.count() == 1

    def test_it_is_listed(self, draft: Draft) -> None:
        rows = draft.client.get("/api/redraws/?status=draft").json()["results"]
        assert [(row["id"], row["communities"], row["commands"]) for row in rows] == [(draft.id, [C], 0)]

    def test_an_unknown_community(self, supervisor: Client) -> None:
        assert send(supervisor, "/api/redraws/", {"title": "T", "communities": ["X"]}, expect=404)["code"] == (
            "no_such_division"
        )

    def test_a_community_without_grids(self, admin_client: Client) -> None:
        division("D", geometry=drawn("....D")["D"])
        answer = send(admin_client, "/api/redraws/", {"title": "T", "communities": ["D"]}, expect=422)
        assert answer["code"] == "no_grids"


class TestCommands:
    def test_split_answers_with_the_changed_grids_and_a_new_code(self, draft: Draft) -> None:
        answer = draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        assert (answer["number"], answer["warnings"]) == (1, [])
        assert [grid["code"] for grid in answer["changed"]] == [f"{C}001", "A"]
        assert {grid["geometry"]["type"] for grid in answer["changed"]} == {"MultiPolygon"}
        assert codes_and_areas() == {"A": 40_000, "B": 20_000}

    def test_a_split_with_a_wished_code(self, draft: Draft) -> None:
        answer = draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new="NEW")
        assert [grid["code"] for grid in answer["changed"]] == ["A", "NEW"]

    @pytest.mark.parametrize("code", ["B", "A"])
    def test_a_code_that_was_ever_issued_is_refused(self, draft: Draft, code: str) -> None:
        assert draft.draw("split", grid="A", line=line((1, 0), (1, 2)), new=code, expect=422)["code"] == "KEY_TAKEN"

    def test_two_drafts_never_get_the_same_code(self, draft: Draft) -> None:
        other = Draft(draft.client, C)
        answers = [each.draw("split", grid="A", line=line((1, 0), (1, 2))) for each in (draft, other)]
        assert [answer["changed"][0]["code"] for answer in answers] == [f"{C}001", f"{C}002"]

    def test_few_codes_left_is_a_warning(self, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("grids.editing.codes.FEW_LEFT", 1000)
        [warning] = draft.draw("split", grid="A", line=line((1, 0), (1, 2)))["warnings"]
        assert (warning["code"], warning["about"]) == ("CODES_RUN_SHORT", {"left": 998})

    def test_no_code_left_is_refused(self, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("grids.redraws.codes.propose", lambda *_: Proposal(None, 0))
        assert draft.draw("split", grid="A", line=line((1, 0), (1, 2)), expect=422)["code"] == "CODES_EXHAUSTED"

    def test_merge_says_which_grid_is_gone(self, draft: Draft) -> None:
        changed = draft.draw("merge", grids=["A", "B"], keep="A")["changed"]
        assert {grid["code"]: grid["geometry"] is None for grid in changed} == {"A": False, "B": True}

    def test_reshape_moves_the_border(self, draft: Draft) -> None:
        """The border bulges one half cell into B."""
        draft.draw("reshape", line=line((2, 0), (2.5, 1), (2, 2)))
        assert after(draft) == {"A": pytest.approx(45_000, abs=1), "B": pytest.approx(15_000, abs=1)}

    def test_transfer_of_an_area(self, draft: Draft) -> None:
        draft.draw("transfer", **{"from": "A", "to": "B", "area": area((1, 0), (2, 0), (2, 1), (1, 1))})
        assert after(draft) == {"A": pytest.approx(30_000, abs=1), "B": pytest.approx(30_000, abs=1)}

    def test_nodes_are_inserted_moved_and_removed(self, draft: Draft) -> None:
        draft.draw("insert_node", at=point(2, 0.5))
        draft.draw("move_node", node=point(2, 0.5), to=point(2.2, 0.5))
        assert after(draft)["B"] == pytest.approx(19_000, abs=1)
        draft.draw("remove_node", node=point(2.2, 0.5))
        assert [row["verb"] for row in draft.read("commands/")["results"]] == [
            "insert_node",
            "move_node",
            "remove_node",
        ]

    def test_rename_and_set_kind(self, draft: Draft) -> None:
        draft.draw("rename", grid="A", name="公园网格")
        draft.draw("set_kind", grid="A", kind="special")
        [row] = draft.read("preview/")["grids"]
        assert (row["code"], row["name"], row["kind"]) == ("A", "公园网格", "special")

    def test_geometry_in_the_survey_crs_when_declared(self, draft: Draft) -> None:
        xy = [[at(1, 0).x, at(1, 0).y], [at(1, 2).x, at(1, 2).y]]
        draft.draw("split", grid="A", line={"type": "LineString", "coordinates": xy}, crs=survey())
        assert after(draft) == {"A": 20_000, f"{C}001": 20_000}

    def test_commands_are_listed_as_they_took_effect(self, draft: Draft) -> None:
        """The line was drawn 10 cm too short at either end; the border begins and ends on grid A's own border."""
        draft.draw("split", grid="A", line=line((1, 0.001), (1, 1.999)))
        [row] = draft.read("commands/")["results"]
        assert row["arguments"]["grid"] == "A"
        south, north = sorted((row["arguments"]["line"]["coordinates"][at] for at in (0, -1)), key=lambda xy: xy[1])
        assert south == pytest.approx(position(1, 0), abs=1e-7)
        assert north == pytest.approx(position(1, 2), abs=1e-7)


def after(draft: Draft) -> dict[str, float]:
    return {row["code"]: row["after"]["area_m2"] for row in draft.read("preview/")["grids"]}


SPLIT = {"verb": "split", "grid": "A"}
REFUSALS: list[tuple[dict[str, Any], int, str]] = [
    ({**SPLIT, "line": line((2.2, 0.5), (2.8, 0.5))}, 422, "LINE_MISSES_GRID"),
    ({**SPLIT, "line": line((0.5, 0), (0.5, 1.5))}, 422, "LINE_ENDS_INSIDE"),
    ({**SPLIT, "line": line((0.5, 0.1), (1.5, 1), (0.5, 1), (1.5, 0.1))}, 422, "SELF_CROSSING"),
    ({**SPLIT, "line": line((2, 0), (2, 2))}, 422, "RUNS_ALONG_BORDER"),
    ({**SPLIT, "line": line((1, -3), (1, 5))}, 422, "CROSSES_FRAME"),
    ({**SPLIT, "line": line((90, 90), (91, 91))}, 422, "OUTSIDE_FRAME"),
    ({**SPLIT, "grid": "Z", "line": line((1, 0), (1, 2))}, 422, "UNKNOWN_GRID"),
    ({"verb": "merge", "grids": ["A", "Z"], "keep": "A"}, 422, "UNKNOWN_GRID"),
    ({"verb": "move_node", "node": point(1.5, 1.5), "to": point(1.6, 1.5)}, 422, "NODE_UNKNOWN"),
    ({"verb": "rename", "grid": "A", "name": "网格A"}, 422, "NOTHING_CHANGES"),
    ({"verb": "merge", "grids": ["A", "\x00"], "keep": "A"}, 400, "MALFORMED"),
    ({"verb": "merge", "grids": ["A", "B"], "keep": "\ud800"}, 400, "MALFORMED"),
    ({"verb": "explode"}, 400, "unknown_verb"),
    ({"verb": ["split"]}, 400, "unknown_verb"),
    ({**SPLIT, "line": {"type": "LineString", "coordinates": "here"}}, 400, "MALFORMED"),
    ({**SPLIT, "line": [1, 2]}, 400, "MALFORMED"),
    ({**SPLIT}, 400, "MALFORMED"),
    ({**SPLIT, "line": line((1, 0), (1, 2)), "lin": 1}, 400, "unknown_member"),
    ({**SPLIT, "line": line((1, 0), (1, 2)), "crs": "mars"}, 400, "unknown_crs"),
    ({**SPLIT, "line": line((1, 0), (1, 2)), "crs": survey()}, 400, "coordinate_outside_area"),
    ({**SPLIT, "line": line((1, 0), (1, 2)), "snap_m": 1e9}, 400, "bad_snap_m"),
    ({"verb": "set_kind", "grid": "A", "kind": "odd"}, 400, "bad_kind"),
    ({"verb": "rename", "grid": "A", "name": " "}, 400, "bad_name"),
]


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "status", "code"), REFUSALS, ids=[f"{row[2]}-{n}" for n, row in enumerate(REFUSALS)]
    )
    def test_a_stable_code_and_nothing_done(self, draft: Draft, body: dict[str, Any], status: int, code: str) -> None:
        assert draft.draw(**body, expect=status)["code"] == code
        assert not RedrawCommand.objects.exists()

    def test_the_place_in_lonlat_and_a_sentence_in_two_languages(self, draft: Draft) -> None:
        problem = draft.draw("split", grid="A", line=line((0.5, 0), (0.5, 1.5)), expect=422)
        assert problem["geometry"]["type"] in {"LineString", "MultiLineString"}
        assert str(problem["geometry"]["coordinates"]).startswith(("[[114.", "[[[114.", "((114.", "(((114."))
        assert problem["detail"].startswith("画线终止于网格内部")
        assert "The line ends inside a grid" in problem["detail"]

    def test_a_hundred_thousand_vertices(self, draft: Draft) -> None:
        many = {"type": "LineString", "coordinates": [position(1, 0)] * 100_000}
        assert draft.draw("split", grid="A", line=many, expect=422)["code"] == "TOO_MANY_VERTICES"

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
    def test_what_is_no_number(self, draft: Draft, number: str) -> None:
        drawing = f'{{"type":"LineString","coordinates":[[{number},22.6],[114.3,22.7]]}}'
        text = f'{{"verb":"split","grid":"A","line":{drawing}}}'
        response = draft.client.post(f"{draft.path}commands/", text, content_type="application/json")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_grids_of_two_communities_are_never_joined(self, admin_client: Client, community: Division) -> None:
        other = division("440310001002", geometry=drawn("...D/...D")["D"])
        grid("D", drawn("...D/...D")["D"], other)
        settle()
        draft = Draft(admin_client, C, "440310001002")
        assert draft.draw("merge", grids=["B", "D"], keep="B", expect=422)["code"] == "NOT_ADJACENT"


class TestUndo:
    def test_undo_and_redo_ones_own_last(self, draft: Draft) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        undone = draft.step("undo")
        assert undone["number"] == 2
        assert {grid["code"]: grid["geometry"] is None for grid in undone["changed"]} == {f"{C}001": True, "A": False}
        assert draft.step("redo")["number"] == 2
        assert set(after(draft)) == {"A", f"{C}001"}

    def test_undo_goes_back_step_by_step_and_redo_forward(self, draft: Draft) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.draw("rename", grid="B", name="乙")
        assert [draft.step(name)["number"] for name in ("undo", "undo", "redo", "redo")] == [2, 1, 1, 2]

    def test_nothing_left(self, draft: Draft) -> None:
        assert draft.step("undo", expect=409)["code"] == "nothing_to_undo"
        assert draft.step("redo", expect=409)["code"] == "nothing_to_redo"

    def test_a_new_command_ends_what_could_be_redone(self, draft: Draft) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.step("undo")
        assert draft.draw("rename", grid="B", name="乙")["number"] == 2
        assert draft.step("redo", expect=409)["code"] == "nothing_to_redo"

    def test_a_colleagues_command_is_not_mine_to_undo(self, draft: Draft, community: Division) -> None:
        draft.draw("rename", grid="A", name="甲")
        colleague = signed_in("sun", Role.SUPERVISOR, community)
        assert draft.step("undo", by=colleague, expect=409)["code"] == "nothing_to_undo"

    def test_a_command_that_a_colleague_built_on_stays(self, draft: Draft, community: Division) -> None:
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        colleague = signed_in("sun", Role.SUPERVISOR, community)
        send(colleague, f"{draft.path}commands/", {"verb": "rename", "grid": f"{C}001", "name": "新"})
        problem = draft.step("undo", expect=409)
        assert (problem["code"], problem["command"]) == ("later_command_depends", 2)
        assert f"{C}001" in after(draft)


class TestReview:
    def test_the_whole_way(self, draft: Draft, reviewer: Client) -> None:
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        assert draft.step("submit")["status"] == "submitted"
        assert draft.step("approve", by=reviewer, comment="可以")["status"] == "approved"
        answer = draft.step("publish", by=reviewer, effective_at=None)
        assert answer["status"] == "published"
        assert answer["effective_at"] is not None
        assert [(event["action"], event["author"], event["comment"]) for event in answer["events"]] == [
            ("created", "wang", "户数不均"),
            ("submitted", "wang", ""),
            ("approved", "zhao", "可以"),
            ("published", "zhao", ""),
        ]
        assert codes_and_areas() == {"A": 20_000, "B": 20_000, f"{C}001": 20_000}

    def test_an_empty_draft_is_not_submitted(self, draft: Draft) -> None:
        assert draft.step("submit", expect=409)["code"] == "nothing_to_submit"

    def test_nobody_approves_their_own(self, community: Division) -> None:
        """An administrator holds every permission, and still cannot approve what they drew."""
        boss = signed_in("boss", Role.ADMINISTRATOR, community)
        draft = Draft(boss, C)
        draft.draw("rename", grid="A", name="甲")
        draft.step("submit")
        assert draft.step("approve", expect=403)["code"] == "own_redraw"

    def test_who_drew_a_command_of_it_does_not_approve_it(self, draft: Draft, community: Division) -> None:
        boss = signed_in("boss", Role.ADMINISTRATOR, community)
        send(boss, f"{draft.path}commands/", {"verb": "rename", "grid": "A", "name": "甲"})
        draft.step("submit")
        assert draft.step("approve", by=boss, expect=403)["code"] == "own_redraw"

    def test_a_supervisor_does_not_approve(self, draft: Draft) -> None:
        assert draft.step("approve", expect=403)["code"] == "forbidden"

    def test_a_reviewer_does_not_draw(self, draft: Draft, reviewer: Client) -> None:
        body = {"verb": "rename", "grid": "A", "name": "甲"}
        assert send(reviewer, f"{draft.path}commands/", body, expect=403)["code"] == "forbidden"

    def test_a_reviewer_of_another_area_does_not_even_see_it(self, draft: Draft) -> None:
        elsewhere = signed_in("qian", Role.REVIEWER, division("440310001009", geometry=drawn("....D")["D"]))
        assert elsewhere.get(draft.path).status_code == 404
        assert draft.step("approve", by=elsewhere, expect=404)["code"] == "no_such_redraw"

    def test_a_supervisor_of_another_area_begins_none_here(self, community: Division) -> None:
        """They may read the whole district, but redraw only their own community."""
        elsewhere = division("440310001009", geometry=drawn("....D")["D"])
        client = signed_in("qian", Role.SUPERVISOR, elsewhere)
        factories.Grant.objects.create(user_id=client.session["_auth_user_id"], role=Role.ANALYST, area=community)
        answer = send(client, "/api/redraws/", {"title": "T", "communities": [C]}, expect=403)
        assert answer["code"] == "not_in_your_area"

    def test_what_is_not_approved_is_not_published(self, draft: Draft, reviewer: Client) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.step("submit")
        assert draft.step("publish", by=reviewer, expect=409)["code"] == "wrong_status"

    def test_a_rejected_redraw_is_mended_and_handed_in_again(self, draft: Draft, reviewer: Client) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.step("submit")
        assert draft.step("reject", by=reviewer, expect=422)["code"] == "comment_missing"
        assert draft.step("reject", by=reviewer, comment="名称不规范")["status"] == "rejected"
        draft.draw("rename", grid="A", name="甲网格")
        assert draft.read()["status"] == "draft"
        assert draft.step("submit")["status"] == "submitted"

    def test_what_is_submitted_is_not_drawn_on(self, draft: Draft) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.step("submit")
        assert draft.draw("rename", grid="A", name="乙", expect=409)["code"] == "wrong_status"
        assert draft.step("reopen")["status"] == "draft"
        draft.draw("rename", grid="A", name="乙")

    def test_what_is_withdrawn_is_over(self, draft: Draft) -> None:
        assert draft.step("withdraw")["status"] == "withdrawn"
        assert draft.draw("rename", grid="A", name="甲", expect=409)["code"] == "wrong_status"

    def test_only_the_author_withdraws(self, draft: Draft, reviewer: Client) -> None:
        assert draft.step("withdraw", by=reviewer, expect=403)["code"] == "not_the_author"

    @pytest.mark.parametrize(("hours", "code"), [(-1, "effective_in_past"), (1, "future_not_supported")])
    def test_only_now(self, draft: Draft, reviewer: Client, hours: int, code: str) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.approved(reviewer)
        moment = (timezone.now() + timedelta(hours=hours)).isoformat()
        assert draft.step("publish", effective_at=moment, expect=422)["code"] == code

    def test_a_visitor_is_told_to_log_in(self, client: Client) -> None:
        assert client.get("/api/redraws/").status_code == 401


def test_the_history_of_a_grid_names_the_redraw(draft: Draft, reviewer: Client) -> None:
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
    draft.approved(reviewer).step("publish")
    first, second = draft.client.get("/api/grids/A/history/").json()
    assert first["redraw"] is None
    assert second["redraw"] == {"id": draft.id, "title": "调整", "author": "wang", "reason": "户数不均"}
    assert first["valid"]["until"] == second["valid"]["from"]

"""From draft to published: who may take which step, and in which order."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gisserver.common.access.roles import Role
from grids.models import Division
from tests import factories
from tests.factories import division, drawn
from tests.redrawing import COMMUNITY as C
from tests.redrawing import Draft, codes_and_areas, line, send, signed_in

pytestmark = pytest.mark.usefixtures("laws")


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

    @pytest.mark.parametrize(("hours", "code"), [(-1, "effective_in_past"), (11 * 366 * 24, "effective_too_far")])
    def test_neither_in_the_past_nor_in_another_age(
        self, draft: Draft, reviewer: Client, hours: int, code: str
    ) -> None:
        draft.draw("rename", grid="A", name="甲")
        draft.approved(reviewer)
        moment = (timezone.now() + timedelta(hours=hours)).isoformat()
        assert draft.step("publish", effective_at=moment, expect=422)["code"] == code

    def test_a_misspelt_moment_does_not_publish_now(self, draft: Draft, reviewer: Client) -> None:
        draft.draw("rename", grid="A", name="甲")
        answer = draft.approved(reviewer).step("publish", by=reviewer, expect=400, effective="2030-01-01T00:00:00Z")
        assert answer["errors"] == {"effective": ["This member is unknown."]}
        assert draft.read()["status"] == "approved"

    def test_a_visitor_is_told_to_log_in(self, client: Client) -> None:
        assert client.get("/api/redraws/").status_code == 401


def test_the_history_of_a_grid_names_the_redraw(draft: Draft, reviewer: Client) -> None:
    draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
    draft.approved(reviewer).step("publish")
    first, second = draft.client.get("/api/grids/A/history/").json()
    assert first["redraw"] is None
    assert second["redraw"] == {
        "id": draft.id,
        "title": "调整",
        "author": "wang",
        "reason": "户数不均",
        "effective_at": draft.read()["effective_at"],
    }
    assert draft.client.get("/api/grids/A/history/?at=2024-06-01").json() == [first]
    assert first["valid"]["until"] == second["valid"]["from"]

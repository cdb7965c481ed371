"""What a redraw's door says its reader may do with it: what the map offers, and no more than the doors allow."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.redrawing import COMMUNITY as C
from tests.redrawing import Draft, line, signed_in

pytestmark = pytest.mark.usefixtures("laws")


def may(draft: Draft, client: Client) -> list[str]:
    """Return the steps offered to somebody."""
    return list(client.get(draft.path).json()["may"])


class TestMay:
    def test_a_supervisor_draws_and_submits_and_gives_up_what_is_theirs(
        self, draft: Draft, supervisor: Client, reviewer: Client
    ) -> None:
        assert may(draft, supervisor) == ["draw", "submit", "withdraw"]
        assert may(draft, reviewer) == []

    def test_what_is_submitted_waits_for_a_reviewer(self, draft: Draft, supervisor: Client, reviewer: Client) -> None:
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        draft.step("submit")
        assert may(draft, reviewer) == ["approve", "reject"]
        assert may(draft, supervisor) == ["reopen", "withdraw"]

    def test_what_is_approved_is_published_by_its_author_or_a_reviewer(
        self, draft: Draft, supervisor: Client, reviewer: Client
    ) -> None:
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        draft.step("submit")
        draft.step("approve", by=reviewer)
        assert may(draft, reviewer) == ["reject", "publish"]
        assert may(draft, supervisor) == ["reopen", "publish", "withdraw"]

    def test_what_is_published_may_be_reversed(self, draft: Draft, supervisor: Client, reviewer: Client) -> None:
        draft.draw("split", grid="A", line=line((1, 0), (1, 2)))
        draft.step("submit")
        draft.step("approve", by=reviewer)
        draft.step("publish", by=reviewer, effective_at=None)
        assert may(draft, supervisor) == ["reverse"]
        assert may(draft, reviewer) == []

    def test_nobody_is_offered_to_approve_their_own(self, community: Division) -> None:
        boss = signed_in("boss", Role.ADMINISTRATOR, community)
        draft = Draft(boss, C)
        draft.draw("rename", grid="A", name="甲")
        draft.step("submit")
        assert "approve" not in may(draft, boss)

    def test_an_analyst_only_reads(self, draft: Draft, community: Division) -> None:
        assert may(draft, signed_in("fen", Role.ANALYST, community)) == []

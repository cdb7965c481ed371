"""Undo and redo are each person's own."""

import pytest

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.redrawing import COMMUNITY as C
from tests.redrawing import Draft, line, send, signed_in
from tests.redrawing import areas_after as after

pytestmark = pytest.mark.usefixtures("laws")


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

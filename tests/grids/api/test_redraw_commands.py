"""Every verb through its door answers as DESIGN §6 says."""

import pytest

from grids.editing.codes import Proposal
from tests.factories import at
from tests.redrawing import COMMUNITY as C
from tests.redrawing import Draft, area, codes_and_areas, line, point, position, survey
from tests.redrawing import areas_after as after

pytestmark = pytest.mark.usefixtures("laws")


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
        monkeypatch.setattr("grids.redraws.commands.codes.propose", lambda *_: Proposal(None, 0))
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

"""A command that cannot be taken is refused with a stable code and the place; nothing is half-done."""

from typing import Any

import pytest
from django.test import Client

from grids.models import Division, RedrawCommand
from tests.factories import division, drawn, grid
from tests.redrawing import COMMUNITY as C
from tests.redrawing import Draft, area, check_constraints, line, point, position, survey

pytestmark = pytest.mark.usefixtures("laws")


SPLIT = {"verb": "split", "grid": "A"}
REFUSALS: list[tuple[dict[str, Any], int, str]] = [
    ({**SPLIT, "line": line((2.2, 0.5), (2.8, 0.5))}, 422, "LINE_MISSES_GRID"),
    ({**SPLIT, "line": line((0.5, 0), (0.5, 1.5))}, 422, "LINE_ENDS_INSIDE"),
    ({**SPLIT, "line": line((0.5, 0.1), (1.5, 1), (0.5, 1), (1.5, 0.1))}, 422, "SELF_CROSSING"),
    ({**SPLIT, "line": line((2, 0), (2, 2))}, 422, "RUNS_ALONG_BORDER"),
    ({**SPLIT, "line": line((1, -3), (1, 5), (1.5, 5), (1.5, 1))}, 422, "CROSSES_FRAME"),
    ({**SPLIT, "line": line((90, 90), (91, 91))}, 422, "OUTSIDE_FRAME"),
    ({"verb": "reshape", "line": line((2, 1), (2.5, 1.5), (2.7, 1.2), (2.002, 1.001))}, 422, "LINE_CLOSED"),
    (
        {"verb": "transfer", "from": "A", "to": "B", "area": area((0.2, 0.2), (1, 0.2), (1, 1))},
        422,
        "PIECE_NOT_ADJACENT",
    ),
    ({"verb": "insert_node", "at": point(0.5, 0.5)}, 422, "BORDER_UNKNOWN"),
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
    ({**SPLIT, "line": line((1, 0), (1, 2)), "crs": survey()}, 422, "coordinate_outside_area"),
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

    def test_the_place_in_lonlat_and_a_sentence(self, draft: Draft) -> None:
        problem = draft.draw("split", grid="A", line=line((0.5, 0), (0.5, 1.5)), expect=422)
        assert problem["geometry"]["type"] in {"LineString", "MultiLineString"}
        assert str(problem["geometry"]["coordinates"]).startswith(("[[114.", "[[[114.", "((114.", "(((114."))
        assert problem["detail"] == "画线终止于网格内部，没有到达边界。"

    def test_a_hundred_thousand_vertices(self, draft: Draft) -> None:
        many = {"type": "LineString", "coordinates": [position(1, 0)] * 100_000}
        assert draft.draw("split", grid="A", line=many, expect=422)["code"] == "TOO_MANY_VERTICES"

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
    def test_what_is_no_number(self, draft: Draft, number: str) -> None:
        drawing = f'{{"type":"LineString","coordinates":[[{number},22.6],[114.3,22.7]]}}'
        text = f'{{"verb":"split","grid":"A","line":{drawing}}}'
        response = draft.client.post(f"{draft.path}commands/", text, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (422, "NOT_A_NUMBER")
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_grids_of_two_communities_are_never_joined(self, admin_client: Client, community: Division) -> None:
        other = division("440310001002", geometry=drawn("...D/...D")["D"])
        grid("D", drawn("...D/...D")["D"], other)
        check_constraints()
        draft = Draft(admin_client, C, "440310001002")
        assert draft.draw("merge", grids=["B", "D"], keep="B", expect=422)["code"] == "OTHER_COMMUNITY"

"""A border is asked who drew it, when and why, and what was there before."""

from typing import Any

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division
from tests.factories import LONG_AGO, at, community_of, division, drawn
from tests.redrawing import COMMUNITY, Draft, check_constraints, line, position, signed_in

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def community(laws: None) -> Division:
    """AABB
    AABB
    """
    made = community_of("AABB/AABB")
    check_constraints()
    return made


def edge(client: Client, column: float, row: float, *, expect: int = 200, **query: Any) -> dict[str, Any]:
    lon, lat = position(column, row)
    response = client.get("/api/grids/edge/", {"lon": lon, "lat": lat, **query})
    assert response.status_code == expect, response.content
    answer: dict[str, Any] = response.json()
    return answer


def published(draft: Draft, reviewer: Client, *edits: dict[str, Any]) -> str:
    """Publish edits; return the moment at which they took effect."""
    for edit in edits:
        draft.draw(**edit)
    draft.approved(reviewer)
    return str(draft.step("publish", by=reviewer)["effective_at"])


SPLIT = {"verb": "split", "grid": "A", "line": line((1, 0), (1, 2)), "new": "N", "new_side": "right"}


def sides(answer: dict[str, Any]) -> set[str | None]:
    return {answer["left"]["code"], answer["right"] and answer["right"]["code"]}


def test_a_border_of_the_import(supervisor: Client) -> None:
    answer = edge(supervisor, 2.1, 0.7)
    assert sides(answer) == {"A", "B"}
    assert answer["distance_m"] == pytest.approx(10, abs=0.01)
    assert (answer["redraw"], answer["command"], answer["before"], answer["frame"]) == (None, None, [], False)
    assert answer["since"].startswith(f"{LONG_AGO:%Y-%m-%d}")


def test_its_geometry_is_the_whole_border_of_the_two(supervisor: Client) -> None:
    ends = sorted(edge(supervisor, 2, 0.7)["geometry"]["coordinates"][at] for at in (0, -1))
    south, north = sorted(ends, key=lambda xy: xy[1])
    assert (south, north) == (pytest.approx(position(2, 0), abs=1e-7), pytest.approx(position(2, 2), abs=1e-7))


def test_the_frame_has_one_side(supervisor: Client) -> None:
    answer = edge(supervisor, 1.5, -0.1)
    assert (answer["left"]["code"], answer["right"], answer["frame"]) == ("A", None, True)


def test_who_drew_it_and_through_what(draft: Draft, reviewer: Client) -> None:
    rename = {"verb": "rename", "grid": "A", "name": "甲"}
    moment = published(draft, reviewer, rename, SPLIT, {"verb": "rename", "grid": "N", "name": "乙"})
    answer = edge(draft.client, 1, 0.5)
    assert sides(answer) == {"A", "N"}
    assert answer["redraw"] == {
        "id": draft.id,
        "title": "调整",
        "author": "wang",
        "reason": "户数不均",
        "effective_at": moment,
    }
    assert answer["command"] == {"number": 2, "verb": "split", "author": "wang"}
    assert answer["since"] == answer["sides_since"] == moment
    assert [each["code"] for each in answer["before"]] == ["A"]


def test_a_line_is_older_than_its_grids_meeting_at_it(draft: Draft, reviewer: Client) -> None:
    """N takes the east of A, and so A's border with B: the line is the import's, the neighbours are new."""
    moment = published(draft, reviewer, SPLIT)
    answer = edge(draft.client, 2, 0.7)
    assert sides(answer) == {"N", "B"}
    assert answer["since"].startswith(f"{LONG_AGO:%Y-%m-%d}")
    assert (answer["sides_since"], answer["redraw"]) == (moment, None)


def test_a_later_vertex_on_it_does_not_make_it_younger(draft: Draft, reviewer: Client, supervisor: Client) -> None:
    first = published(draft, reviewer, SPLIT)
    cut = {"verb": "split", "grid": "N", "line": line((1, 0.9), (2, 0.9)), "new": "M"}
    published(Draft(supervisor, COMMUNITY), reviewer, cut)
    answer = edge(supervisor, 1, 0.5)
    assert (answer["since"], answer["redraw"]["id"]) == (first, draft.id)


def test_a_border_that_was_away_in_between_is_as_young_as_its_return(
    draft: Draft, reviewer: Client, supervisor: Client
) -> None:
    published(draft, reviewer, SPLIT)
    published(Draft(supervisor, COMMUNITY), reviewer, {"verb": "merge", "grids": ["A", "N"], "keep": "A"})
    again = Draft(supervisor, COMMUNITY, title="又分开")
    moment = published(again, reviewer, {**SPLIT, "new": "O"})
    answer = edge(supervisor, 1, 0.5)
    assert (answer["since"], answer["redraw"]["title"]) == (moment, "又分开")


def test_as_it_was_at_a_moment(draft: Draft, reviewer: Client) -> None:
    published(draft, reviewer, SPLIT)
    assert sides(edge(draft.client, 1, 0.6)) == {"A", "N"}
    assert edge(draft.client, 1, 0.6, at="2024-06-01", within_m=55, expect=404)["code"] == "no_border_here"
    assert edge(draft.client, 1, 0.6, at="2024-06-01", within_m=65)["frame"] is True


def test_in_a_declared_crs(supervisor: Client) -> None:
    place = at(2, 0.7)
    response = supervisor.get("/api/grids/edge/", {"lon": place.x, "lat": place.y, "crs": "EPSG:4547"})
    assert sides(response.json()) == {"A", "B"}


def test_in_another_ones_area_there_is_none(community: Division) -> None:
    stranger = signed_in("qian", Role.SUPERVISOR, division("440310001009", geometry=drawn("......D")["D"]))
    answer = edge(stranger, 2, 0.7, expect=404)
    assert (answer["code"], answer["reason"]) == ("no_border_here", "outside_your_area")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"lon": "NaN"}, "bad_lon"),
        ({"lat": "inf"}, "bad_lat"),
        ({"lon": "1e300"}, "coordinate_outside_area"),
        ({"within_m": "0"}, "bad_within_m"),
        ({"within_m": "nan"}, "bad_within_m"),
        ({"within_m": "1e9"}, "bad_within_m"),
        ({"crs": "mars"}, "unknown_crs"),
        ({"at": "yesterday"}, "bad_at"),
        ({"x": "1"}, "unknown_parameter"),
    ],
)
def test_bad_questions(supervisor: Client, query: dict[str, str], code: str) -> None:
    lon, lat = position(2, 0.7)
    response = supervisor.get("/api/grids/edge/", {"lon": lon, "lat": lat, **query})
    assert (response.status_code, response.json()["code"]) == (400, code)

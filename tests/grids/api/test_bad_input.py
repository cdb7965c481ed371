"""Bad input over real HTTP: a stable code, a sentence in Chinese and English, the place, and nothing half-done."""

import json
import re
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from django.db import transaction
from pytest_django.live_server_helper import LiveServer

from gisserver.common.access.credentials import tokens
from gisserver.common.access.roles import Role
from grids.models import Division, GridVersion, RedrawCommand
from tests.factories import community_of, user
from tests.redrawing import COMMUNITY, area, line, position, survey

NOT_JSON = '{"verb": "split", "grid": "A", "line": {"type": "LineString", "coordinates": [[114.3, 22.6], [%s, 22.7]]}}'
SPLIT = {"verb": "split", "grid": "A"}
MANY = [position(0.5 + n % 2, n / 50_000) for n in range(100_000)]
LOCAL = {"type": "LineString", "coordinates": [[527_100.0, 2_510_000.0], [527_100.0, 2_510_200.0]]}
UTM = {"type": "LineString", "coordinates": [[227_100.0, 2_510_000.0], [227_100.0, 2_510_200.0]]}
SWAPPED = {"type": "LineString", "coordinates": [position(1, 0)[::-1], position(1, 2)[::-1]]}


@dataclass(frozen=True, slots=True)
class Desk:
    """A supervisor at a real server."""

    address: str
    token: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[HTTPResponse, Any]:
        """Send a request on a connection of its own; return the answer and its JSON."""
        text = body if isinstance(body, str) else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        with closing(HTTPConnection(self.address, timeout=60)) as link:
            link.request(method, path, text.encode(), sent)
            answer = link.getresponse()
            return answer, json.loads(answer.read())

    def draft(self) -> str:
        """Begin a redraw and return its path."""
        body = {"title": "调整", "reason": "户数不均", "communities": [COMMUNITY]}
        return f"/api/redraws/{self.send('POST', '/api/redraws/', body)[1]['id']}/"

    def refused(self, path: str, body: Any, status: int, **headers: str) -> Any:
        """Send what must be refused with this status in words for everybody; return the problem."""
        answer, problem = self.send("POST", path, body, **headers)
        assert answer.status == status, problem
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert re.search(r"[\u4e00-\u9fff]", problem["detail"]), problem["detail"]
        return problem


@pytest.fixture
def community(transactional_db: None) -> Division:
    """AABD
    AABD
    CCBD
    """
    with transaction.atomic():
        return community_of("AABD/AABD/CCBD")


@pytest.fixture
def desk(live_server: LiveServer, community: Division) -> Desk:
    return someone(live_server, "wang", Role.SUPERVISOR, community)


def someone(server: LiveServer, name: str, role: Role, community: Division) -> Desk:
    """Return the desk of a new user with a role."""
    token, _ = tokens.issue(user=user(name, role=role, area=community))
    return Desk(server.url.removeprefix("http://"), token)


# What is drawn, the code, and whether the place is a geometry; else it is the number of the vertex.
DRAWN: dict[str, tuple[Any, str, str]] = {
    "misses": ({**SPLIT, "line": line((2.2, 1.5), (2.8, 1.5))}, "LINE_MISSES_GRID", "LineString"),
    "touches only": ({**SPLIT, "line": line((2.5, 1.2), (2, 1.5), (2.5, 1.8))}, "TOUCHES_ONLY", "LineString"),
    "self-crosses": (
        {**SPLIT, "line": line((0.5, 1), (1.5, 2), (0.5, 2), (1.5, 1))},
        "SELF_CROSSING",
        "MultiPoint",
    ),
    "bow tie": (
        {"verb": "transfer", "from": "A", "to": "B", "area": area((1, 1), (2, 2), (2, 1), (1, 2))},
        "SELF_CROSSING",
        "LineString",
    ),
    "along a border": ({**SPLIT, "line": line((2, 1), (2, 3))}, "RUNS_ALONG_BORDER", "MultiLineString"),
    "leaves the frame": ({**SPLIT, "line": line((1, 0.5), (1, 5), (1.5, 5), (1.5, 2))}, "CROSSES_FRAME", "LineString"),
    "ends inside": ({**SPLIT, "line": line((0, 1.5), (1, 1.5))}, "LINE_ENDS_INSIDE", "LineString"),
    "merging strangers": ({"verb": "merge", "grids": ["A", "D"], "keep": "A"}, "NOT_ADJACENT", "Polygon"),
    "no such grid": ({"verb": "merge", "grids": ["A", "Z"], "keep": "A"}, "UNKNOWN_GRID", "grid"),
    "NaN": (NOT_JSON % "NaN", "NOT_A_NUMBER", "vertex"),
    "endless": (NOT_JSON % "1e999", "NOT_A_NUMBER", "vertex"),
    "100,000 vertices": (
        {**SPLIT, "line": {"type": "LineString", "coordinates": MANY}},
        "TOO_MANY_VERTICES",
        "field",
    ),
    "degrees said to be metres": (
        {**SPLIT, "line": line((1, 1), (1, 3)), "crs": survey()},
        "coordinate_outside_area",
        "vertex",
    ),
    "metres said to be degrees": ({**SPLIT, "line": LOCAL}, "coordinate_outside_area", "vertex"),
    "axes swapped": ({**SPLIT, "line": SWAPPED}, "coordinate_axes_swapped", "vertex"),
    "another zone": ({**SPLIT, "line": UTM, "crs": "EPSG:32650"}, "OUTSIDE_FRAME", "LineString"),
}


@pytest.mark.parametrize("what", DRAWN)
def test_a_bad_drawing_is_refused_with_its_place(desk: Desk, what: str) -> None:
    body, code, place = DRAWN[what]
    problem = desk.refused(f"{desk.draft()}commands/", body, 422)
    places = {(problem["geometry"] or {"type": "none"})["type"], *problem["about"]}
    assert (problem["code"], place in places) == (code, True), problem
    assert not RedrawCommand.objects.exists()
    assert GridVersion.objects.count() == 4


def test_a_draft_on_a_grid_that_has_ended(live_server: LiveServer, desk: Desk, community: Division) -> None:
    reviewer = someone(live_server, "zhao", Role.REVIEWER, community)
    early, late = desk.draft(), desk.draft()
    desk.send("POST", f"{late}commands/", {**SPLIT, "line": line((1, 1), (1, 3))})
    desk.send("POST", f"{early}commands/", {"verb": "merge", "grids": ["A", "B"], "keep": "B"})
    for who, step in ((desk, "submit"), (reviewer, "approve"), (reviewer, "publish")):
        assert who.send("POST", f"{early}{step}/", {})[0].status == 200
    problem = desk.refused(f"{late}submit/", {}, 409)
    shown = {name: problem[name] for name in ("code", "command", "refusal")}
    assert shown == {"code": "redraw_conflict", "command": 1, "refusal": "UNKNOWN_GRID"}
    assert problem["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    assert [row["redraw"] for row in problem["competing"]] == [int(early.split("/")[-2])]
    assert (
        desk.refused(f"{desk.draft()}commands/", {**SPLIT, "line": line((1, 1), (1, 3))}, 422)["code"] == "UNKNOWN_GRID"
    )


def test_a_stale_version_is_a_412_that_says_what_came_since(desk: Desk) -> None:
    path = desk.draft()
    seen = desk.send("GET", path)[0].headers["ETag"]
    desk.send("POST", f"{path}commands/", {"verb": "rename", "grid": "A", "name": "甲"})
    problem = desk.refused(f"{path}commands/", {"verb": "rename", "grid": "A", "name": "乙"}, 412, **{"If-Match": seen})
    assert problem["code"] == "stale_version"
    assert RedrawCommand.objects.count() == 1

"""What others publish reaches an open map by itself; many open maps leave the server to those who ask."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.drafting import Drafting, chord, view_of

pytestmark = pytest.mark.e2e
MANY = 300


@pytest.fixture
def supervisor(drafter):
    """Somebody who draws, with the map not opened yet."""
    return drafter("huaxian")


@pytest.fixture
def listening() -> Iterator[Callable[[Drafting], http.client.HTTPResponse]]:
    """Open connections for news, closed at the end."""
    with ExitStack() as opened:
        yield lambda person: greeted(person, opened)


def greeted(person: Drafting, opened: ExitStack) -> http.client.HTTPResponse:
    """Return an open connection that the server has greeted."""
    connection = http.client.HTTPConnection(urlsplit(person.url).netloc, timeout=60)
    opened.callback(connection.close)
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in person.page.context.cookies())
    connection.request("GET", "/api/events", headers={"Cookie": cookies})
    answer = opened.enter_context(connection.getresponse())
    assert received(answer) == "hello"
    return answer


def received(answer: http.client.HTTPResponse) -> str:
    """Return the name of the next event."""
    lines = iter(answer.readline, b"")
    return next(line for line in lines if line.startswith(b"event: ")).decode().removeprefix("event: ").strip()


def publish(supervisor, reviewer, code: str, grid) -> None:
    """Cut a grid in two by the doors, and publish."""
    reviewer.page.goto(f"{reviewer.url}/healthz")
    redraw = supervisor.draft(supervisor.get(f"/api/grids/{code}/")["community"])
    line = {"type": "LineString", "coordinates": list(chord(grid))}
    assert supervisor.post(f"/api/redraws/{redraw}/commands/", {"verb": "split", "grid": code, "line": line}).ok
    assert supervisor.post(f"/api/redraws/{redraw}/submit/", {}).ok
    for step in ("approve", "publish"):
        assert reviewer.post(f"/api/redraws/{redraw}/{step}/", {}).ok


def widest(supervisor, near: str):
    """Return the code and boundary of the largest grid of the community of another."""
    grids = supervisor.grids(supervisor.get(f"/api/grids/{near}/")["community"])
    return max(grids.items(), key=lambda pair: pair[1].area)


def test_a_colleague_s_publish_appears_by_itself(supervisor, drafter, site) -> None:
    code, grid = widest(supervisor, site.facts.building_grid)
    supervisor.page.goto(f"{supervisor.url}/healthz")
    supervisor.look_at(grid)
    before = int(supervisor.map.get_attribute("data-rendered-grids") or 0)
    publish(supervisor, drafter("shenhe"), code, grid)
    expect(supervisor.map).to_have_attribute("data-rendered-grids", str(before + 1))
    supervisor.wait_until_idle()
    expect(supervisor.map).to_have_attribute("data-rendered-grids", str(before + 1))


def test_many_open_maps_are_told_and_hold_nobody_up(supervisor, drafter, site, listening) -> None:
    code, grid = widest(supervisor, site.facts.grid_code)
    maps = [listening(supervisor) for _ in range(MANY)]
    assert requests.get(f"{supervisor.url}/readyz", timeout=30).ok
    publish(supervisor, drafter("shenhe"), code, grid)
    for answer in maps:
        assert "partition" in iter(lambda answer=answer: received(answer), "")


def test_a_tile_that_was_on_its_way_when_the_news_came_is_asked_for_again(supervisor, drafter, site, listening) -> None:
    code, grid = widest(supervisor, site.facts.grid_code)
    page, held = supervisor.page, []
    listener = listening(supervisor)
    page.route("**/tiles/grids/*/*/*.mvt", lambda route: held.append((route, route.fetch())))
    with page.expect_request("**/tiles/grids/*/*/*.mvt"):
        page.goto(supervisor.url + "/" + view_of(grid))
    publish(supervisor, drafter("shenhe"), code, grid)
    assert "partition" in iter(lambda: received(listener), "")
    while held:
        route, answer = held.pop()
        route.fulfill(response=answer)
    page.unroute_all()
    supervisor.wait_until_idle()
    drawn = supervisor.map.get_attribute("data-rendered-grids")
    page.reload()
    supervisor.wait_until_idle()
    expect(supervisor.map).to_have_attribute("data-rendered-grids", str(drawn))

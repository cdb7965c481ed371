"""The connection, or the server, goes and comes back."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e

GONE = "网络已断开，正在重试……"
SCREENS = pytest.mark.parametrize("size", [(1280, 800), (390, 800)], ids=["desk", "phone"])


@SCREENS
@pytest.mark.parametrize(("language", "words"), [("中文", GONE), ("EN", "The connection is lost. Trying again…")])
def test_a_lost_connection_is_said_where_it_is_seen_and_its_return_too(map_page, size, language, words) -> None:
    width, height = size
    map_page.page.set_viewport_size({"width": width, "height": height})
    map_page.open()
    map_page.page.get_by_role("button", name=language).click()
    map_page.page.context.set_offline(True)
    expect(map_page.banner).to_have_text(words)
    assert is_seen(map_page.banner)
    map_page.page.context.set_offline(False)
    expect(map_page.banner).to_be_hidden()


@SCREENS
def test_what_could_not_be_sent_is_told_beside_the_lost_connection(drafter, site, size) -> None:
    supervisor = drafter("huaxian")
    width, height = size
    supervisor.page.set_viewport_size({"width": width, "height": height})
    supervisor.look_around(site.facts.grid_lon, site.facts.grid_lat)
    redraw = supervisor.draft(supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"])
    body = {"verb": "rename", "grid": site.facts.grid_code, "name": "甲"}
    assert supervisor.post(f"/api/redraws/{redraw}/commands/", body).ok
    supervisor.open_redraw(redraw)
    supervisor.page.context.set_offline(True)
    supervisor.page.keyboard.press("Control+z")
    expect(supervisor.trouble).to_have_attribute("data-code", "network")
    banner = supervisor.page.locator("map-status").get_by_role("alert")
    expect(banner).to_have_text(GONE)
    assert is_seen(banner)
    assert is_seen(supervisor.trouble)


def test_tiles_that_failed_are_asked_for_again_when_the_server_is_back(map_page) -> None:
    page = map_page.page
    page.route("**/tiles/*/*/*/*.mvt", lambda route: route.abort())
    page.route("**/readyz", lambda route: route.abort())
    page.goto(map_page.url)
    expect(map_page.banner).to_have_text(GONE)
    page.unroute_all()
    expect(map_page.map).to_have_attribute("data-rendered-grids", re.compile("[1-9]"))
    expect(map_page.banner).to_be_hidden()

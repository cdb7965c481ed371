"""The connection, or the server, goes and comes back."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

GONE = "网络已断开，正在重试……"


def test_a_lost_connection_is_said_and_its_return_too(map_page) -> None:
    map_page.open()
    map_page.page.context.set_offline(True)
    expect(map_page.banner).to_have_text(GONE)
    map_page.page.context.set_offline(False)
    expect(map_page.banner).to_be_hidden()


def test_tiles_that_failed_are_asked_for_again_when_the_server_is_back(map_page) -> None:
    page = map_page.page
    page.route("**/tiles/*/*/*/*.mvt", lambda route: route.abort())
    page.route("**/readyz", lambda route: route.abort())
    page.goto(map_page.url)
    expect(map_page.banner).to_have_text(GONE)
    page.unroute_all()
    expect(map_page.map).to_have_attribute("data-rendered-grids", re.compile("[1-9]"))
    expect(map_page.banner).to_be_hidden()

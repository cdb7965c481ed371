"""The connection goes and comes back."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_lost_connection_is_said_and_its_return_too(map_page) -> None:
    banner = map_page.page.locator("map-status").get_by_role("alert")
    map_page.page.context.set_offline(True)
    expect(banner).to_have_text("网络已断开，正在重试……")
    map_page.page.context.set_offline(False)
    expect(banner).to_be_hidden()
    map_page.find(map_page.facts.grid_code)
    expect(map_page.inspector.locator("code")).to_have_text(map_page.facts.grid_code)

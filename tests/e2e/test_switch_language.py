"""Chinese first, English by a switch, remembered."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_chinese_comes_first_english_is_one_click_away_and_remembered(map_page) -> None:
    map_page.open()
    expect(map_page.page.get_by_role("switch", name="网格", exact=True)).to_be_checked()
    map_page.page.get_by_role("button", name="EN").click()
    expect(map_page.page.get_by_role("switch", name="Grids", exact=True)).to_be_checked()
    map_page.page.reload()
    expect(map_page.page.get_by_role("switch", name="Grids", exact=True)).to_be_checked()


def test_an_open_card_is_told_again_in_english(map_page) -> None:
    map_page.open()
    map_page.find(map_page.facts.grid_code)
    map_page.page.get_by_role("button", name="EN").click()
    expect(map_page.inspector).to_contain_text("Households")
    expect(map_page.inspector.locator("code")).to_have_text(map_page.facts.grid_code)

"""Clicking the map: what is it?"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_click_shows_the_grid_and_what_it_carries(map_page) -> None:
    facts = map_page.facts
    map_page.find(f"{facts.grid_lon:.6f},{facts.grid_lat:.6f}")
    map_page.map.click(position=map_page.middle())
    expect(map_page.inspector).to_have_attribute("data-kind", "grids")
    expect(map_page.inspector.locator("code")).to_have_text(facts.grid_code)
    expect(map_page.inspector).to_contain_text("户数")


def test_escape_closes_the_inspector(map_page) -> None:
    facts = map_page.facts
    map_page.find(f"{facts.grid_lon:.6f},{facts.grid_lat:.6f}")
    map_page.inspector.get_by_role("button", name="关闭").press("Escape")
    expect(map_page.inspector).to_be_hidden()


def test_a_right_click_asks_which_grid_is_here(map_page) -> None:
    facts = map_page.facts
    map_page.find(f"{facts.grid_lon:.6f},{facts.grid_lat:.6f}")
    map_page.inspector.get_by_role("button", name="关闭").click()
    map_page.map.click(position=map_page.middle(), button="right")
    expect(map_page.inspector).to_contain_text(facts.grid_code)
    expect(map_page.inspector).to_contain_text("位于网格内")


def test_a_click_on_a_building_shows_its_address_and_grid(map_page) -> None:
    facts = map_page.facts
    map_page.find(f"{facts.building_lon:.7f},{facts.building_lat:.7f}")
    map_page.map.click(position=map_page.middle())
    expect(map_page.inspector.locator("code")).to_have_text(facts.building_code)
    expect(map_page.inspector).to_contain_text(facts.address)
    expect(map_page.inspector).to_contain_text(facts.building_grid)

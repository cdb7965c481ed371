"""Clicking the map: what is it?"""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_click_shows_the_grid_and_what_it_carries(map_page) -> None:
    facts = map_page.facts
    map_page.open(facts.grid_lon, facts.grid_lat)
    map_page.click_middle()
    expect(map_page.inspector).to_have_attribute("data-kind", "grids")
    expect(map_page.inspector.locator("code")).to_have_text(facts.grid_code)
    expect(map_page.inspector).to_contain_text("户数")


def test_escape_closes_the_inspector(map_page) -> None:
    map_page.open(map_page.facts.grid_lon, map_page.facts.grid_lat)
    map_page.click_middle()
    map_page.inspector.get_by_role("button", name="关闭").press("Escape")
    expect(map_page.inspector).to_be_hidden()


def test_a_right_click_asks_which_grid_is_here(map_page) -> None:
    facts = map_page.facts
    map_page.open(facts.grid_lon, facts.grid_lat)
    map_page.click_middle("right")
    expect(map_page.inspector).to_contain_text(facts.grid_code)
    expect(map_page.inspector).to_contain_text("位于网格内")


def test_a_click_on_a_building_shows_its_address_and_leads_to_its_grid(map_page) -> None:
    facts = map_page.facts
    map_page.open(facts.building_lon, facts.building_lat)
    map_page.click_middle()
    expect(map_page.inspector.locator("code")).to_have_text(facts.building_code)
    expect(map_page.inspector).to_contain_text(facts.address)
    grid = map_page.inspector.get_by_role("button", name=re.compile("^440310[0-9]{9}$"))  # others may have redrawn it
    code = grid.inner_text()
    grid.click()
    expect(map_page.inspector.locator("code")).to_have_text(code)

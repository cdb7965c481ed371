"""The search box: addresses, codes, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

NEAR_DEG = 0.001  # about a hundred metres


def test_an_address_is_listed_and_flown_to(map_page) -> None:
    facts = map_page.facts
    map_page.open()
    map_page.search.fill(facts.address)
    expect(map_page.results.first).to_contain_text(facts.address)
    map_page.search.press("Enter")
    expect(map_page.inspector.locator("code")).to_have_text(facts.building_code)
    assert map_page.center() == pytest.approx((facts.building_lon, facts.building_lat), abs=NEAR_DEG)


def test_a_grid_code_opens_the_grid(map_page) -> None:
    map_page.open()
    map_page.find(map_page.facts.grid_code)
    expect(map_page.inspector.locator("code")).to_have_text(map_page.facts.grid_code)
    expect(map_page.inspector).to_have_attribute("data-kind", "grids")


def test_a_grid_is_found_by_the_name_that_the_map_prints(map_page) -> None:
    map_page.open()
    map_page.find(map_page.facts.grid_name)
    expect(map_page.inspector.locator("code")).to_have_text(map_page.facts.grid_code)


def test_a_building_code_opens_the_building_and_flies_there(map_page) -> None:
    facts = map_page.facts
    map_page.open()
    map_page.find(facts.building_code)
    expect(map_page.inspector).to_contain_text(facts.address)
    assert map_page.center() == pytest.approx((facts.building_lon, facts.building_lat), abs=NEAR_DEG)


def test_the_arrow_keys_choose_and_escape_closes(map_page) -> None:
    map_page.open()
    map_page.search.fill(map_page.facts.estate)
    expect(map_page.results.nth(1)).to_be_visible()
    map_page.search.press("ArrowDown")
    expect(map_page.results.nth(1)).to_have_attribute("aria-selected", "true")
    expect(map_page.search).to_have_attribute("aria-activedescendant", "search-option-1")
    map_page.search.press("Escape")
    expect(map_page.search).to_have_attribute("aria-expanded", "false")


def test_what_is_not_found_is_said(map_page) -> None:
    map_page.open()
    map_page.search.fill("qqqqzzzzxxxx")
    expect(map_page.page.get_by_role("status")).to_have_text("没有找到“qqqqzzzzxxxx”")

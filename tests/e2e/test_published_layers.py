"""Published layers: the town beneath the grids, and overlays on demand."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

POSITIVE = re.compile("^[1-9]")


def test_roads_rivers_and_land_are_drawn_without_asking(map_page) -> None:
    map_page.open()
    assert map_page.drawn("published-demo_land") > 1000
    assert map_page.drawn("published-demo_roads") > 1000
    assert map_page.drawn("published-demo_rivers") == 2


def test_a_published_layer_is_switched_off_and_on(map_page) -> None:
    map_page.open(map_page.facts.grid_lon, map_page.facts.grid_lat)
    switch = map_page.page.get_by_role("switch", name="道路（演示）")
    expect(switch).to_be_checked()
    switch.click()
    expect(map_page.map).to_have_attribute("data-rendered-published-demo_roads", "0")
    switch.click()
    expect(map_page.map).not_to_have_attribute("data-rendered-published-demo_roads", "0")


def test_an_overlay_is_drawn_when_it_is_asked_for(map_page) -> None:
    map_page.open(map_page.facts.building_lon, map_page.facts.building_lat)
    switch = map_page.page.get_by_role("switch", name="楼栋位置")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(map_page.map).to_have_attribute("data-rendered-published-building_points", POSITIVE)


def test_a_click_shows_the_attributes_of_what_was_published(map_page) -> None:
    map_page.open(map_page.facts.grid_lon, map_page.facts.grid_lat)
    map_page.page.get_by_role("switch", name="网格", exact=True).click()
    map_page.page.get_by_role("switch", name="道路（演示）").click()
    expect(map_page.map).to_have_attribute("data-rendered-grids", "0")
    expect(map_page.map).to_have_attribute("data-rendered-published-demo_roads", "0")
    map_page.click_middle()
    expect(map_page.inspector).to_have_attribute("data-kind", "published")
    expect(map_page.inspector).to_contain_text("用地（演示）")
    expect(map_page.inspector).to_contain_text("use")


def test_a_layer_offers_its_files(map_page) -> None:
    map_page.open(map_page.facts.grid_lon, map_page.facts.grid_lat)
    grids = map_page.page.locator("map-layers section.layer", has=map_page.page.locator('[data-layer="grids"]'))
    grids.get_by_text("下载").click()
    expect(grids.get_by_role("link", name=re.compile("GeoPackage"))).to_have_attribute(
        "href", re.compile(r"/ogc/collections/grids/download\?f=gpkg$")
    )


def test_a_page_of_features_is_a_table_and_a_map(map_page) -> None:
    map_page.open(map_page.facts.grid_lon, map_page.facts.grid_lat)
    map_page.page.goto(f"{map_page.url}/ogc/collections/grids/items?limit=5")
    expect(map_page.page.locator("tbody tr")).to_have_count(5)
    expect(map_page.page.locator("#places canvas")).to_be_visible()

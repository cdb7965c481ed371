"""What a supervisor sees first; these tests take the pictures that the documentation shows."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "img"


def test_the_whole_district_is_drawn_at_once(map_page) -> None:
    map_page.page.set_viewport_size({"width": 1360, "height": 820})
    map_page.open()
    assert map_page.drawn("grids") >= 480  # of the demo; other tests may have cut some in two
    assert map_page.drawn("divisions") == 31
    assert map_page.drawn("incidents") > 0
    expect(map_page.page.locator("map-status .demo")).to_have_text("演示数据 demo data")
    map_page.page.screenshot(path=PICTURES / "map.png")


def test_at_a_high_zoom_buildings_are_drawn(map_page) -> None:
    map_page.page.set_viewport_size({"width": 1360, "height": 820})
    map_page.open(map_page.facts.building_lon, map_page.facts.building_lat)
    assert map_page.drawn("buildings") > 1
    map_page.find(map_page.facts.building_grid)
    map_page.page.screenshot(path=PICTURES / "map-grid.png")


def test_nothing_is_asked_of_another_server(page, site, map_page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    map_page.open()
    assert [url for url in asked if not url.startswith((site.url, "blob:", "data:"))] == []

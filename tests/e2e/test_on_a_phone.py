"""The map in a grid worker's hand."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_on_a_narrow_screen_the_layers_begin_folded_and_the_card_opens_below(map_page) -> None:
    map_page.page.set_viewport_size({"width": 390, "height": 800})
    map_page.open()
    expect(map_page.page.get_by_role("button", name="图层")).to_have_attribute("aria-expanded", "false")
    map_page.find(map_page.facts.grid_code)
    expect(map_page.inspector.locator("code")).to_have_text(map_page.facts.grid_code)
    card = map_page.inspector.bounding_box()
    assert card is not None
    assert card["width"] == 390
    assert card["y"] > 350

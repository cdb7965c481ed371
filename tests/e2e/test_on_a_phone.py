"""The map in a grid worker's hand."""

import pytest
from playwright.sync_api import expect

from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("size", [(390, 800), (640, 400)], ids=["phone", "desk at 200 %"])
def test_a_tool_in_hand_leaves_most_of_the_screen_to_the_map(drafter, site, size) -> None:
    supervisor = drafter("huaxian")
    width, height = size
    supervisor.page.set_viewport_size({"width": width, "height": height})
    supervisor.look_around(site.facts.grid_lon, site.facts.grid_lat)
    redraw = supervisor.draft(supervisor.get(f"/api/grids/{site.facts.grid_code}/")["community"])
    supervisor.open_redraw(redraw)
    supervisor.use("s", "split")
    panel, hint = supervisor.panel.bounding_box(), supervisor.hint.bounding_box()
    assert panel is not None
    assert hint is not None
    assert panel["height"] + hint["height"] < height / 2
    assert is_seen(supervisor.hint.locator(".hint-next"))
    supervisor.page.keyboard.press("Escape")
    expect(supervisor.panel.locator(".review")).to_be_visible()


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

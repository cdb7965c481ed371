"""Layers on and off, incidents by status."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_layer_switched_off_is_no_longer_drawn(map_page) -> None:
    map_page.open()
    map_page.page.get_by_role("switch", name="网格", exact=True).click()
    expect(map_page.map).to_have_attribute("data-rendered-grids", "0")


def test_the_picture_holds_the_incidents_that_the_list_holds(map_page) -> None:
    page = map_page.page
    map_page.open()
    map_page.wait_until_idle()
    everything = int(map_page.map.get_attribute("data-counted-incidents") or 0)
    for status in ("新上报", "已分拨"):
        page.get_by_role("button", name=status).click()
    expect(map_page.map).not_to_have_attribute("data-counted-incidents", str(everything))
    map_page.wait_until_idle()
    query = {"resulttype": "hits", "filter": "status = 'in_progress' AND geometry IS NOT NULL"}
    listed = page.request.get(f"{map_page.url}/ogc/collections/incidents/items", params=query).json()["numberMatched"]
    expect(map_page.map).to_have_attribute("data-counted-incidents", str(listed))


def test_the_legend_brings_back_closed_incidents(map_page) -> None:
    map_page.open()
    before = map_page.drawn("incidents")
    map_page.page.get_by_role("button", name="已结案").click()
    expect(map_page.map).not_to_have_attribute("data-rendered-incidents", str(before))
    assert map_page.drawn("incidents") > before

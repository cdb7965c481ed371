"""What helps somebody who draws: counts while drawing, colours, the way to the draft, a warning before a loss."""

import re

import pytest
import shapely
from playwright.sync_api import expect
from shapely.geometry.base import BaseGeometry

from tests.e2e.drafting import Drafting, between, chord

pytestmark = pytest.mark.e2e


@pytest.fixture
def supervisor(drafter) -> Drafting:
    """Somebody who draws, with the map not opened yet."""
    return drafter("huaxian")


@pytest.fixture
def grid(supervisor: Drafting, site) -> BaseGeometry:
    """A grid in which people live."""
    code = site.facts.building_grid
    return supervisor.grids(supervisor.get(f"/api/grids/{code}/")["community"])[code]


@pytest.fixture
def redraw(supervisor: Drafting, site) -> int:
    """A draft of that grid's community."""
    return supervisor.draft(supervisor.get(f"/api/grids/{site.facts.building_grid}/")["community"])


def test_a_redraw_that_is_opened_comes_into_view(supervisor, redraw) -> None:
    supervisor.page.goto(supervisor.url)
    supervisor.wait_until_idle()
    supervisor.open_redraw(redraw)
    frame = shapely.geometry.shape(supervisor.get(f"/api/redraws/{redraw}/ground/")["frame"])
    west, south, east, north = frame.bounds
    expect(supervisor.map).not_to_have_attribute("data-zoom", re.compile(r"^1[0-2]\."))
    supervisor.wait_until_idle()
    (left, bottom), (right, top) = supervisor.pixel((west, south)), supervisor.pixel((east, north))
    assert left > 0
    assert right < 1280
    assert top > 0
    assert bottom < 800


def test_what_a_split_would_give_is_told_while_it_is_drawn(supervisor, redraw, grid, site) -> None:
    start, end = chord(grid)
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)
    households = supervisor.get(f"/api/grids/{site.facts.building_grid}/")["load"]["households"]
    supervisor.use("s", "split")
    supervisor.click(start)
    x, y = supervisor.pixel(end)
    supervisor.page.mouse.move(x - 4, y)
    supervisor.page.mouse.move(x, y)
    live = supervisor.hint.locator(".live")
    expect(live).to_contain_text(f"{households:,} → ")
    expect(live).to_contain_text("新网格")
    numbers = [int(part.replace(",", "")) for part in live.locator("b").all_inner_texts()]
    assert sum(numbers) == households
    supervisor.page.mouse.click(x, y)
    supervisor.page.keyboard.press("Enter")
    supervisor.done("切分已完成")
    preview = supervisor.get(f"/api/redraws/{redraw}/preview/")["grids"]
    assert sorted(numbers) == sorted(
        row["after"]["households"]
        for row in preview
        if row["change"] == "added" or row["code"] == site.facts.building_grid
    )


def test_grids_are_coloured_by_what_they_carry(supervisor, redraw, grid) -> None:
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)
    supervisor.panel.get_by_label("按数量着色").check()
    expect(supervisor.panel.locator(".scale")).to_contain_text("平均")
    supervisor.panel.get_by_label("统计指标").select_option("residents")
    expect(supervisor.panel.locator(".scale")).to_contain_text("平均")
    supervisor.panel.get_by_label("按数量着色").focus()
    supervisor.use("s", "split")


def test_who_leaves_an_unsent_drawing_is_asked(supervisor, redraw, grid) -> None:
    start, end = chord(grid)
    supervisor.look_at(grid)
    supervisor.open_redraw(redraw)
    supervisor.use("s", "split")
    supervisor.draw(start, between(start, end, 0.5))
    expect(supervisor.trouble).to_be_visible()
    asked: list[str] = []

    def stay(dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    supervisor.page.once("dialog", stay)
    supervisor.panel.get_by_role("button", name="返回列表").click()
    expect(supervisor.panel).to_have_attribute("data-view", "one")
    assert "尚未提交" in asked[0]
    supervisor.page.once("dialog", lambda dialog: dialog.accept())
    supervisor.panel.get_by_role("button", name="返回列表").click()
    expect(supervisor.panel).to_have_attribute("data-view", "list")

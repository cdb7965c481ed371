"""The clerk's desk: the review queue by keys, a house's table, events with preview and undo, imports, search."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from gisserver.runtime.processes import wait_until
from tests.e2e.conftest import DESK, PATIENCE_MS, ROOT, Site
from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e

DOORS = Path(__file__).with_name("desk.sql")
IN_A_ROW = 50


@pytest.fixture(scope="module")
def load(site: Site, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Import a register of homes by their addresses."""

    def run(source: str, addresses: Sequence[str]) -> None:
        path = tmp_path_factory.mktemp("register") / "homes.csv"
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["source_ref", "address", "residents"])
            rows.writerows([f"{source}-{n}", address, 2] for n, address in enumerate(addresses))
        command = [sys.executable, "manage.py", "import_households", str(path), f"--source={source}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=300, capture_output=True)

    return run


@pytest.fixture(scope="module")
def doors(site: Site, database: str) -> list[str]:
    """Addresses of homes that leave open which entrance is meant, each in another house."""
    with psycopg.connect(database) as reader:
        found = [row[0] for row in reader.execute(DOORS.read_text(), [IN_A_ROW + 10])]
    assert len(found) == IN_A_ROW + 10
    return found


@pytest.fixture
def desk(browser: Browser, site: Site, credentials: Any, sessions: Callable[[str], list[Any]]) -> Iterator[Page]:
    """The desk of somebody who keeps the registers of the whole city."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce", base_url=site.url)
    context.add_cookies(sessions(credentials.name))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    failures: list[Any] = []
    page.on("pageerror", lambda error: failures.append(error))
    yield page
    context.close()
    assert failures == []


def waits(page: Page, number: int) -> None:
    """Wait until so many rows are left, and the one that is shown shows the homes that it may mean."""
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(number))
    if number:
        expect(page.locator(".candidates [data-key=candidate-2]")).to_be_visible()


def search(page: Page, text: str) -> None:
    """Look for a household; the box has the focus."""
    page.goto("/desk/households/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_fifty_rows_are_decided_in_fifty_keys(desk: Page, load: Callable[..., None], doors: list[str]) -> None:
    load("网格办", doors[:IN_A_ROW])
    desk.goto("/desk/reviews/?source=网格办")
    for left in range(IN_A_ROW, 0, -1):
        waits(desk, left)
        desk.keyboard.press("2")
    waits(desk, 0)
    desk.keyboard.press("u")
    waits(desk, 1)
    expect(desk.locator(".review-told")).to_contain_text("1 行重新待审")


def test_filtered_rows_are_dismissed_at_once_after_a_preview_and_come_back(
    desk: Page, load: Callable[..., None]
) -> None:
    load("公安", [f"没有这条路{n}号" for n in (1, 2, 3)])
    desk.goto("/desk/reviews/")
    desk.get_by_label("来源").select_option("公安")
    total = desk.locator("[data-total]")
    expect(total).to_have_attribute("data-total", "3")
    desk.keyboard.press("Escape")
    desk.keyboard.press("b")
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("处理方式").select_option("dismiss")
    dialog.get_by_label("原因或备注").fill("查无此处")
    expect(dialog.get_by_role("button", name="执行")).to_be_disabled()
    dialog.get_by_role("button", name="预览").click()
    expect(dialog.get_by_role("status")).to_contain_text("决定 3 行")
    dialog.get_by_role("button", name="执行").click()
    expect(total).to_have_attribute("data-total", "0")
    desk.keyboard.press("u")
    expect(total).to_have_attribute("data-total", "3")


def test_a_household_moves_out_of_a_house_s_table_and_back(map_page: Any, desk: Page) -> None:
    map_page.open()
    map_page.find(map_page.facts.building_code)
    table = map_page.inspector.get_by_role("link", name="楼盘表").get_attribute("href")
    desk.goto(table)
    floors = desk.locator(".house-table tbody tr")
    floors.first.locator(".cell").first.focus()
    desk.keyboard.press("ArrowDown")
    expect(floors.nth(1).locator(".cell").first).to_be_focused()
    desk.locator(".cell:not([data-occupancy=vacant])").first.focus()
    desk.keyboard.press("Enter")
    card = desk.get_by_role("complementary")
    card.locator("[data-event=move_out]").first.click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("button", name="预览").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("将会")
    expect(card.locator(".household")).to_have_count(1)
    desk.keyboard.press("Enter")
    expect(card.locator(".household")).to_have_count(0)
    desk.locator(".house-notice").get_by_role("button", name="撤销").click()
    expect(card.locator(".household")).to_have_count(1)
    expect(card.locator(".life li").first).to_contain_text("撤销")


def test_an_import_is_found_by_its_households_and_taken_back_whole(
    desk: Page, load: Callable[..., None], doors: list[str]
) -> None:
    load("民政", [doors[-1].removesuffix("101") + "1单元101"])
    search(desk, "民政-0")
    expect(desk.locator("[data-household]")).to_have_count(1)
    desk.goto("/desk/imports/")
    run = desk.locator("[data-import]", has_text="民政")
    run.get_by_role("button", name="整体撤销").click()
    desk.get_by_label("撤销原因").fill("错的文件")
    desk.keyboard.press("Enter")
    expect(run).to_contain_text("已撤销")
    search(desk, "民政-0")
    expect(desk.get_by_role("main").get_by_role("status")).to_contain_text("没有找到")


@pytest.mark.parametrize("page", ["reviews", "buildings/1", "households", "imports"])
def test_on_a_phone_nothing_hangs_over_the_edge_and_it_speaks_english(desk: Page, page: str) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(f"/desk/{page}/")
    desk.get_by_role("button", name="EN", exact=True).click()
    expect(desk).to_have_title(re.compile("Registry desk"))
    heading = desk.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    assert wait_until(lambda: is_seen(heading), timeout_s=10)  # what is drawn meanwhile moves it
    assert desk.evaluate("document.documentElement.scrollWidth") == 390

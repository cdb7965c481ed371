"""The dispatcher's page: an incident goes its way by keys, two reports of one thing are told apart."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PATIENCE_MS, Site

pytestmark = pytest.mark.e2e

TITLE = "人民路路灯不亮"


@pytest.fixture
def desk(browser: Browser, site: Site, credentials: Any, sessions: Callable[[str], list[Any]]) -> Iterator[Page]:
    """The desk of somebody who dispatches everywhere."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce", base_url=site.url)
    context.add_cookies(sessions(credentials.name))
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    failures: list[Any] = []
    page.on("pageerror", lambda error: failures.append(error))
    yield page
    context.close()
    assert failures == []


def reported(page: Page, title: str, lon: float = 114.35) -> int:
    """Report an incident with the session of the page."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    body = {"type": "1.18.428", "occurred_at": datetime.now(UTC).isoformat(), "lon": lon, "lat": 22.69, "crs": "gcj02"}
    headers = {"X-CSRFToken": cookies["csrftoken"], "Referer": page.url}
    answer = page.request.post("/api/incidents/", data={**body, "title": title}, headers=headers)
    assert answer.ok, answer.text()
    return int(answer.json()["id"])


def act(page: Page, name: str) -> None:
    """Begin an act by its key; its form comes."""
    button = page.locator(f"[data-key=act-{name}]")
    expect(button).to_be_visible()
    page.keyboard.press(button.locator("kbd").inner_text())
    expect(page.locator(".dispatch-form :focus")).to_be_visible()


def stands(page: Page, state: str) -> None:
    expect(page.locator("[data-state]")).to_have_attribute("data-state", state)


def test_an_incident_goes_its_way_by_keys(desk: Page) -> None:
    desk.goto("/desk/dispatch/")
    incident = reported(desk, TITLE)
    desk.goto(f"/desk/dispatch/?queue=to_accept&id={incident}")
    stands(desk, "reported")
    act(desk, "accept")
    desk.keyboard.press("Enter")
    stands(desk, "accepted")
    act(desk, "dispatch")
    desk.get_by_label("或处置部门").fill("城管办")
    desk.keyboard.press("Enter")
    stands(desk, "dispatched")
    act(desk, "return")
    desk.keyboard.type("不在本辖区")
    desk.keyboard.press("Enter")
    stands(desk, "returned")
    expect(desk.locator(".dispatch-timeline li").first).to_contain_text("不在本辖区")
    desk.get_by_role("button", name="EN").click()
    expect(desk.locator("[data-state]")).to_have_text("returned")


def test_two_reports_are_told_apart_and_that_is_undone(desk: Page) -> None:
    desk.goto("/desk/dispatch/")
    first, second = reported(desk, "金牛路井盖丢失", 114.36), reported(desk, "金牛路井盖丢失了", 114.36)
    desk.goto("/desk/dispatch/?queue=pairs")
    pair = desk.locator(f"[data-pair='{second}-{first}']")
    pair.get_by_role("button", name="不是同一件").click()
    expect(pair).to_have_count(0)
    desk.locator("[data-key=undo]").click()
    expect(pair).to_have_count(1)

"""`/account/`: one's own roles, tokens and password."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.conftest import MapPage, Site, cookies_of
from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e

NEW = "yi-ge-xin-mima-2"


@pytest.fixture
def analyst(page: Page, site: Site, sessions: Callable[[str], list[Any]]) -> Page:
    """The page of the account of an analyst of the whole deployment."""
    page.context.add_cookies(sessions("fenxi"))
    page.goto(f"{site.url}/account/")
    return page


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_map_leads_to_it_from_every_screen(map_page: MapPage, width: int) -> None:
    page = map_page.page
    page.set_viewport_size({"width": width, "height": 800})
    map_page.open()
    link = page.locator(".account .user")
    assert is_seen(link)
    link.click()
    expect(page).to_have_url(re.compile(r"/account/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_one_s_own_roles_are_told(analyst: Page) -> None:
    expect(analyst.locator("#grants li")).to_have_text(re.compile(r"分析.*整个部署"))


def test_a_token_that_is_ended_opens_nothing(analyst: Page, site: Site, credentials: Any) -> None:
    body = {"username": "fenxi", "password": credentials.password, "label": "旧手机"}
    token = requests.post(f"{site.url}/api/auth/token/", json=body, timeout=60).json()["token"]
    signed = {"Authorization": f"Bearer {token}"}
    analyst.reload()
    row = analyst.locator("#tokens li", has_text="旧手机")
    row.get_by_role("button", name="作废").click()
    expect(row).to_have_count(0)
    assert requests.get(f"{site.url}/api/grids/?limit=1", headers=signed, timeout=60).status_code == 401


def test_a_wrong_old_password_is_refused_where_one_looks(analyst: Page) -> None:
    analyst.fill("#id_old_password", "wrong")
    analyst.fill("#id_new_password1", NEW)
    analyst.fill("#id_new_password2", NEW)
    analyst.get_by_role("button", name="修改密码").click()
    refusal = analyst.get_by_role("alert")
    refusal.scroll_into_view_if_needed()
    assert is_seen(refusal)


def test_a_password_is_changed_and_the_new_one_opens(page: Page, site: Site, credentials: Any) -> None:
    page.context.add_cookies(cookies_of(site, "gaimi", credentials.password))
    page.goto(f"{site.url}/account/")
    page.fill("#id_old_password", credentials.password)
    page.fill("#id_new_password1", NEW)
    page.fill("#id_new_password2", NEW)
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("status")).to_have_text("密码已修改。")
    page.get_by_role("button", name="退出登录").click()
    assert cookies_of(site, "gaimi", NEW)

"""Signing in and out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.seeing import is_seen

pytestmark = pytest.mark.e2e


def test_a_visitor_is_sent_to_the_login_page_and_from_there_to_the_map(page: Page, site, credentials) -> None:
    page.goto(site.url)
    expect(page).to_have_url(re.compile(r"/login/\?next=/$"))
    page.fill("#id_username", credentials.name)
    page.fill("#id_password", credentials.password)
    page.click("button[type=submit]")
    expect(page.locator("#map")).to_have_attribute("data-idle", "true")


def test_a_wrong_password_is_refused_in_words(page: Page, site, credentials) -> None:
    page.goto(site.url)
    page.fill("#id_username", credentials.name)
    page.fill("#id_password", "wrong")
    page.click("button[type=submit]")
    refusal = page.get_by_role("alert")
    expect(refusal).to_have_text("用户名或密码不正确，或账号已停用。")
    assert is_seen(refusal)


def test_the_login_page_speaks_english_too(page: Page, site) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_signing_out_leads_back_to_the_login_page(page: Page, site, credentials) -> None:
    page.goto(site.url)
    page.fill("#id_username", credentials.name)
    page.fill("#id_password", credentials.password)
    page.click("button[type=submit]")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(re.compile(r"/login/$"))


@pytest.mark.parametrize("size", [(1280, 800), (390, 800)], ids=["desk", "phone"])
def test_a_session_that_ended_is_renewed_where_one_is(map_page, credentials, size) -> None:
    page = map_page.page
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    map_page.open()
    page.context.clear_cookies(name="sessionid")
    map_page.search.fill(map_page.facts.grid_code)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("登录已过期")
    assert is_seen(dialog)
    dialog.get_by_label("用户名").fill(credentials.name)
    dialog.get_by_label("密码").fill(credentials.password)
    dialog.get_by_role("button", name="登录并继续").click()
    expect(dialog).to_be_hidden()
    expect(map_page.results.first).to_contain_text(map_page.facts.grid_code)

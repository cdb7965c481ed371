"""`/account/`: everybody sees his own grants, changes his password, ends his tokens."""

import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.credentials.sign_ins import PER_NAME_AND_ADDRESS
from gisserver.common.access.models import SignIn
from gisserver.common.access.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

OLD, NEW = "a long enough password", "quite another long password"
ENGLISH = {"django_language": "en"}


@pytest.fixture
def li() -> User:
    return factories.user("li", role=Role.SUPERVISOR, area=factories.division("440310001001"))


@pytest.fixture
def page(client: Client, li: User) -> Client:
    client.force_login(li)
    return client


def change(client: Client, *, old: str = OLD, new: str = NEW) -> Any:
    return client.post("/account/", {"old_password": old, "new_password1": new, "new_password2": new})


def text(client: Client, **headers: str) -> str:
    return client.get("/account/", headers=headers).content.decode()


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"


def test_it_names_one_s_role_and_area(page: Client) -> None:
    shown = text(page)
    assert "网格主管" in shown and "440310001001名" in shown


def test_it_speaks_english_to_who_chose_it(page: Client) -> None:
    page.cookies.load(ENGLISH)
    shown = text(page)
    assert "My roles" in shown and "Supervisor" in shown and "我的角色" not in shown


def test_its_refusals_are_in_the_language_chosen_whatever_the_browser_prefers(page: Client) -> None:
    page.cookies["django_language"] = "zh-hans"
    answer = page.post(
        "/account/",
        {"old_password": OLD, "new_password1": "short", "new_password2": "short"},
        headers={"Accept-Language": "en"},
    )
    assert "至少 8 个字符" in answer.content.decode()


def test_a_changed_password_keeps_this_session_and_ends_the_others(page: Client, li: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(li)
    change(page)
    assert page.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert User.objects.get(pk=li.pk).check_password(NEW)


def test_a_changed_password_ends_one_s_tokens(page: Client, li: User) -> None:
    secret, _row = tokens.issue(user=li)
    change(page)
    assert tokens.owner_of(secret) is None


def test_a_wrong_old_password_changes_nothing_and_is_recorded(page: Client, li: User) -> None:
    answer = change(page, old="not his password")
    assert 'role="alert"' in answer.content.decode()
    assert User.objects.get(pk=li.pk).check_password(OLD)
    assert list(SignIn.objects.values_list("name", "succeeded")) == [("li", False)]


def test_guessing_the_old_password_is_braked(page: Client, li: User) -> None:
    for attempt in range(PER_NAME_AND_ADDRESS):
        change(page, old=f"guess {attempt}")
    answer = change(page)
    assert "登录失败次数过多" in answer.content.decode()
    assert User.objects.get(pk=li.pk).check_password(OLD)


def test_the_admin_s_own_page_for_passwords_leads_here(client: Client) -> None:
    client.force_login(factories.administrator())
    assert client.get("/admin/password_change/").headers["Location"] == "/account/"


def test_one_s_tokens_are_listed_and_nobody_else_s(page: Client, li: User) -> None:
    tokens.issue(user=li, label="QGIS")
    tokens.issue(user=factories.user("wang"), label="not mine")
    shown = text(page)
    assert "QGIS" in shown and "not mine" not in shown


def test_one_s_own_token_is_ended(page: Client, li: User) -> None:
    secret, row = tokens.issue(user=li)
    page.post("/account/", {"end_token": row.pk})
    assert tokens.owner_of(secret) is None


@pytest.mark.parametrize("number", ["{}", "-1", "x", "99999999999999999999"])
def test_another_s_token_is_not(page: Client, number: str) -> None:
    secret, row = tokens.issue(user=factories.user("wang"))
    assert page.post("/account/", {"end_token": number.format(row.pk)}).status_code == 302
    assert tokens.owner_of(secret) is not None


def test_the_map_leads_here(page: Client) -> None:
    assert 'href="/account/"' in page.get("/").content.decode()


def test_who_has_no_area_gets_here_too(client: Client) -> None:
    client.force_login(factories.user("new"))
    assert 'href="/account/"' in client.get("/").content.decode()


def test_a_forgotten_password_is_given_anew_by_command(li: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: NEW)
    call_command("changepassword", "li", stdout=io.StringIO())
    assert User.objects.get(pk=li.pk).check_password(NEW)

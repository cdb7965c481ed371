"""Guessing passwords and tokens is braked and recorded, and locks nobody out who knows his own."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client

from gisserver.common.access.credentials import sign_ins, tokens
from gisserver.common.access.models import SignIn, SignInKind
from tests import factories

pytestmark = pytest.mark.django_db
RIGHT = "a long enough password"


@pytest.fixture
def li() -> User:
    return factories.user("li")


def ask_for_token(client: Client, password: str, *, name: str = "li", address: str = "10.0.0.1") -> int:
    body = {"username": name, "password": password}
    answer = client.post("/api/auth/token/", body, content_type="application/json", REMOTE_ADDR=address)
    return int(answer.status_code)


def guesses(number: int, *, name: str = "li", address: str = "10.0.0.1", kind: str = SignInKind.PASSWORD) -> None:
    SignIn.objects.bulk_create(SignIn(kind=kind, name=name, address=address, succeeded=False) for _ in range(number))


def test_after_ten_wrong_passwords_the_right_one_waits_too(client: Client, li: User) -> None:
    assert [ask_for_token(client, "wrong") for _ in range(11)] == [401] * 10 + [429]
    assert ask_for_token(client, RIGHT) == 429


def test_the_refusal_says_when_to_come_back(client: Client, li: User) -> None:
    guesses(10)
    body = {"username": "li", "password": RIGHT}
    answer = client.post("/api/auth/token/", body, content_type="application/json", REMOTE_ADDR="10.0.0.1")
    assert answer.json()["code"] == "too_many_attempts"
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


def test_from_another_address_the_user_signs_in(client: Client, li: User) -> None:
    guesses(10)
    assert ask_for_token(client, RIGHT, address="10.0.0.2") == 201


def test_an_address_that_tries_many_names_is_braked(client: Client, li: User) -> None:
    for number in range(10):
        guesses(10, name=f"user{number}")
    assert ask_for_token(client, RIGHT) == 429


def test_a_name_tried_from_everywhere_is_braked_where_it_is_not_known(client: Client, li: User) -> None:
    """A botnet's guesses do not lock out the user at his own desk."""
    assert ask_for_token(client, RIGHT, address="10.0.0.7") == 201
    for number in range(100):
        guesses(1, address=f"10.0.1.{number}")
    assert ask_for_token(client, RIGHT, address="10.0.0.8") == 429
    assert ask_for_token(client, RIGHT, address="10.0.0.7") == 201


def test_the_brake_comes_off_after_a_quarter_of_an_hour(client: Client, li: User) -> None:
    guesses(10)
    SignIn.objects.update(at=F("at") - timedelta(minutes=16))
    assert ask_for_token(client, RIGHT) == 201


def test_the_sign_in_page_says_so(client: Client, li: User) -> None:
    guesses(10, address="127.0.0.1")
    answer = client.post("/login/", {"username": "li", "password": RIGHT})
    assert answer.status_code == 429
    assert "登录失败次数过多" in answer.content.decode()


def test_the_admin_s_own_page_is_braked_too(client: Client, li: User) -> None:
    guesses(10, address="127.0.0.1")
    answer = client.post("/admin/login/", {"username": "li", "password": RIGHT})
    assert "登录失败次数过多" in answer.content.decode()


def test_every_attempt_is_recorded(client: Client, li: User) -> None:
    ask_for_token(client, "wrong")
    ask_for_token(client, RIGHT)
    assert list(SignIn.objects.order_by("pk").values_list("name", "address", "succeeded")) == [
        ("li", "10.0.0.1", False),
        ("li", "10.0.0.1", True),
    ]


def test_guessed_tokens_are_braked(client: Client) -> None:
    client.raise_request_exception = False
    guesses(100, name="", address="127.0.0.1", kind=SignInKind.TOKEN)
    assert client.get("/api/grids/", headers={"Authorization": "Bearer gs_guess"}).status_code == 429


def test_a_good_token_passes_the_brake_of_its_address(client: Client, li: User) -> None:
    guesses(100, name="", address="127.0.0.1", kind=SignInKind.TOKEN)
    text, _row = tokens.issue(user=li)
    assert client.get("/api/auth/tokens/", headers={"Authorization": f"Bearer {text}"}).status_code == 200


@pytest.mark.parametrize(("behind_proxy", "address"), [(False, "127.0.0.1"), (True, "203.0.113.9")])
def test_a_forwarded_address_is_believed_behind_a_proxy_only(
    client: Client, li: User, settings: Any, behind_proxy: bool, address: str
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    client.post("/login/", {"username": "li", "password": "x"}, headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.9"})
    assert SignIn.objects.get().address == address


def test_what_is_half_a_year_old_is_forgotten(li: User) -> None:
    guesses(2)
    SignIn.objects.update(at=F("at") - timedelta(days=181))
    assert sign_ins.forget_old() == 2

"""A credential is read with its user and his grants at each request: what has changed shows at the next one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant, Token, scope_of
from gisserver.common.access.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
DOOR = "/api/grids/"
Ask = Callable[[], int]


@pytest.fixture
def li() -> User:
    return factories.user("li", role=Role.ANALYST, everywhere=True)


@pytest.fixture(params=["token", "session"])
def ask(request: pytest.FixtureRequest, client: Client, li: User) -> Ask:
    """Ask a door again as li, who has been let in before."""
    client.raise_request_exception = False
    if request.param == "session":
        client.force_login(li)
    shown: Any = {"Authorization": f"Bearer {tokens.issue(user=li)[0]}"} if request.param == "token" else {}

    def answer() -> int:
        return int(client.get(DOOR, headers=shown).status_code)

    assert answer() == 200
    return answer


def test_a_removed_grant_shows(ask: Ask, li: User) -> None:
    Grant.objects.filter(user=li).delete()
    assert ask() == 403


def test_an_added_grant_shows(ask: Ask, li: User) -> None:
    Grant.objects.filter(user=li).delete()
    ask()
    Grant.objects.create(user=li, role=Role.ANALYST)
    assert ask() == 200


def test_a_deactivated_user_is_not_let_in(ask: Ask, li: User) -> None:
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert ask() == 401


def test_a_changed_password_ends_both(ask: Ask, li: User) -> None:
    li.set_password("another long password")
    li.save()
    assert ask() == 401


def test_what_has_expired_is_refused(ask: Ask) -> None:
    Token.objects.update(expires_at=F("expires_at") - timedelta(days=365))
    Session.objects.update(expire_date=F("expire_date") - timedelta(days=365))
    assert ask() == 401


def test_what_has_been_ended_is_refused(ask: Ask) -> None:
    Token.objects.all().delete()
    Session.objects.all().delete()
    assert ask() == 401


def test_a_deleted_user_is_not_let_in(ask: Ask, li: User) -> None:
    li.delete()
    assert ask() == 401


@pytest.mark.parametrize("superuser", [False, True])
def test_the_scope_is_the_one_that_the_grants_say(li: User, superuser: bool) -> None:
    User.objects.filter(pk=li.pk).update(is_superuser=superuser)
    Grant.objects.create(user=li, role=Role.COLLECTOR, area=factories.community_of("AB"))
    read = tokens.owner_of(tokens.issue(user=li)[0])
    assert read is not None
    assert scope_of(read) == scope_of(User.objects.get(pk=li.pk))


def test_the_user_is_the_whole_row(li: User) -> None:
    read = tokens.owner_of(tokens.issue(user=li)[0])
    assert read is not None
    names = [field.attname for field in User._meta.concrete_fields]
    whole = User.objects.get(pk=li.pk)
    assert [getattr(read, name) for name in names] == [getattr(whole, name) for name in names]


def test_two_requests_have_two_users(li: User) -> None:
    """What a view does to its user must not reach the next one."""
    text, _row = tokens.issue(user=li)
    assert tokens.owner_of(text) is not tokens.owner_of(text)


def test_a_token_its_user_and_his_grants_are_one_statement(li: User, django_assert_num_queries: Any) -> None:
    text, _row = tokens.issue(user=li)
    with django_assert_num_queries(1):
        user = tokens.owner_of(text)
        assert user is not None
        assert scope_of(user).may


def test_a_session_its_user_and_his_grants_are_two(li: User, client: Client, django_assert_num_queries: Any) -> None:
    client.force_login(li)
    with django_assert_num_queries(3):  # the third lists the tokens
        client.get("/api/auth/tokens/")

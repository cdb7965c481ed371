"""Tokens end with the password, are listed by their owner, and are ended by him, an administrator or a command."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Token
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def li() -> User:
    return factories.user("li")


def test_a_changed_password_ends_the_user_s_tokens(li: User) -> None:
    text, _row = tokens.issue(user=li)
    other, _row = tokens.issue(user=factories.user("wang"))
    li.set_password("another long password")
    li.save()
    assert tokens.owner_of(text) is None
    assert tokens.owner_of(other) is not None


def test_saving_a_user_without_a_new_password_ends_none(li: User) -> None:
    text, _row = tokens.issue(user=li)
    li.first_name = "Li"
    li.save()
    assert tokens.owner_of(text) == li


def test_the_owner_lists_the_tokens_that_are_alive(client: Client, li: User) -> None:
    tokens.issue(user=li, label="QGIS")
    tokens.issue(user=li, label="gone", lifetime_hours=-1)
    tokens.issue(user=factories.user("wang"), label="not mine")
    client.force_login(li)
    assert [row["label"] for row in client.get("/api/auth/tokens/").json()] == ["QGIS"]


def test_the_owner_ends_the_token_of_a_lost_phone(client: Client, li: User) -> None:
    text, row = tokens.issue(user=li)
    client.force_login(li)
    assert client.delete(f"/api/auth/tokens/{row.pk}/").status_code == 204
    assert tokens.owner_of(text) is None


def test_nobody_ends_another_s_token(client: Client, li: User) -> None:
    text, row = tokens.issue(user=factories.user("wang"))
    client.force_login(li)
    assert client.delete(f"/api/auth/tokens/{row.pk}/").status_code == 404
    assert tokens.owner_of(text) is not None


def test_an_administrator_ends_tokens_in_the_admin(client: Client, li: User) -> None:
    text, row = tokens.issue(user=li)
    client.force_login(factories.administrator())
    client.post("/admin/access/token/", {"action": "revoke", "_selected_action": [row.pk]})
    assert tokens.owner_of(text) is None


def test_the_command_lists_and_ends(li: User) -> None:
    tokens.issue(user=li, label="QGIS")
    output = io.StringIO()
    call_command("revoke_tokens", "li", "--list", stdout=output)
    call_command("revoke_tokens", "li", stdout=output)
    assert "QGIS" in output.getvalue() and output.getvalue().endswith("ended 1 tokens of li\n")
    assert not tokens.alive().filter(user=li).exists()


def test_the_command_ends_one_alone(li: User) -> None:
    _text, row = tokens.issue(user=li)
    tokens.issue(user=li)
    call_command("revoke_tokens", "li", "--token", str(row.pk), stdout=io.StringIO())
    assert Token.objects.filter(pk__in=tokens.alive()).count() == 1

"""Every kind of security event comes from a real door, on the stream of its own, with ids and nothing personal."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from buildings.models import Household, Unit
from gisserver.common.access import security
from gisserver.common.access.credentials import tokens
from gisserver.common.access.credentials.sign_ins import PER_NAME_AND_ADDRESS
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.access.security import Kind
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of
from tests.redrawing import COMMUNITY, Draft

PASSWORD, OTHER = "a long enough password", "quite another long password"
ADDRESS = "203.0.113.7"


class Events(logging.Handler):
    """What was noted while the block ran, commits included."""

    def __init__(self, commits: Callable[..., AbstractContextManager[Any]]) -> None:
        super().__init__()
        self.all: list[dict[str, Any]] = []
        self._commits = commits

    def emit(self, record: logging.LogRecord) -> None:
        self.all.append(record.__dict__["members"])

    @contextmanager
    def noted(self) -> Iterator["Events"]:
        security.logger.addHandler(self)
        try:
            with self._commits(execute=True):
                yield self
        finally:
            security.logger.removeHandler(self)

    def of(self, kind: Kind) -> dict[str, Any]:
        [found] = [each for each in self.all if each["kind"] == kind]
        return found


@pytest.fixture
def events(laws: None, django_capture_on_commit_callbacks: Any) -> Events:
    return Events(django_capture_on_commit_callbacks)


@pytest.fixture
def community(laws: None) -> Division:
    return community_of("AB")


@pytest.fixture
def li(community: Division) -> User:
    return factories.user("li", role=Role.SUPERVISOR, area=community)


@pytest.fixture
def browser(li: User) -> Client:
    client = Client(REMOTE_ADDR=ADDRESS)
    client.force_login(li)
    return client


@pytest.fixture
def chief(laws: None) -> Client:
    client = Client(REMOTE_ADDR=ADDRESS)
    client.force_login(factories.administrator())
    return client


def sign_in(client: Client, password: str) -> Any:
    return client.post("/login/", {"username": "li", "password": password})


class TestSigningIn:
    def test_with_a_password(self, events: Events, li: User) -> None:
        with events.noted():
            answer = sign_in(Client(REMOTE_ADDR=ADDRESS), PASSWORD)
        assert events.all == [
            {
                "kind": "sign_in",
                "outcome": "done",
                "request": answer["X-Request-Id"],
                "user": None,
                "address": ADDRESS,
                "door": "/login/",
                "subject": li.pk,
                "by": "password",
            }
        ]

    def test_with_a_wrong_one(self, events: Events, li: User) -> None:
        with events.noted():
            sign_in(Client(), "a guess")
        noted = events.of(Kind.SIGN_IN)
        assert (noted["outcome"], noted["subject"]) == ("refused", None)
        assert "li" not in noted.values() and "a guess" not in noted.values()

    def test_with_too_many(self, events: Events, li: User) -> None:
        for _ in range(PER_NAME_AND_ADDRESS):
            sign_in(Client(), "a guess")
        with events.noted():
            sign_in(Client(), PASSWORD)
        assert events.of(Kind.SIGN_IN)["outcome"] == "braked"

    def test_with_a_token_that_is_none(self, events: Events) -> None:
        with events.noted():
            Client(raise_request_exception=False).get("/api/grids/", headers={"Authorization": "Bearer gs_x"})
        noted = events.of(Kind.SIGN_IN)
        assert (noted["outcome"], noted["by"], noted["door"]) == ("refused", "token", "/api/grids/")

    def test_and_out_again(self, events: Events, browser: Client, li: User) -> None:
        with events.noted():
            browser.post("/logout/")
        assert events.of(Kind.SIGN_OUT)["subject"] == li.pk


class TestTokens:
    def test_one_is_issued(self, events: Events, li: User) -> None:
        with events.noted():
            Client().post("/api/auth/token/", {"name": "li", "password": PASSWORD}, content_type="application/json")
        noted = events.of(Kind.TOKEN_ISSUED)
        assert (noted["subject"], noted["token"]) == (li.pk, li.tokens.get().pk)

    def test_one_ends(self, events: Events, li: User) -> None:
        text, row = tokens.issue(user=li)
        with events.noted():
            Client().delete("/api/auth/token/", headers={"Authorization": f"Bearer {text}"})
        noted = events.of(Kind.TOKEN_REVOKED)
        assert (noted["user"], noted["subject"], noted["token"]) == (li.pk, li.pk, row.pk)

    def test_a_command_ends_all_outside_of_any_request(self, events: Events, li: User) -> None:
        _text, row = tokens.issue(user=li)
        with events.noted():
            call_command("revoke_tokens", "li", verbosity=0)
        assert events.all == [{"kind": "token_revoked", "outcome": "done", "subject": li.pk, "token": row.pk}]

    def test_one_that_had_ended_already_is_not_noted(self, events: Events, li: User) -> None:
        text, _row = tokens.issue(user=li)
        tokens.end(text)
        with events.noted():
            tokens.end(text)
        assert events.all == []


class TestRights:
    def test_a_grant_is_added(self, events: Events, chief: Client, li: User, community: Division) -> None:
        with events.noted():
            chief.post("/admin/access/grant/add/", {"user": li.pk, "role": "collector", "area": community.pk})
        noted = events.of(Kind.GRANT_ADDED)
        assert (noted["subject"], noted["role"], noted["area"]) == (li.pk, "collector", community.pk)
        assert noted["user"] == User.objects.get(username="admin").pk

    def test_a_grant_is_changed(self, events: Events, chief: Client, li: User, community: Division) -> None:
        grant = li.grants.get()
        with events.noted():
            chief.post(f"/admin/access/grant/{grant.pk}/change/", {"role": "reviewer", "area": community.pk})
        assert events.of(Kind.GRANT_CHANGED)["role"] == "reviewer"

    def test_a_grant_is_removed(self, events: Events, chief: Client, li: User) -> None:
        grant = li.grants.get()
        with events.noted():
            chief.post(f"/admin/access/grant/{grant.pk}/delete/", {"post": "yes"})
        assert events.of(Kind.GRANT_REMOVED)["subject"] == li.pk

    def test_what_is_rolled_back_was_not_done(self, events: Events, li: User) -> None:
        with events.noted(), transaction.atomic():
            Grant.objects.create(user=li, role=Role.ANALYST)
            transaction.set_rollback(True)
        assert events.all == []

    def test_an_account_is_added(self, events: Events, chief: Client) -> None:
        words = {"username": "new", "usable_password": "true", "password1": OTHER, "password2": OTHER}
        with events.noted():
            chief.post("/admin/auth/user/add/", words)
        noted = events.of(Kind.ACCOUNT_ADDED)
        assert (noted["subject"], noted["is_superuser"]) == (User.objects.get(username="new").pk, False)

    def test_an_account_is_closed(self, events: Events, chief: Client, li: User) -> None:
        with events.noted():
            chief.post(f"/admin/auth/user/{li.pk}/change/", {"username": "li", "is_staff": "on"})
        noted = events.of(Kind.ACCOUNT_CHANGED)
        assert (noted["subject"], noted["is_active"], noted["is_staff"]) == (li.pk, False, True)

    def test_a_password_is_changed(self, events: Events, browser: Client, li: User) -> None:
        words = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
        with events.noted():
            browser.post("/account/", words)
        noted = events.of(Kind.PASSWORD_CHANGED)
        assert (noted["user"], noted["subject"]) == (li.pk, li.pk)

    def test_a_permission_is_refused(self, events: Events, browser: Client, li: User) -> None:
        with events.noted():
            browser.post("/api/layers/", {})
        noted = events.of(Kind.PERMISSION_REFUSED)
        assert (noted["outcome"], noted["user"], noted["door"], noted["code"]) == (
            "refused", li.pk, "/api/layers/", "forbidden",
        )  # fmt: skip


class TestTakingAway:
    @pytest.mark.parametrize("door", ["/api/buildings/?limit=101", "/ogc/collections/buildings/items?limit=101"])
    def test_a_long_page(self, events: Events, chief: Client, community: Division, door: str) -> None:
        with events.noted():
            chief.get(door)
        assert events.of(Kind.EXPORT)["subject"] == User.objects.get(username="admin").pk

    @pytest.mark.parametrize("door", ["/api/buildings/?limit=100", "/ogc/collections/buildings/items?limit=100"])
    def test_a_screen_is_no_export(self, events: Events, chief: Client, community: Division, door: str) -> None:
        with events.noted():
            chief.get(door)
        assert events.all == []

    def test_a_page_that_is_not_permitted(self, events: Events, community: Division) -> None:
        client = Client()
        client.force_login(factories.user("wang", role=Role.COLLECTOR, area=community))
        with events.noted():
            client.get("/api/buildings/?limit=1000")
        assert [each["kind"] for each in events.all] == ["permission_refused"]
        assert events.all[0]["code"] == "export_not_permitted"

    def test_a_file_to_geocode(self, events: Events, chief: Client, community: Division) -> None:
        with events.noted():
            chief.post("/geocode/search/csv/", "address\n人民路1号\n".encode(), content_type="text/csv")
        assert events.of(Kind.EXPORT)["door"] == "/geocode/search/csv/"

    def test_a_package_of_a_redraw(self, events: Events, chief: Client, community: Division) -> None:
        draft = Draft(chief, COMMUNITY)
        with events.noted():
            chief.get(f"{draft.path}package/").getvalue()  # type: ignore[attr-defined]
        assert events.of(Kind.EXPORT)["door"] == "/api/redraws/<int:redraw_id>/package/"

    def test_personal_data(self, events: Events, browser: Client, community: Division) -> None:
        house = factories.building(at(0.5, 0.5), name="1栋", community=community)
        unit = Unit.objects.create(building=house, number="301", valid=since(LONG_AGO))
        Household.objects.create(unit=unit, head_name="张三丰", phone="13800001234", residents=3, valid=since(LONG_AGO))
        with events.noted():
            browser.get("/api/households/")
        noted = events.of(Kind.PERSONAL_DATA_READ)
        assert noted["rows"] == 1
        assert "张三丰" not in str(noted)


def test_every_kind_is_walked_above() -> None:
    walked = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in Kind if f"events.of(Kind.{kind.name})" not in walked] == []

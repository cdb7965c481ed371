"""Who administers an area gives grants, passwords and tokens to its people, and to nobody else."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from grids.models import Division
from tests import factories
from tests.gisserver.admin.conftest import OURS, browser, give, staff


class TestGrants:
    def test_an_administrator_gives_a_role_in_his_area(self, ours: Division) -> None:
        new = factories.user("new")
        give(browser(staff("li", Role.ADMINISTRATOR, ours)), user=new.pk, role="supervisor", area=ours.pk)
        assert list(new.grants.values_list("role", "area")) == [("supervisor", ours.pk)]

    def test_he_gives_none_next_door(self, ours: Division, theirs: Division) -> None:
        new = factories.user("new")
        give(browser(staff("li", Role.ADMINISTRATOR, ours)), user=new.pk, role="collector", area=theirs.pk)
        assert not new.grants.exists()

    def test_he_gives_none_in_the_whole_deployment(self, ours: Division) -> None:
        li = staff("li", Role.ADMINISTRATOR, ours)
        give(browser(li), user=li.pk, role="administrator", everywhere="on")
        assert li.grants.count() == 1

    def test_he_moves_no_grant_next_door(self, ours: Division, theirs: Division) -> None:
        li = staff("li", Role.ADMINISTRATOR, ours)
        grant = Grant.objects.create(user=factories.user("new"), role=Role.COLLECTOR, area=ours)
        browser(li).post(f"/admin/access/grant/{grant.pk}/change/", {"role": "collector", "area": theirs.pk})
        grant.refresh_from_db()
        assert grant.area == ours

    def test_he_takes_back_a_grant_in_his_area_and_no_other(self, ours: Division, theirs: Division) -> None:
        client = browser(staff("li", Role.ADMINISTRATOR, ours))
        new = factories.user("new")
        here = Grant.objects.create(user=new, role=Role.COLLECTOR, area=ours)
        there = Grant.objects.create(user=new, role=Role.COLLECTOR, area=theirs)
        for grant in (here, there):
            client.post(f"/admin/access/grant/{grant.pk}/delete/", {"post": "yes"})
        assert list(new.grants.all()) == [there]

    def test_an_empty_area_is_refused_and_gives_nothing(self, laws: None) -> None:
        new = factories.user("new")
        answer = give(browser(factories.administrator()), user=new.pk, role="supervisor", area="")
        assert "二者选一" in answer.content.decode() and not new.grants.exists()

    def test_the_whole_deployment_is_said(self, laws: None) -> None:
        new = factories.user("new")
        give(browser(factories.administrator()), user=new.pk, role="supervisor", area="", everywhere="on")
        assert new.grants.get().area is None

    def test_an_area_and_the_whole_deployment_at_once_are_refused(self, ours: Division) -> None:
        new = factories.user("new")
        give(browser(factories.administrator()), user=new.pk, role="supervisor", area=ours.pk, everywhere="on")
        assert not new.grants.exists()

    @pytest.mark.parametrize("term", [f"{OURS}名", OURS])
    def test_an_area_is_picked_by_its_name_or_code(self, ours: Division, term: str) -> None:
        assert picked(browser(factories.administrator()), "area", term) == [f"{OURS}名 {OURS}"]

    def test_the_picker_offers_the_areas_that_one_administers(self, ours: Division) -> None:
        assert picked(browser(staff("li", Role.ADMINISTRATOR, ours)), "area", "名") == [f"{OURS}名 {OURS}"]


def picked(client: Client, field: str, term: str) -> list[str]:
    asked = {"app_label": "access", "model_name": "grant", "field_name": field, "term": term}
    return [row["text"] for row in client.get("/admin/autocomplete/", asked).json()["results"]]


class TestPeople:
    @pytest.fixture
    def chief(self, ours: Division) -> Client:
        return browser(staff("chief", Role.ADMINISTRATOR, ours))

    def test_an_administrator_gives_a_new_password_to_one_of_his_people(self, chief: Client, ours: Division) -> None:
        wang = factories.user("wang", role=Role.COLLECTOR, area=ours)
        new_password(chief, wang)
        wang.refresh_from_db()
        assert wang.check_password(NEW)

    def test_he_takes_over_nobody_who_is_more(self, chief: Client, ours: Division, theirs: Division) -> None:
        above = factories.user("above", role=Role.ADMINISTRATOR, everywhere=True)
        beside = factories.user("beside", role=Role.COLLECTOR, area=ours)
        Grant.objects.create(user=beside, role=Role.COLLECTOR, area=theirs)
        for person in (above, beside, factories.administrator()):
            new_password(chief, person)
            person.refresh_from_db()
            assert not person.check_password(NEW)

    @pytest.mark.parametrize("everywhere", [False, True])
    def test_he_makes_nobody_a_superuser(self, ours: Division, *, everywhere: bool) -> None:
        chief = staff("chief", Role.COLLECTOR, ours)
        Grant.objects.create(user=chief, role=Role.ADMINISTRATOR, area=None if everywhere else ours)
        words = {"username": "chief", "is_active": "on", "is_staff": "on", "is_superuser": "on", "first_name": "甲"}
        browser(chief).post(f"/admin/auth/user/{chief.pk}/change/", words)
        chief.refresh_from_db()
        assert chief.first_name == "甲" and not chief.is_superuser

    def test_a_new_account_has_no_rights(self, chief: Client) -> None:
        form = {"username": "new", "usable_password": "true", "password1": NEW, "password2": NEW}
        chief.post("/admin/auth/user/add/", form)
        new = User.objects.get(username="new")
        assert not new.is_superuser and not new.is_staff and not new.grants.exists()

    def test_he_ends_the_tokens_of_his_people_alone(self, chief: Client, ours: Division, theirs: Division) -> None:
        _text, here = tokens.issue(user=factories.user("wang", role=Role.COLLECTOR, area=ours))
        _text, there = tokens.issue(user=factories.user("zhao", role=Role.COLLECTOR, area=theirs))
        chief.post("/admin/access/token/", {"action": "revoke", "_selected_action": [here.pk, there.pk]})
        assert list(tokens.alive()) == [there]

    def test_an_account_is_closed_not_deleted(self, laws: None) -> None:
        wang = factories.user("wang")
        answer = browser(factories.administrator()).post(f"/admin/auth/user/{wang.pk}/delete/", {"post": "yes"})
        assert answer.status_code == 403 and User.objects.filter(pk=wang.pk).exists()


NEW = "quite another long password"


def new_password(client: Client, person: User) -> None:
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    client.post(f"/admin/auth/user/{person.pk}/password/", form)

"""`/admin/` stands under the rule of areas: rows are those that one sees elsewhere, rights are the roles'."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob

from buildings.models import Address, Doubt, Entrance, EventEffect, LifecycleEvent, ReviewItem, Unit
from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from gisserver.common.personal import personal_fields
from grids.models import Division, GridVersion, Redraw
from incidents.services import as_reported, record_incidents
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago, lonlat

#  A B | C        our community is A and B, the neighbour's is C
OURS, THEIRS = "440310001001", "440310001002"


@pytest.fixture
def theirs(laws: None) -> Division:
    """A community with one row of each kind."""
    home = factories.division(THEIRS, geometry=factories.drawn("..C")["C"])
    factories.grid("C", factories.drawn("..C")["C"], home)
    house = factories.building(at(2.5, 0.5), name="邻楼", address="邻路1号", community=home)
    stair = Entrance.objects.create(building=house, name="1单元", location=at(2.5, 0.5), valid=since(LONG_AGO))
    Unit.objects.create(building=house, entrance=stair, number="101", valid=since(LONG_AGO))
    event = LifecycleEvent.objects.create(kind="create", effective_at=LONG_AGO, reason="邻人所为")
    EventEffect.objects.create(event=event, target="building", target_id=house.pk, building_id=house.pk, role="begun")
    factories.incident_type()
    lon, lat = lonlat(at(2.5, 0.5))
    record_incidents([as_reported(type="A", occurred_at=hours_ago(1), lon=lon, lat=lat, crs="wgs84", text="邻居吵架")])
    review_item(home)
    Redraw.objects.create(title="邻居的方案", author=factories.user("author")).communities.add(home)
    return home


@pytest.fixture
def ours(theirs: Division) -> Division:
    """The community next door, where nothing stands."""
    return community_of("AB", code=OURS)


def review_item(community: Division) -> ReviewItem:
    words: dict[str, Any] = {"text": "邻路1号张三13800138000", "row": {"head_name": "张三", "phone": "13800138000"}}
    return ReviewItem.objects.create(
        register="households", run="1", row_number=1, normalized="x", digest="d", reason=Doubt.UNMATCHED,
        community=community, **words,
    )  # fmt: skip


def staff(name: str, role: Role | None = None, area: Division | None = None) -> User:
    person = factories.user(name, role=role, area=area)
    person.is_staff = True
    person.save()
    return person


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def give(client: Client, **said: Any) -> Any:
    return client.post("/admin/access/grant/add/", said)


PAGES = [
    "grids/divisionversion", "grids/gridversion", "grids/redraw", "buildings/building", "buildings/unit",
    "buildings/address", "buildings/lifecycleevent", "buildings/reviewitem", "incidents/incident",
]  # fmt: skip


class TestRows:
    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_has_no_row_of_the_neighbour(self, ours: Division, page: str) -> None:
        client = browser(staff("li", Role.SUPERVISOR, ours))
        page_of_ours = client.get(f"/admin/{page}/")
        assert {row.pk for row in page_of_ours.context["cl"].result_list} == own_rows(page, ours)

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_shows_them_to_who_reads_everywhere(self, ours: Division, page: str) -> None:
        client = browser(factories.administrator())
        assert len(client.get(f"/admin/{page}/").context["cl"].result_list) > len(own_rows(page, ours))

    def test_no_address_leads_to_the_neighbour_s_row(self, ours: Division) -> None:
        client = browser(staff("li", Role.SUPERVISOR, ours))
        row = GridVersion.objects.get(code="C")
        assert client.get(f"/admin/grids/gridversion/{row.pk}/change/").status_code == 302
        assert client.get(f"/admin/grids/gridversion/{row.pk}/history/").status_code == 302

    def test_a_grid_does_not_name_a_redraw_that_its_reader_may_not_see(self, ours: Division, theirs: Division) -> None:
        both = Redraw.objects.create(title="跨社区方案", author=User.objects.get(username="author"))
        both.communities.add(ours, theirs)
        row = GridVersion(redraw=both)
        assert "redraw" not in fields_for(staff("li", Role.SUPERVISOR, ours), row)
        assert "redraw" in fields_for(factories.administrator(), row)

    def test_an_event_over_both_communities_is_told_to_neither_side(self, ours: Division) -> None:
        house = factories.building(at(0.5, 0.5), community=ours)
        event = LifecycleEvent.objects.get(reason="邻人所为")
        EventEffect.objects.create(
            event=event, target="building", target_id=house.pk, building_id=house.pk, role="changed"
        )
        page = browser(staff("li", Role.SUPERVISOR, ours)).get("/admin/buildings/lifecycleevent/")
        assert list(page.context["cl"].result_list) == []


def fields_for(person: User, row: GridVersion) -> list[Any]:
    request = RequestFactory().get("/")
    request.user = person
    return list(admin.site._registry[GridVersion].get_fields(request, row))


def own_rows(page: str, ours: Division) -> set[int]:
    """Return the rows of our community, which has nothing but its ground."""
    if page == "grids/gridversion":
        return set(GridVersion.objects.filter(community=ours).values_list("pk", flat=True))
    return set(ours.versions.values_list("pk", flat=True)) if page == "grids/divisionversion" else set()


class TestRights:
    def test_staff_without_a_grant_read_nothing_whatever_django_permits_them(self, ours: Division) -> None:
        person = staff("li")
        person.user_permissions.set(DjangoPermission.objects.all())
        client = browser(person)
        pages = [f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry]
        assert {client.get(page).status_code for page in pages} == {403}

    def test_the_right_to_add_grants_gives_nobody_a_grant(self, ours: Division) -> None:
        person = staff("li", Role.ANALYST, ours)
        person.user_permissions.set(DjangoPermission.objects.all())
        answer = give(browser(person), user=person.pk, role="administrator", everywhere="on")
        assert answer.status_code == 403 and person.grants.count() == 1

    def test_who_may_only_look_cancels_no_job(self, ours: Division) -> None:
        person = staff("li", Role.ADMINISTRATOR, ours)
        person.user_permissions.set(DjangoPermission.objects.filter(codename__startswith="view_"))
        answer = browser(person).post(QUEUE, {"action": "cancel", "_selected_action": [queued_job()]})
        assert answer.status_code == 403 and ProcrastinateJob.objects.get().status == "todo"

    def test_who_administers_everything_cancels_a_job(self, laws: None) -> None:
        client = browser(factories.administrator())
        client.post(QUEUE, {"action": "cancel", "_selected_action": [queued_job()]})
        assert ProcrastinateJob.objects.get().status == "cancelled"


QUEUE = "/admin/procrastinate/procrastinatejob/"


def queued_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('q', 't.t', '{}') RETURNING id"
        )
        return int(cursor.fetchone()[0])


class TestPersonalData:
    def test_no_page_shows_or_searches_a_personal_field(self) -> None:
        for model, page in admin.site._registry.items():
            named = {*page.list_display, *page.search_fields, *page.list_filter}
            assert not {word for word in named if isinstance(word, str)} & set(personal_fields(model))

    def test_a_review_item_is_shown_without_what_its_text_said(self, theirs: Division) -> None:
        item = ReviewItem.objects.get()
        page = browser(staff("li", Role.SUPERVISOR, theirs)).get(f"/admin/buildings/reviewitem/{item.pk}/change/")
        assert page.status_code == 200 and "13800138000" not in page.content.decode()

    @pytest.mark.parametrize("question", ["text__contains=138", "row__phone=13800138000", "normalized=x"])
    def test_no_filter_asks_for_it(self, theirs: Division, question: str) -> None:
        client = browser(staff("li", Role.SUPERVISOR, theirs))
        assert client.get(f"/admin/buildings/reviewitem/?{question}").status_code == 400


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
        said = {"username": "new", "usable_password": "true", "password1": NEW, "password2": NEW}
        chief.post("/admin/auth/user/add/", said)
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
    said = {"usable_password": "true", "password1": NEW, "password2": NEW}
    client.post(f"/admin/auth/user/{person.pk}/password/", said)


def test_the_addresses_of_a_house_are_its_community_s(ours: Division, theirs: Division) -> None:
    li = factories.user("li", role=Role.SUPERVISOR, area=theirs)
    assert [row.text for row in Address.objects.visible_to(li)] == ["邻路1号"]

"""`/admin/` stands under the rule of areas: rows are those that one sees elsewhere, rights are the roles'."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.auth.models import User
from django.db import connection
from django.test import RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob

from buildings.models import Address, EventEffect, LifecycleEvent, ReviewItem
from gisserver.common.access.roles import Role
from gisserver.common.personal import personal_fields
from grids.models import Division, GridVersion, Redraw
from tests import factories
from tests.factories import at
from tests.gisserver.admin.conftest import browser, give, staff

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
    """Return the rows of our community, which has nothing but its boundary."""
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
        job = queued_job()
        answer = browser(person).post(QUEUE, {"action": "cancel", "_selected_action": [job]})
        assert answer.status_code == 403 and ProcrastinateJob.objects.get(pk=job).status == "todo"

    def test_who_administers_everything_cancels_a_job(self, laws: None) -> None:
        client = browser(factories.administrator())
        job = queued_job()
        client.post(QUEUE, {"action": "cancel", "_selected_action": [job]})
        assert ProcrastinateJob.objects.get(pk=job).status == "cancelled"


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


def test_the_addresses_of_a_house_are_its_community_s(ours: Division, theirs: Division) -> None:
    li = factories.user("li", role=Role.SUPERVISOR, area=theirs)
    assert [row.text for row in Address.objects.visible_to(li)] == ["邻路1号"]

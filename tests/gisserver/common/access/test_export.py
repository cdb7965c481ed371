"""Who may read reads page by page; taking away in bulk is a permission of its own."""

import pytest
from django.test import Client

from gisserver.common.access.roles import Role
from grids.models import Division, Redraw
from tests import factories
from tests.factories import at, community_of

pytestmark = pytest.mark.usefixtures("laws")
BULK = (
    "/api/buildings/?limit=1000",
    "/api/units/?limit=101",
    "/api/households/?limit=1000",
    "/api/incidents/?limit=1000",
    "/api/grids/?limit=1000",
    "/ogc/collections/buildings/items?limit=10000",
    "/ogc/collections/incidents/items?limit=101",
)
SCREEN = ("/api/buildings/", "/api/incidents/?limit=100", "/ogc/collections/buildings/items?limit=100")


@pytest.fixture
def community(laws: None) -> Division:
    found = community_of("AB")
    factories.building(at(0.5, 0.5), address="人民路1号", community=found)
    return found


@pytest.fixture
def collector(client: Client, community: Division) -> Client:
    client.force_login(factories.user("li", role=Role.COLLECTOR, area=community))
    return client


@pytest.fixture
def analyst(client: Client, community: Division) -> Client:
    client.force_login(factories.user("chen", role=Role.ANALYST, area=community))
    return client


@pytest.mark.parametrize("door", BULK)
def test_a_bulk_door_asks_for_the_permission(collector: Client, door: str) -> None:
    answer = collector.get(door)
    assert (answer.status_code, answer.json()["code"]) == (403, "export_not_permitted")


@pytest.mark.parametrize("door", BULK)
def test_who_may_export_is_let_in(analyst: Client, door: str) -> None:
    assert analyst.get(door).status_code == 200


@pytest.mark.parametrize("door", SCREEN)
def test_what_a_screen_shows_is_read(collector: Client, door: str) -> None:
    assert collector.get(door).status_code == 200


def test_a_page_without_a_limit_is_as_long_as_a_screen(collector: Client, community: Division) -> None:
    for number in range(101):
        factories.building(at(0.5, 0.5), name=str(number), community=community)
    page = b"".join(collector.get("/ogc/collections/building_points/items").streaming_content)
    assert b'"numberReturned":100' in page


def test_files_are_geocoded_for_who_may_export(collector: Client) -> None:
    for door in ("/geocode/search/csv/", "/geocode/reverse/csv/", "/geocode/search/csv/jobs/"):
        assert collector.post(door, b"address\nA\n", content_type="text/csv").status_code == 403


@pytest.fixture
def redraw(community: Division) -> Redraw:
    found = Redraw.objects.create(title="调整", author=factories.user("author"))
    found.communities.add(community)
    return found


@pytest.mark.parametrize("file", ["package/", "moves/?format=csv"])
def test_a_file_of_a_redraw_asks_for_the_permission(collector: Client, redraw: Redraw, file: str) -> None:
    answer = collector.get(f"/api/redraws/{redraw.pk}/{file}")
    assert (answer.status_code, answer.json()["code"]) == (403, "export_not_permitted")


@pytest.mark.parametrize("file", ["package/", "moves/?format=csv"])
def test_who_may_export_takes_a_file_of_a_redraw(analyst: Client, redraw: Redraw, file: str) -> None:
    answer = analyst.get(f"/api/redraws/{redraw.pk}/{file}")
    assert (answer.status_code, bool(answer.getvalue())) == (200, True)


def test_what_a_redraw_moves_is_read_on_a_screen(collector: Client, redraw: Redraw) -> None:
    assert collector.get(f"/api/redraws/{redraw.pk}/moves/").status_code == 200


@pytest.fixture
def exports_elsewhere(client: Client, community: Division) -> Client:
    """The browser of a collector here who is an analyst next door."""
    elsewhere = factories.division("440310001009")
    user = factories.user("zhao", role=Role.COLLECTOR, area=community)
    user.grants.create(role=Role.ANALYST, area=elsewhere)
    client.force_login(user)
    return client


def test_a_right_elsewhere_is_none_here(exports_elsewhere: Client) -> None:
    assert exports_elsewhere.get(BULK[0]).status_code == 403


def test_who_exports_a_district_exports_its_communities(client: Client) -> None:
    district = factories.division("440310", level="district")
    user = factories.user("zhao", role=Role.ANALYST, area=district)
    user.grants.create(role=Role.COLLECTOR, area=factories.division("440310001009", parent=district))
    client.force_login(user)
    assert client.get(BULK[0]).status_code == 200


@pytest.mark.parametrize("door", ["/geocode/search/csv/", "/geocode/reverse/csv/", "/geocode/search/csv/jobs/"])
def test_a_right_elsewhere_geocodes_no_file_here(exports_elsewhere: Client, door: str) -> None:
    answer = exports_elsewhere.post(door, b"address\nA\n", content_type="text/csv")
    assert (answer.status_code, answer.json()["code"]) == (403, "export_not_permitted")

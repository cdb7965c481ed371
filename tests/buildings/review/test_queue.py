"""Rows of registers in doubt wait for a person, whose decision holds for the same text from then on."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from buildings.models import Address, Building, Entrance, Household, ReviewItem, Unit
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
HEADER = "address,unit,head_name,phone,residents"
SURE = "人民路1号幸福花园1栋,301,王某,13800001234,3"
NICKNAME = "老王头那栋楼,301,李某,13900001234,2"


@pytest.fixture
def community(laws: None) -> Division:
    return community_of("AB")


@pytest.fixture
def house(community: Division) -> Building:
    return factories.building(at(0.5, 0.5), address="人民路1号幸福花园1栋", community=community)


@pytest.fixture
def sibling(community: Division) -> Building:
    return factories.building(at(0.7, 0.5), address="人民路1号幸福花园3栋", community=community)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., str]:
    """Load lines as households (or as the register that the command loads); returns what the command said."""

    def run(*lines: str, header: str = HEADER, command: str = "import_households") -> str:
        path = tmp_path / "rows.csv"
        path.write_text("\n".join((header, *lines)) + "\n")
        out = StringIO()
        options = ["--make-units"] if command == "import_households" else []
        call_command(command, str(path), "--source=民政", "--crs=EPSG:4547", *options, stdout=out)
        return out.getvalue().strip()

    return run


@pytest.fixture
def supervisor(client: Client, community: Division) -> Client:
    client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=community))
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(factories.administrator())
    return client


def decide(client: Client, item: ReviewItem, body: dict[str, Any], status: int = 200) -> Any:
    response = client.post(f"/api/reviews/{item.pk}/decide/", body, content_type="application/json")
    assert response.status_code == status, response.content.decode()
    return response.json()


def test_a_sure_address_loads_the_household_at_once(load: Callable[..., str], house: Building) -> None:
    assert load(SURE).startswith("read 1, begun 1")
    assert Household.objects.get().unit.building == house
    assert ReviewItem.objects.count() == 0


def test_an_address_alone_may_tell_the_unit(load: Callable[..., str], house: Building) -> None:
    unit = Unit.objects.create(building=house, number="301", floor=3, valid=since(LONG_AGO))
    load("人民路1号幸福花园1栋301,,王某,138,3")
    assert Household.objects.get().unit == unit


def test_what_is_not_found_waits_with_its_reason(load: Callable[..., str], house: Building) -> None:
    assert load(SURE, NICKNAME).startswith("read 2, begun 1")
    item = ReviewItem.objects.get()
    assert (item.reason, item.text, item.row_number, item.source) == ("unmatched", "老王头那栋楼", 2, "民政")


def test_what_is_ambiguous_waits_with_its_candidates(
    load: Callable[..., str], supervisor: Client, house: Building, sibling: Building
) -> None:
    load("人民路1号,301,李某,13900001234,2")
    [row] = supervisor.get("/api/reviews/?status=open").json()["results"]
    assert row["reason"] in {"ambiguous", "too_coarse"}
    assert {one["id"] for one in row["candidates"]} == {house.pk, sibling.pk}
    assert row["candidates"][0]["reasons"]
    assert row["community"] == "440310001001"


def test_the_same_file_again_asks_once(load: Callable[..., str], house: Building) -> None:
    load(NICKNAME)
    load(NICKNAME)
    assert ReviewItem.objects.count() == 1


def test_a_decision_loads_the_household_and_the_same_text_matches_from_then_on(
    load: Callable[..., str], administrator: Client, house: Building
) -> None:
    load(NICKNAME)
    body = {"target": {"type": "building", "id": house.pk}, "comment": "问过老王", "make_unit": True}
    answer = decide(administrator, ReviewItem.objects.get(), body)
    assert (answer["status"], answer["target"], answer["loaded"]) == (
        "decided",
        {"type": "building", "id": house.pk},
        True,
    )
    assert Household.objects.at().get().head_name == "李某"
    assert Address.objects.get(source="review", kind="alternate").text == "老王头那栋楼"
    assert load(NICKNAME.replace("李某", "赵某")).startswith("read 1, begun 1")
    found = administrator.get("/geocode/search?q=老王头那栋楼&format=geocodejson").json()["features"]
    assert len(found) == 1


def test_open_rows_that_say_the_same_are_decided_alike(
    load: Callable[..., str], administrator: Client, house: Building
) -> None:
    load(NICKNAME, NICKNAME.replace("李某", "赵某"))
    body = {"target": {"type": "building", "id": house.pk}, "make_unit": True}
    decide(administrator, ReviewItem.objects.order_by("pk")[0], body)
    assert set(ReviewItem.objects.values_list("status", flat=True)) == {"decided"}
    assert Household.objects.count() == 2


def test_a_unit_may_be_what_is_meant(load: Callable[..., str], administrator: Client, house: Building) -> None:
    stair = Entrance.objects.create(building=house, name="1单元", valid=since(LONG_AGO))
    unit = Unit.objects.create(building=house, entrance=stair, number="101", valid=since(LONG_AGO))
    load("老王头家,,李某,139,2")
    decide(administrator, ReviewItem.objects.get(), {"target": {"type": "unit", "id": unit.pk}})
    assert Household.objects.get().unit == unit


def test_a_row_may_be_dismissed_and_stays_so(load: Callable[..., str], administrator: Client, house: Building) -> None:
    load(NICKNAME)
    decide(administrator, ReviewItem.objects.get(), {"dismiss": "查无此处"})
    load(NICKNAME)
    [row] = administrator.get("/api/reviews/").json()["results"]
    assert (row["status"], row["comment"], row["decided_by"]) == ("dismissed", "查无此处", "admin")


def test_what_is_decided_is_decided(load: Callable[..., str], administrator: Client, house: Building) -> None:
    load(NICKNAME)
    item = ReviewItem.objects.get()
    decide(administrator, item, {"dismiss": "查无此处"})
    problem = decide(administrator, item, {"target": {"type": "building", "id": house.pk}}, 409)
    assert problem["code"] == "already_decided"
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewItem.objects.update(comment="别的")


@pytest.mark.parametrize("body", [{}, {"dismiss": "x", "target": {"type": "unit", "id": 1}}, {"target": 7}, {"x": 1}])
def test_half_a_decision_is_refused(
    load: Callable[..., str], administrator: Client, house: Building, body: dict[str, Any]
) -> None:
    load(NICKNAME)
    assert decide(administrator, ReviewItem.objects.get(), body, 400)["code"] == "invalid"


def test_an_unknown_target_is_not_found(load: Callable[..., str], administrator: Client, house: Building) -> None:
    load(NICKNAME)
    decide(administrator, ReviewItem.objects.get(), {"target": {"type": "building", "id": 999_999}}, 404)


class TestWhoSees:
    """The row of an ambiguous household is in the community of its candidates."""

    @pytest.fixture(autouse=True)
    def _waiting(self, load: Callable[..., str], house: Building, sibling: Building) -> None:
        load("人民路1号,301,李某,13900001234,2", NICKNAME)

    def test_a_supervisor_sees_her_communitys_rows_and_the_read_is_recorded(self, supervisor: Client) -> None:
        [row] = supervisor.get("/api/reviews/").json()["results"]
        assert (row["row"]["head_name"], row["masked"]) == ("李某", False)
        assert PersonalDataRead.objects.get().row_ids == [row["id"]]

    def test_a_supervisor_elsewhere_sees_nothing(self, client: Client) -> None:
        elsewhere = factories.division("440310001009")
        client.force_login(factories.user("zhao", role=Role.SUPERVISOR, area=elsewhere))
        assert client.get("/api/reviews/").json()["results"] == []
        assert client.get(f"/api/reviews/{ReviewItem.objects.order_by('pk')[0].pk}/").status_code == 404

    def test_an_analyst_has_no_business_here(self, client: Client, community: Division) -> None:
        client.force_login(factories.user("analyst", role=Role.ANALYST, area=community))
        assert client.get("/api/reviews/").status_code == 403

    def test_rows_of_no_community_wait_for_the_administrator(self, administrator: Client) -> None:
        assert len(administrator.get("/api/reviews/?reason=unmatched").json()["results"]) == 1

    def test_the_admin_site_does_not_show_whom_a_row_is_about(self, administrator: Client) -> None:
        page = administrator.get(f"/admin/buildings/reviewitem/{ReviewItem.objects.order_by('pk')[0].pk}/change/")
        assert page.status_code == 200
        assert "李某" not in page.content.decode()


class TestBuildings:
    """A building register without coordinates is about buildings that are known."""

    def test_a_row_tells_more_of_the_building_that_its_address_means(
        self, load: Callable[..., str], house: Building
    ) -> None:
        load("x1,人民路1号幸福花园1栋,12", header="id,address,floors", command="import_buildings")
        assert Building.objects.get().floors == 12

    def test_a_row_in_doubt_waits_and_is_loaded_when_decided(
        self, load: Callable[..., str], administrator: Client, house: Building
    ) -> None:
        load("x1,老王头那栋楼,12", header="id,address,floors", command="import_buildings")
        decide(administrator, ReviewItem.objects.get(), {"target": {"type": "building", "id": house.pk}})
        assert Building.objects.get().floors == 12

    def test_a_row_of_the_same_register_is_about_a_neighbour(self, load: Callable[..., str], house: Building) -> None:
        Building.objects.update(source="民政", source_ref="x1")
        load("x2,人民路1号幸福花园1栋,12", header="id,address,floors", command="import_buildings")
        assert Building.objects.get().floors is None
        assert ReviewItem.objects.get().reason == "unsure"

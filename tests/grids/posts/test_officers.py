"""Officers: who sees them, what is masked, how much each one carries."""

from django.test import Client

from buildings.services import assign_buildings
from gisserver.common.access.models import PersonalDataRead
from gisserver.common.access.roles import Role
from gisserver.common.models import RowHistory
from grids.models import Division
from tests.factories import at, building, division, drawn, grid
from tests.redrawing import check_constraints, send, signed_in
from tests.staff import appointed


def test_a_phone_is_masked_without_permission(supervisor: Client, community: Division, chen: int) -> None:
    reader = signed_in("he", Role.COLLECTOR, community)
    answer = reader.get(f"/api/officers/{chen}/").json()
    assert (answer["phone"], answer["masked"]) == ("138******34", True)
    assert "13800001234" not in reader.get("/api/officers/").content.decode()


def test_an_unmasked_phone_is_recorded_as_read(supervisor: Client, chen: int) -> None:
    assert supervisor.get(f"/api/officers/{chen}/").json()["phone"] == "13800001234"
    assert PersonalDataRead.objects.get().row_ids == [chen]


def test_officers_of_another_community_are_not_seen(supervisor: Client, chen: int) -> None:
    far_away = drawn("____X")["X"]
    elsewhere = division("440310001002", geometry=far_away)
    grid("X", far_away, elsewhere)
    check_constraints()
    stranger = signed_in("li", Role.SUPERVISOR, elsewhere)
    assert stranger.get("/api/officers/").json()["results"] == []
    assert stranger.get(f"/api/officers/{chen}/").status_code == 404
    assert appointed(stranger, chen, "A", expect=404)["code"] == "no_such_grid"


def test_a_collector_appoints_nobody(community: Division, chen: int) -> None:
    collector = signed_in("he", Role.COLLECTOR, community)
    assert appointed(collector, chen, expect=403)["code"] == "forbidden"


def test_the_load_of_an_officer_is_the_sum_of_the_grids(supervisor: Client, community: Division, chen: int) -> None:
    building(at(0.5, 0.5), community=community)
    building(at(2.5, 0.5), community=community)
    assign_buildings()
    appointed(supervisor, chen)
    appointed(supervisor, chen, "B", role="deputy")
    workload = supervisor.get(f"/api/officers/{chen}/").json()["workload"]
    assert workload["grids"] == {"A": "main", "B": "deputy"}
    assert workload["load"]["buildings"] == 2


def test_two_officers_of_a_division_have_two_staff_numbers(supervisor: Client) -> None:
    body = {"division": "440310001001", "name": "周宁", "staff_number": "007"}
    send(supervisor, "/api/officers/", body)
    assert send(supervisor, "/api/officers/", body, expect=409)["code"] == "staff_number_taken"


def test_what_was_said_of_an_officer_is_kept(supervisor: Client, chen: int) -> None:
    answer = supervisor.patch(f"/api/officers/{chen}/", {"team": "一队"}, content_type="application/json").json()
    assert answer["team"] == "一队"
    assert RowHistory.objects.get(table_name="grids_officer", row_id=chen).row["team_id"] is None

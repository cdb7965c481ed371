"""Between the publishing of a plan and its moment the world goes on: things are built, happen, move and end."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from buildings.lifecycle.act import Order
from buildings.lifecycle.events.demolish import demolish_building
from buildings.models import Building, BuildingAssignment
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from incidents.models import Assignment, Incident
from incidents.services import reassign_open_incidents
from tests.assets import build, cases, happen, houses
from tests.factories import at, lonlat, user
from tests.redrawing import COMMUNITY, Draft, opened, signed_in
from tests.scheduling import cut_a, planned

pytestmark = pytest.mark.usefixtures("laws")


def test_what_is_recorded_has_the_grid_of_now_and_of_then(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    places = [at(0.5, 0.5), at(2.5, 0.5)]
    built, happened = build(*places), happen(*places)
    assert houses(built) == cases(happened) == ["A", "B"]
    assert houses(built, tomorrow) == cases(happened, tomorrow) == ["B", "B"]
    assert BuildingAssignment.objects.filter(building_id=built[1]).count() == 1


def test_a_report_is_answered_with_the_grid_of_now(
    draft: Draft, reviewer: Client, community: Division, tomorrow: datetime
) -> None:
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    happen(at(3.5, 0.5))
    collector = signed_in("chen", Role.COLLECTOR, community)
    lon, lat = lonlat(at(0.5, 0.5))
    body = {"type": "A", "occurred_at": timezone.now().isoformat(), "lon": lon, "lat": lat, "crs": "wgs84"}
    answer = collector.post("/api/incidents/", body, content_type="application/json").json()
    assert answer["assignment"]["grid"] == "A"
    assert cases([answer["id"]], tomorrow) == ["B"]


def test_closed_incidents_have_no_future(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    [case] = happen(at(0.5, 0.5), status="closed")
    assert Assignment.objects.filter(incident_id=case).count() == 1


def test_a_building_that_moves_leaves_its_plans_behind(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    """West of the planned cut it goes to one grid, east of it to the other, in B to none."""
    [house] = build(at(0.5, 0.5))
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    there = houses([house], tomorrow)
    for place, now in ((at(1.5, 0.5), "A"), (at(2.5, 0.5), "B"), (at(0.5, 0.5), "A")):
        Building.objects.filter(pk=house).update(location=place)
        assign_buildings(ids=[house])
        assert houses([house]) == [now]
    assert houses([house], tomorrow) == there
    Building.objects.filter(pk=house).update(location=at(1.5, 0.5))
    assign_buildings(ids=[house])
    assert {*houses([house], tomorrow), *there} == {"A", "N"}


def test_to_ask_again_changes_nothing(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    build(at(0.5, 0.5), at(1.5, 0.5), at(3.5, 0.5))
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    assert assign_buildings() == 0


def test_a_building_that_begins_after_the_moment_has_the_grid_of_then(
    draft: Draft, reviewer: Client, tomorrow: datetime, later: datetime
) -> None:
    house = Building.objects.create(location=at(0.5, 0.5), valid=since(later)).pk
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    assign_buildings(ids=[house])
    assert houses([house], later) == ["B"]
    assert BuildingAssignment.objects.filter(building_id=house).count() == 1


def test_what_is_closed_before_the_moment_does_not_change_hands(
    draft: Draft, reviewer: Client, tomorrow: datetime
) -> None:
    [closed, open_] = happen(at(0.5, 0.5), at(0.6, 0.5))
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    [receipt] = Assignment.objects.at().filter(incident_id=closed)
    Incident.objects.filter(pk=closed).update(status="resolved")
    assert cases([open_], tomorrow) == ["B"]
    assert list(Assignment.objects.at(tomorrow).filter(incident_id=closed)) == [receipt]
    assert Assignment.objects.filter(incident_id=closed, valid__isempty=True).count() == 1


def test_from_one_open_status_to_another_the_plan_stays(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    [case] = happen(at(0.5, 0.5))
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    Incident.objects.filter(pk=case).update(status="in_progress")
    assert (cases([case]), cases([case], tomorrow)) == (["A"], ["B"])


def test_a_closed_one_has_no_plan_after_two_of_them_either(
    supervisor: Client, reviewer: Client, tomorrow: datetime, later: datetime
) -> None:
    [case] = happen(at(0.5, 0.5))
    plan = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    back = opened(supervisor, plan.step("reverse", reason="居民反对", expect=201)["id"])
    back.approved(reviewer).step("publish", effective_at=later.isoformat())
    Incident.objects.filter(pk=case).update(status="closed")
    assert Assignment.objects.exclude(valid__isempty=True).get(incident_id=case).valid.upper is None


def test_what_is_opened_again_has_the_plan_again(draft: Draft, reviewer: Client, tomorrow: datetime) -> None:
    [case] = happen(at(0.5, 0.5))
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    for status in ("closed", "assigned"):
        Incident.objects.filter(pk=case).update(status=status)
    reassign_open_incidents(ids=[case])
    assert (cases([case]), cases([case], tomorrow)) == (["A"], ["B"])


def test_what_is_opened_again_goes_to_the_grid_that_is_there_now(draft: Draft, reviewer: Client) -> None:
    [case] = happen(at(0.5, 0.5), status="closed")
    draft.draw("merge", grids=["A", "B"], keep="B")
    draft.approved(reviewer).step("publish")
    Incident.objects.filter(pk=case).update(status="assigned")
    reassign_open_incidents(ids=[case])
    assert cases([case]) == ["B"]


def test_an_incident_that_is_placed_elsewhere_leaves_its_plans_behind(
    draft: Draft, reviewer: Client, tomorrow: datetime
) -> None:
    [case] = happen(at(0.5, 0.5))
    planned(draft, reviewer, tomorrow, "split", **cut_a())
    Incident.objects.filter(pk=case).update(location=at(2.5, 0.5))
    reassign_open_incidents(ids=[case])
    assert (cases([case]), cases([case], tomorrow)) == (["B"], ["B"])


def test_a_plan_that_is_taken_back_leaves_what_was_closed_as_it_was(
    supervisor: Client, reviewer: Client, tomorrow: datetime
) -> None:
    [case] = happen(at(0.5, 0.5))
    plan = planned(Draft(supervisor, COMMUNITY), reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    Incident.objects.filter(pk=case).update(status="closed")
    back = opened(supervisor, plan.step("reverse", reason="居民反对", expect=201)["id"])
    back.approved(reviewer).step("publish", effective_at=tomorrow.isoformat())
    assert cases([case]) == cases([case], tomorrow) == ["A"]
    assert Assignment.objects.exclude(valid__isempty=True).filter(incident_id=case).count() == 1


def test_a_building_that_is_demolished_has_no_grid_at_the_moment(
    draft: Draft, reviewer: Client, tomorrow: datetime
) -> None:
    [house] = build(at(0.5, 0.5))
    planned(draft, reviewer, tomorrow, "merge", grids=["A", "B"], keep="B")
    demolish_building(
        order=Order(user=user("registrar", everywhere=True, role=Role.ADMINISTRATOR), reason="拆除"), building_id=house
    )
    assert not BuildingAssignment.objects.at(tomorrow).filter(building_id=house).exists()

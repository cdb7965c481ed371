"""Which member of a report says where the incident is, in the order that the district has set for its type.

The community is "AB", two grids of 100 m; a house stands in each, the reports' points lie in A.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from buildings.models import BuildingCode, Unit, UnitCode
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from grids.models import Division, GridVersion
from incidents.models import Incident, IncidentType, PlacingOrder, RoadSide
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago, lonlat
from tests.redrawing import check_constraints, send, signed_in

HOUSE_IN_A, HOUSE_IN_B, FLAT_IN_B = "4403100010010000001", "4403100010010000002", "4403100010010000002000001"


@pytest.fixture
def community(laws: None) -> Division:
    factories.incident_type("A")
    made = community_of("AB")
    for code, column in ((HOUSE_IN_A, 0.5), (HOUSE_IN_B, 1.5)):
        house = factories.building(at(column, 0.5), community=made, address=f"深圳市坪山区人民路{int(column)}号")
        BuildingCode.objects.create(building=house, code=code, scheme="szbm", valid=since(LONG_AGO))
    flat = Unit.objects.create(building=house, number="101", valid=since(LONG_AGO))
    UnitCode.objects.create(unit=flat, code=FLAT_IN_B, scheme="szbm", valid=since(LONG_AGO))
    check_constraints()
    return made


@pytest.fixture
def phone(community: Division) -> Client:
    return signed_in("li", Role.COLLECTOR, community)


@pytest.fixture
def office(community: Division, admin_client: Client) -> Client:
    return admin_client


def report(client: Client, *, expect: int = 201, **members: Any) -> dict[str, Any]:
    body = {"type": "A", "occurred_at": hours_ago(1).isoformat(), **members}
    return send(client, "/api/incidents/", body, expect=expect)


def point(column: float = 0.5, row: float = 0.5) -> dict[str, Any]:
    lon, lat = lonlat(at(column, row))
    return {"lon": lon, "lat": lat, "crs": "wgs84"}


def order(client: Client, *members: str, expect: int = 201, **more: Any) -> dict[str, Any]:
    return send(client, "/api/incidents/placing/", {"members": members, "reason": "会议纪要", **more}, expect=expect)


def placed(answer: dict[str, Any]) -> tuple[str | None, str | None]:
    return answer["assignment"]["grid"], answer["assignment"]["placed_by"]


@pytest.mark.parametrize(
    ("said", "grid", "by"),
    [
        (point(), "A", "point"),
        ({**point(), "building": HOUSE_IN_B}, "B", "building"),
        ({**point(), "unit": FLAT_IN_B}, "B", "unit"),
        ({"unit": FLAT_IN_B, "building": HOUSE_IN_B}, "B", "unit"),
        ({**point(), "address": "深圳市坪山区人民路1号"}, "A", "point"),
        ({"address": "深圳市坪山区人民路1号"}, None, None),
        ({"community": "440310001001"}, None, None),
    ],
    ids=["a point", "a building", "a unit", "both", "an address beside a point", "an address alone", "a community"],
)
def test_without_an_order_codes_go_before_the_point_and_addresses_decide_nothing(
    phone: Client, said: dict[str, Any], grid: str | None, by: str | None
) -> None:
    answer = report(phone, **said)
    assert (placed(answer), answer["assignment"]["order"]) == ((grid, by), None)


def test_the_order_of_its_type_says_which_member_decides_and_the_receipt_names_the_version(
    phone: Client, office: Client
) -> None:
    version = order(office, "address", "point", type="A")["id"]
    answer = report(phone, **point(), address="深圳市坪山区人民路1号")
    assert (placed(answer), answer["assignment"]["order"]) == (("B", "address"), version)
    detail = phone.get(f"/api/incidents/{answer['id']}/").json()
    assert (detail["grid"], detail["placed_by"], detail["order"]) == ("B", "address", version)


def test_an_address_that_is_no_house_leaves_it_to_the_next_member(phone: Client, office: Client) -> None:
    order(office, "address", "point")
    assert placed(report(phone, **point(), address="火星大道3号")) == ("A", "point")


def test_an_order_holds_for_the_types_below_unless_they_have_their_own(phone: Client, office: Client) -> None:
    above = IncidentType.objects.get(code="A")
    for code in ("A1", "A2"):
        IncidentType.objects.create(code=code, name=code, parent=above, valid=since(LONG_AGO))
    order(office, "point", "building", type="A")
    order(office, "building", "point", type="A2")
    said = {**point(), "building": HOUSE_IN_B}
    assert [placed(report(phone, **said, type=code))[0] for code in ("A1", "A2")] == ["A", "B"]


def test_what_was_placed_stays_when_the_order_changes(phone: Client, office: Client) -> None:
    said = {**point(), "building": HOUSE_IN_B}
    before = report(phone, **said)["id"]
    order(office, "point")
    after = report(phone, **said)["id"]
    found = [phone.get(f"/api/incidents/{each}/").json() for each in (before, after)]
    assert [(each["grid"], each["placed_by"]) for each in found] == [("B", "building"), ("A", "point")]
    call_command("check_receipts", verbosity=0)


def test_an_order_begins_at_its_moment_and_never_in_the_past(phone: Client, office: Client) -> None:
    tomorrow = database_now() + timedelta(days=1)
    order(office, "point", effective_at=tomorrow.isoformat())
    assert placed(report(phone, **point(), building=HOUSE_IN_B)) == ("B", "building")
    past = order(office, "point", effective_at=hours_ago(1).isoformat(), expect=422)
    assert past["code"] == "effective_in_past"
    assert order(office, "point", expect=400)["code"] == "planned_later"


@pytest.mark.parametrize("members", [("point", "point"), ("moon",), ()])
def test_an_order_names_known_members_once(office: Client, members: tuple[str, ...]) -> None:
    assert order(office, *members, expect=400)["status"] == 400


def test_only_who_administers_the_whole_deployment_sets_an_order(community: Division) -> None:
    order(signed_in("wang", Role.SUPERVISOR, community), "point", expect=403)
    order(signed_in("zhou", Role.ADMINISTRATOR, community), "point", expect=403)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"building": "9"}, "unknown_building"),
        ({"unit": "9"}, "unknown_unit"),
        ({"community": "9"}, "unknown_community"),
        ({"unit": FLAT_IN_B, "building": HOUSE_IN_A}, "unit_elsewhere"),
        ({"building": "4.4031E+18"}, "invalid"),
    ],
)
def test_a_code_that_means_nothing_is_refused(phone: Client, said: dict[str, Any], code: str) -> None:
    assert report(phone, **point(), **said, expect=400)["code"] == code


def test_a_house_of_another_area_is_as_unknown_as_none(community: Division) -> None:
    elsewhere = signed_in("zhao", Role.COLLECTOR, factories.division("440310001002"))
    known, none = (report(elsewhere, building=code, expect=400) for code in (HOUSE_IN_A, HOUSE_IN_A[:-1] + "9"))
    assert (known["code"], none["code"]) == ("unknown_building", "unknown_building")


def test_a_road_along_a_border_is_one_side_s(phone: Client, office: Client) -> None:
    #   A |road of B| B     10 m of A belong to B
    road = {"grid": "B", "other": "A", "width_m": 10, "reason": "道路中心线"}
    send(office, "/api/incidents/roads/", road)
    assert report(phone, **point(0.95))["assignment"]["rule"] == "inside"
    order(office, "point", road_side=True)
    on_it, beside = (report(phone, **point(column))["assignment"] for column in (0.95, 0.85))
    assert (on_it["grid"], on_it["rule"], on_it["margin_m"]) == ("B", "road_side", pytest.approx(5, abs=0.01))
    assert (beside["grid"], beside["rule"]) == ("A", "inside")
    call_command("check_receipts", verbosity=0)


def test_no_road_is_set_for_a_day_on_which_its_grids_are_gone(office: Client) -> None:
    tomorrow = database_now() + timedelta(days=1)
    GridVersion.objects.update(valid=(LONG_AGO, tomorrow))
    road = {"grid": "B", "other": "A", "width_m": 10, "reason": "道路中心线"}
    later = (tomorrow + timedelta(days=1)).isoformat()
    assert send(office, "/api/incidents/roads/", {**road, "effective_at": later}, expect=404)["code"] == "no_such_grid"
    assert not RoadSide.objects.exists()


def test_whose_road_it_is_is_for_who_reviews_both_sides(phone: Client, community: Division) -> None:
    road = {"grid": "B", "other": "A", "width_m": 10, "reason": "道路中心线"}
    send(phone, "/api/incidents/roads/", road, expect=403)
    send(signed_in("zhao", Role.REVIEWER, community), "/api/incidents/roads/", road)
    assert [each["other"] for each in phone.get("/api/incidents/roads/").json()["results"]] == ["A"]


def test_near_a_border_the_answer_names_the_grid_beyond_and_always_the_officer(phone: Client, office: Client) -> None:
    from tests.staff import appointed, joined

    appointed(office, joined(office, "陈静"), "A")
    near, far = (report(phone, **point(column))["assignment"] for column in (0.9, 0.5))
    assert (near["runner_up"], near["officer"]) == (
        {"grid": "B", "distance_m": pytest.approx(10, abs=0.01)}, "陈静",
    )  # fmt: skip
    assert (far["runner_up"], far["officer"]) == (None, "陈静")


@pytest.mark.parametrize(
    "change", [{"placed_by": "unit", "location": at(0, 0)}, {"placed_by": "address"}, {"placed_by": "moon"}]
)
def test_the_database_refuses_a_place_said_by_nothing(community: Division, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="incidents_incident_placed_by"), transaction.atomic():
        Incident.objects.create(
            occurred_at=hours_ago(1), type=IncidentType.objects.get(), declared_crs="wgs84", status="closed", **change
        )


def test_the_database_refuses_to_rewrite_an_order(office: Client) -> None:
    order(office, "point")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlacingOrder.objects.update(members=["building"])

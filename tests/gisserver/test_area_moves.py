"""When an area goes to another community, all that stands in it goes along, at every door (law 7)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import shapely
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from buildings.models import Building, BuildingCode, Doubt, Entrance, Household, ReviewItem, Unit
from buildings.moves import building_lines, unit_lines
from buildings.services import assign_buildings
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from grids.asset_registry import Page
from grids.models import Division, DivisionVersion
from grids.tasks import take_effect
from incidents.models import Incident
from incidents.moves import incident_lines
from incidents.reported import as_reported
from incidents.services import record_incidents
from tests import factories
from tests.factories import LONG_AGO, at, community_of, drawn, hours_ago, lonlat

BEFORE, AFTER = "440310001001", "440310001002"
LISTS = ["buildings", "units", "households", "incidents"]
COLLECTIONS = ["buildings", "building_points", "entrances", "units", "incidents"]


def furnished(community: Division | None) -> Building:
    """A house with a flat, a family and a code in the area that moves, and an incident and a row in doubt there."""
    house = factories.building(at(1.5, 0.5), name="甲楼", address="人民路1号甲楼", community=community)
    stair = Entrance.objects.create(building=house, name="1单元", location=at(1.5, 0.5), valid=since(LONG_AGO))
    flat = Unit.objects.create(building=house, entrance=stair, number="101", valid=since(LONG_AGO))
    Household.objects.create(unit=flat, head_name="张三丰", valid=since(LONG_AGO))
    BuildingCode.objects.create(building=house, code="1001", scheme="sz19", valid=since(LONG_AGO))
    assign_buildings()
    ReviewItem.objects.create(
        register="households",
        run="r",
        row_number=1,
        text="人民路1号",
        normalized="人民路1号",
        digest="1",
        row={},
        reason=Doubt.AMBIGUOUS,
        candidates=[{"building": house.pk}],
        community=community,
    )
    factories.incident_type()
    lon, lat = lonlat(at(1.5, 0.5))
    moments = {"occurred_at": hours_ago(3), "now": hours_ago(2)}
    record_incidents([as_reported(type="A", lon=lon, lat=lat, crs="wgs84", **moments)])
    return house


def written(path: Path, shapes: dict[str, shapely.Geometry], of: dict[str, str]) -> str:
    features = [
        {"type": "Feature", "properties": {"code": code, "of": of[code]}, "geometry": json.loads(shapely.to_geojson(s))}
        for code, s in shapes.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(path)


@pytest.fixture
def house(laws: None, tmp_path: Path) -> Building:
    """Two grids of one community; an import gives the second of them, with the house, to another."""
    house = furnished(community_of("AB", code=BEFORE))
    factories.division(AFTER)
    shapes = drawn("AE")
    path = written(tmp_path / "split.geojson", shapes, {"A": BEFORE, "E": AFTER})
    call_command("import_grids", path, "--crs=EPSG:4547", "--map=community=of", "--reframe", verbosity=0)
    return house


def browser(name: str, code: str) -> Client:
    client = Client()
    area = DivisionVersion.objects.at().get(code=code).division
    client.force_login(factories.user(name, role=Role.SUPERVISOR, area=area))
    return client


@pytest.fixture
def former(house: Building) -> Client:
    """The browser of the supervisor who has lost the area."""
    return browser("li", BEFORE)


@pytest.fixture
def present(house: Building) -> Client:
    """The browser of the supervisor who has it now."""
    return browser("wang", AFTER)


@pytest.fixture
def then() -> str:
    """The query for a moment before the area moved."""
    return "at=" + quote(hours_ago(1).isoformat())


def features(client: Client, collection: str, moment: str = "") -> int:
    page = client.get(f"/ogc/collections/{collection}/items?{moment}")
    return b"".join(page.streaming_content).count(b'"type":"Feature"')


@pytest.mark.parametrize("door", [*LISTS, "reviews"])
def test_the_present_supervisor_finds_it_in_each_list(present: Client, door: str) -> None:
    assert len(present.get(f"/api/{door}/").json()["results"]) == 1


@pytest.mark.parametrize("door", [*LISTS, "reviews"])
def test_the_former_supervisor_finds_it_in_none(former: Client, door: str) -> None:
    assert former.get(f"/api/{door}/").json()["results"] == []


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_present_supervisor_finds_it_in_each_collection(present: Client, collection: str) -> None:
    assert features(present, collection) == 1


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_former_supervisor_finds_it_in_no_collection(former: Client, collection: str) -> None:
    assert features(former, collection) == 0


@pytest.mark.parametrize("path", ["buildings/{}/", "buildings/{}/history/", "codes/1001"])
def test_one_is_shown_it_and_the_other_is_not(house: Building, former: Client, present: Client, path: str) -> None:
    statuses = [client.get(f"/api/{path.format(house.pk)}").status_code for client in (former, present)]
    assert statuses == [404, 200]


def test_search_finds_it_for_one_and_not_for_the_other(former: Client, present: Client) -> None:
    found = [len(c.get("/geocode/search", {"q": "人民路1号甲楼"}).json()["features"]) for c in (former, present)]
    assert found == [0, 1]


def test_the_present_supervisor_may_change_it(house: Building, present: Client) -> None:
    body = json.dumps({"name": "乙楼", "reason": "更名"})
    answer = present.patch(f"/api/buildings/{house.pk}/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("door", LISTS)
def test_the_moment_before_is_told_to_whom_it_belonged_then(
    former: Client, present: Client, then: str, door: str
) -> None:
    found = [len(client.get(f"/api/{door}/?{then}").json()["results"]) for client in (former, present)]
    assert found == [1, 0]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_collection_tells_the_moment_before_to_whom_it_belonged_then(
    former: Client, present: Client, then: str, collection: str
) -> None:
    assert [features(client, collection, then) for client in (former, present)] == [1, 0]


def test_an_incident_is_told_with_the_community_of_then(former: Client, then: str) -> None:
    assert former.get(f"/api/incidents/?{then}").json()["results"][0]["community"] == BEFORE


def test_an_incident_shows_no_receipt_of_a_grid_that_the_reader_may_not_see(present: Client) -> None:
    incident = present.get(f"/api/incidents/{Incident.objects.get().pk}/").json()
    assert [receipt["grid"] for receipt in incident["assignments"]] == ["E"]


def found_by(client: Client, path: str) -> int:
    """Return how many things an answer of the geocoder, or about a code or an address, tells of."""
    answer = client.get(path).json()
    return len(answer.get("meanings", answer.get("features", [])))


@pytest.mark.parametrize(
    "path",
    [
        "/geocode/search?q=人民路1号甲楼",
        "/geocode/autocomplete?q=人民路1号甲",
        "/api/codes/1001?",
        "/api/addresses/?text=人民路1号甲楼",
    ],
)
def test_a_question_about_the_moment_before_is_answered_to_whom_it_belonged_then(
    former: Client, present: Client, then: str, path: str
) -> None:
    assert [found_by(client, f"{path}&{then}") for client in (former, present)] == [1, 0]


def test_what_stood_at_a_place_before_is_told_to_whom_it_belonged_then(
    former: Client, present: Client, then: str
) -> None:
    lon, lat = lonlat(at(1.5, 0.5))
    answers = [
        client.get(f"/geocode/reverse?lon={lon}&lat={lat}&{then}").content.decode() for client in (former, present)
    ]
    assert ["1001" in text for text in answers] == [True, False]


@pytest.mark.parametrize("lines", [building_lines, unit_lines, incident_lines])
def test_a_list_of_what_a_redraw_moved_is_told_to_whom_it_belonged_then(
    house: Building, former: Client, present: Client, lines: Any
) -> None:
    carriers = [house.pk, *Incident.objects.values_list("pk", flat=True)]
    page = Page(carriers, 0, 10, hours_ago(1))
    people = [User.objects.get(username=name) for name in ("li", "wang")]
    assert [len(lines(person, page)) for person in people] == [1, 0]


def test_a_code_of_what_is_anothers_now_is_told_without_what_became_of_it(former: Client, then: str) -> None:
    [meaning] = former.get(f"/api/codes/1001?{then}").json()["meanings"]
    assert (meaning["status"], meaning["current_code"], meaning["successors"]) == ("moved", None, [])


def test_codes_issued_since_are_no_part_of_the_moment_before(house: Building, former: Client, then: str) -> None:
    BuildingCode.objects.filter(building=house).end()
    BuildingCode.objects.create(building=house, code="2002", scheme="sz19", valid=since(database_now()))
    assert [code["code"] for code in former.get(f"/api/buildings/{house.pk}/?{then}").json()["codes"]] == ["1001"]


def test_a_house_of_the_moment_before_names_its_community_of_then(house: Building, former: Client, then: str) -> None:
    community = former.get(f"/api/buildings/{house.pk}/?{then}").json()["community"]
    assert (community, len(former.get(f"/api/buildings/?community={BEFORE}&{then}").json()["results"])) == (BEFORE, 1)


def test_personal_data_of_anothers_time_is_masked(present: Client, then: str) -> None:
    area = DivisionVersion.objects.at().get(code=BEFORE).division
    Grant.objects.create(user=User.objects.get(username="wang"), role=Role.COLLECTOR, area=area)
    masked = [present.get(f"/api/households/?{moment}").json()["results"][0]["masked"] for moment in ("", then)]
    assert masked == [False, True]


@pytest.mark.parametrize("door", ["buildings", "units", "households"])
def test_before_a_house_moved_it_is_told_with_all_in_it_to_whom_it_belonged_then(
    house: Building, former: Client, present: Client, admin_client: Client, door: str
) -> None:
    before = "at=" + quote(database_now().isoformat())
    body = json.dumps({"location": {"type": "Point", "coordinates": lonlat(at(0.5, 0.5))}, "reason": "测量"})
    answer = admin_client.patch(f"/api/buildings/{house.pk}/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found = [
        len(client.get(f"/api/{door}/?{moment}").json()["results"])
        for client in (former, present)
        for moment in (before, "")
    ]
    assert found == [0, 1, 1, 0]


def test_area_without_grids_moves_with_the_boundaries_of_communities(laws: None, tmp_path: Path) -> None:
    whole, parts = drawn("AA")["A"], drawn("AB")
    community = factories.division(BEFORE, geometry=whole)
    house = furnished(community)
    shapes = {BEFORE: parts["A"], AFTER: parts["B"]}
    path = written(tmp_path / "divisions.geojson", shapes, dict.fromkeys(shapes, ""))
    call_command("import_divisions", path, "--crs=EPSG:4547", "--level=community", verbosity=0)
    house.refresh_from_db()
    after = DivisionVersion.objects.at().get(code=AFTER).division
    assert {house.community, Incident.objects.get().community} == {after}


def test_a_planned_change_of_communities_is_told_again_at_its_moment(laws: None, tmp_path: Path) -> None:
    furnished(community_of("AB", code=BEFORE))
    factories.division(AFTER)
    path = written(tmp_path / "split.geojson", drawn("AE"), {"A": BEFORE, "E": AFTER})
    moment = database_now() + timedelta(days=1)
    planned = ["--crs=EPSG:4547", "--map=community=of", "--reframe", f"--effective-at={moment.isoformat()}"]
    call_command("import_grids", path, *planned, verbosity=0)
    reminder = ProcrastinateJob.objects.filter(task_name="grids.take_effect").latest("pk")
    assert (reminder.scheduled_at, bytes.fromhex(reminder.args["wkb"])[:1]) == (moment, b"\x01")


def test_an_import_that_is_repeated_gives_everything_the_community_of_its_area(house: Building) -> None:
    former = DivisionVersion.objects.at().get(code=BEFORE).division
    Building.objects.update(community=former)
    Incident.objects.update(community=former)
    take_effect(communities=[former.pk], wkb=shapely.to_wkb(drawn("AB")["B"]).hex())
    house.refresh_from_db()
    after = DivisionVersion.objects.at().get(code=AFTER).division
    assert {house.community, Incident.objects.get().community} == {after}

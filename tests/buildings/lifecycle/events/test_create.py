"""A new building: found at once, in its grid, with codes that nobody else gets."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from buildings.models import Building, BuildingCode, LifecycleEvent
from gisserver.common.access.roles import Role
from grids.models import Division
from tests import factories
from tests.buildings.lifecycle.conftest import Post, point, square
from tests.factories import at, hours_ago, lonlat

pytestmark = pytest.mark.usefixtures("laws", "community")

NEW = {"name": "和谐家园2栋", "kind": "residential", "floors": 6, "location": point(1.5, 0.5)}


def new_id(answer: dict) -> int:
    return next(e["id"] for e in answer["event"]["effects"] if (e["target"], e["role"]) == ("building", "begun"))


def test_a_new_building_has_its_grid_community_and_address(post: Post, get) -> None:
    answer = post("/api/buildings/", {**NEW, "address": "人民路2号", "reason": "竣工", "source": "规划局"})
    house = get(f"/api/buildings/{new_id(answer)}/")
    assert (house["grid"], house["community"], house["address"]) == ("B", "440310001001", "人民路2号")
    assert answer["event"]["kind"] == "create"
    assert (answer["event"]["author"], answer["event"]["reason"]) == ("wang", "竣工")


def test_a_new_building_is_found_by_the_next_search(post: Post, get) -> None:
    assert get("/geocode/search?q=和谐家园2栋&format=geocodejson")["features"] == []
    post("/api/buildings/", {**NEW, "address": "人民路2号和谐家园2栋"})
    [found] = get("/geocode/search?q=人民路2号和谐家园2栋&format=geocodejson")["features"]
    assert found["properties"]["geocoding"]["label"] == "人民路2号和谐家园2栋"


def test_a_building_may_come_with_all_that_is_in_it(post: Post, get) -> None:
    answer = post(
        "/api/buildings/",
        {
            **NEW,
            "entrances": [{"name": "1单元", "location": point(1.51, 0.5)}],
            "units": [{"number": "101", "floor": 1, "entrance": "1单元"}, {"number": "铺1", "floor": 1}],
        },
    )
    rows = get(f"/api/units/?building={new_id(answer)}")["results"]
    assert [(row["number"], row["entrance"], row["location_from"]) for row in rows] == [
        ("101", "1单元", "entrance"),
        ("铺1", None, "building"),
    ]


def test_the_next_free_code_is_issued(post: Post, get) -> None:
    codes = []
    for _ in range(2):
        answer = post("/api/buildings/", {**NEW, "issue_code": True})
        codes.append(get(f"/api/buildings/{new_id(answer)}/")["code"])
    assert codes == ["4403100010010B00001", "4403100010010B00002"]


def test_a_used_code_is_never_given_again(post: Post, house: Building) -> None:
    problem = post("/api/buildings/", {**NEW, "code": "1001"}, status=409)
    assert problem["code"] == "code_taken"
    assert Building.objects.count() == 1


def test_a_retry_makes_no_second_building(post: Post) -> None:
    first = post("/api/buildings/", NEW, **{"Idempotency-Key": "k1"})
    again = post("/api/buildings/", NEW, **{"Idempotency-Key": "k1"})
    assert first == again
    assert Building.objects.count() == 1


def test_coordinates_come_in_their_declared_crs(post: Post) -> None:
    place = at(1.5, 0.5)
    post("/api/buildings/", {**NEW, "location": {"type": "Point", "coordinates": place.coords}, "crs": "EPSG:4547"})
    assert Building.objects.get().location.equals_exact(place, 0.001)


def test_a_footprint_alone_gives_the_building_a_point_on_it(post: Post) -> None:
    post("/api/buildings/", {"name": "厂房", "footprint": square(0.2, 0.2)})
    row = Building.objects.get()
    assert row.footprint.contains(row.location)


def test_an_event_may_be_of_the_past_and_holds_since_then(post: Post, get) -> None:
    answer = post("/api/buildings/", {**NEW, "effective_at": hours_ago(48).isoformat()})
    path = f"/api/buildings/{new_id(answer)}/?at="
    assert get(path + hours_ago(24).isoformat().replace("+", "%2B"))["name"] == "和谐家园2栋"
    assert get(path + hours_ago(72).isoformat().replace("+", "%2B"))["code"] == "no_such_building"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"location": None}, 400, "no_place"),
        ({"location": {"type": "Point", "coordinates": [22.7, 114.3]}}, 422, "coordinate_axes_swapped"),
        ({"location": {"type": "Point", "coordinates": ["x", []]}}, 400, "MALFORMED"),
        ({"location": {"type": "LineString", "coordinates": [[114.3, 22.7], [114.31, 22.7]]}}, 400, "bad_location"),
        ({"footprint": square(5.0, 5.0)}, 422, "location_off_footprint"),
        ({"crs": "mars"}, 400, "unknown_crs"),
        ({"effective_at": "2999-01-01T00:00:00Z"}, 422, "effective_in_future"),
        ({"effective_at": "0001-01-02T00:00:00Z"}, 400, "bad_time"),
        ({"effective_at": "0001-01-01T00:00:00+14:00"}, 400, "invalid"),
        ({"nmae": "拼错"}, 400, "invalid"),
        ({"name": "a\u0000b"}, 400, "invalid"),
        ({"floors": 10**12}, 400, "invalid"),
        ({"code": "a/b"}, 400, "bad_code"),
        ({"units": [{"number": "1"}, {"number": "1"}]}, 409, "number_taken"),
        ({"units": [{"number": "1", "entrance": "9单元"}]}, 400, "unknown_entrance"),
        ({"entrances": [{"name": "1"}, {"name": "1"}]}, 409, "entrance_taken"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(post: Post, change: dict, status: int, code: str) -> None:
    assert post("/api/buildings/", {**NEW, **change}, status=status)["code"] == code
    assert Building.objects.count() == LifecycleEvent.objects.count() == BuildingCode.objects.count() == 0


def test_nobody_builds_outside_their_area(post: Post) -> None:
    far = {"type": "Point", "coordinates": list(lonlat(at(30, 30)))}
    assert post("/api/buildings/", {**NEW, "location": far}, status=403)["code"] == "not_in_your_area"
    assert Building.objects.count() == 0


def test_an_analyst_may_read_and_not_write(client: Client, community: Division) -> None:
    client.force_login(factories.user("analyst", role=Role.ANALYST, area=community))
    assert client.post("/api/buildings/", NEW, content_type="application/json").status_code == 403


def test_an_administrator_may_build_where_no_community_is(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    far = {"type": "Point", "coordinates": list(lonlat(at(30, 30)))}
    assert client.post("/api/buildings/", {**NEW, "location": far}, content_type="application/json").status_code == 201

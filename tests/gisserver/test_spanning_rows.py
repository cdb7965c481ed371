"""A row that spans areas is told to each side without what is the other's (law 7)."""

import json

import pytest
from django.test import Client

from buildings.models import Building, BuildingCode, EventEffect, LifecycleEvent, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division, Grid, GridVersion, Redraw, RedrawEvent
from tests import factories
from tests.factories import LONG_AGO, at

Sides = tuple[Client, Client]


def house_of(column: float, name: str, code: str, community: Division) -> Building:
    house = factories.building(at(column, 0.5), name=name, address=f"人民路{name}", community=community)
    BuildingCode.objects.create(building=house, code=code, scheme="sz19", valid=since(LONG_AGO))
    Unit.objects.create(building=house, number=name, valid=since(LONG_AGO))
    return house


def browser(name: str, area: Division) -> Client:
    client = Client()
    client.force_login(factories.user(name, role=Role.SUPERVISOR, area=area))
    return client


@pytest.fixture
def communities(laws: None) -> tuple[Division, Division]:
    """Two communities of one grid each, which one redraw of both has drawn."""
    shapes = factories.drawn("AB")
    pair = [factories.division(f"44031000100{n}", geometry=shapes[each]) for n, each in enumerate("AB", start=1)]
    planner = factories.user("planner")
    redraw = Redraw.objects.create(
        title="两社区调整", reason="保密", author=planner, status="published", effective_at=LONG_AGO
    )
    RedrawEvent.objects.create(redraw=redraw, action="published", author=planner)
    redraw.communities.set(pair)
    for community, code in zip(pair, "AB", strict=True):
        GridVersion.objects.create(
            grid=Grid.objects.create(community=community),
            community=community,
            code=code,
            geom=factories.to_geos(shapes[code]),
            valid=since(LONG_AGO),
            redraw=redraw,
        )
    return pair[0], pair[1]


@pytest.fixture
def houses(communities: tuple[Division, Division]) -> tuple[Building, Building]:
    """A house on each side."""
    pair = house_of(0.5, "甲楼", "1001", communities[0]), house_of(1.5, "乙楼", "2002", communities[1])
    assign_buildings()
    return pair


@pytest.fixture
def sides(communities: tuple[Division, Division]) -> Sides:
    """The browsers of the supervisors of both."""
    return browser("li", communities[0]), browser("wang", communities[1])


@pytest.fixture
def merger(houses: tuple[Building, Building], admin_client: Client) -> dict:
    """The event by which one house took the place of both, on the footprint of the first."""
    body = json.dumps({"buildings": [houses[1].pk], "name": "丙楼", "address": "人民路3003号", "reason": "合并"})
    answer = admin_client.post(f"/api/buildings/{houses[0].pk}/merge/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()["event"]


def test_a_merger_tells_each_side_only_of_its_own_buildings(
    merger: dict, houses: tuple[Building, Building], sides: Sides
) -> None:
    texts = [client.get(f"/api/events/{merger['id']}/").content.decode() for client in sides]
    assert [("1001" in text, "2002" in text) for text in texts] == [(True, False), (False, True)]


def test_a_unit_that_came_over_does_not_name_the_building_that_it_came_from(
    merger: dict, houses: tuple[Building, Building], sides: Sides
) -> None:
    effects = sides[0].get(f"/api/events/{merger['id']}/").json()["effects"]
    assert [each["before"]["building"] for each in effects if each["target"] == "unit"] == [houses[0].pk, None]


def test_the_reason_of_a_merger_is_told_to_whoever_sees_both_sides(
    merger: dict, sides: Sides, admin_client: Client
) -> None:
    details = [client.get(f"/api/events/{merger['id']}/").json()["reason"] for client in (*sides, admin_client)]
    assert details == [None, None, "合并"]


@pytest.mark.usefixtures("merger")
def test_the_life_of_a_unit_that_came_over_does_not_name_where_it_came_from(
    houses: tuple[Building, Building], sides: Sides
) -> None:
    unit = Unit.objects.get(number="乙楼")
    states = sides[0].get(f"/api/units/{unit.pk}/history/").json()["states"]
    assert [state["building"] for state in states] == [None, unit.building_id]


def test_a_merger_counts_for_each_side_what_it_tells(merger: dict, sides: Sides) -> None:
    details = [client.get(f"/api/events/{merger['id']}/").json() for client in sides]
    assert [event["effects_total"] for event in details] == [len(event["effects"]) for event in details]
    assert all(0 < event["effects_total"] < merger["effects_total"] for event in details)


def test_the_life_of_a_building_tells_the_merger_without_the_other_side(
    merger: dict, houses: tuple[Building, Building], sides: Sides
) -> None:
    texts = [
        client.get(f"/api/buildings/{house.pk}/history/").content.decode()
        for client, house in zip(sides, houses, strict=True)
    ]
    assert ["2002" in texts[0], "1001" in texts[1], "3003" in texts[1]] == [False, False, False]


@pytest.mark.parametrize("door", ["/api/buildings/{}/history/", "/api/buildings/{}/"])
def test_a_successor_on_the_other_side_is_not_named(
    merger: dict, houses: tuple[Building, Building], sides: Sides, door: str
) -> None:
    answers = [client.get(door.format(house.pk)).json() for client, house in zip(sides, houses, strict=True)]
    assert [len(answer["successors"]) for answer in answers] == [1, 0]


def test_whoever_sees_both_sides_is_told_all(merger: dict, admin_client: Client) -> None:
    text = admin_client.get(f"/api/events/{merger['id']}/").content.decode()
    assert "1001" in text
    assert "2002" in text


def test_an_import_lists_no_hidden_buildings(houses: tuple[Building, Building], sides: Sides) -> None:
    event = LifecycleEvent.objects.create(kind="create", effective_at=LONG_AGO, source="a file")
    for house in houses:
        EventEffect.objects.create(
            event=event, target="building", target_id=house.pk, building_id=house.pk, role="begun"
        )
    details = [client.get(f"/api/events/{event.pk}/").json() for client in sides]
    assert [[effect["id"] for effect in each["effects"]] for each in details] == [[house.pk] for house in houses]


@pytest.mark.parametrize(("side", "code"), [(0, "A"), (1, "B")])
def test_the_history_of_a_grid_names_no_redraw_that_the_reader_may_not_see(sides: Sides, side: int, code: str) -> None:
    [version] = sides[side].get(f"/api/grids/{code}/history/").json()
    assert (version["code"], version["redraw"]) == (code, None)


@pytest.mark.usefixtures("communities")
def test_the_history_of_a_grid_names_the_redraw_to_whoever_sees_it_all(admin_client: Client) -> None:
    [version] = admin_client.get("/api/grids/A/history/").json()
    assert version["redraw"]["title"] == "两社区调整"

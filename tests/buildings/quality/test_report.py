"""The quality report counts everything once, and points at what is wrong."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import CommandError, call_command
from django.test import Client

from buildings.models import Address, Building, Entrance, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
CODE = "440310001001"


@pytest.fixture
def community() -> Division:
    return community_of("AAAAAAAAAA")


def asked(client: Client, query: str = "") -> dict[str, Any]:
    parts = client.get(f"/api/quality/addresses/{query}").json()["communities"]
    return {part["code"]: part for part in parts}


def suspected(client: Client) -> dict[str, list[int]]:
    suspicious = asked(client)[CODE]["suspicious"]
    return {name: [one["id"] for one in suspicion["examples"]] for name, suspicion in suspicious.items()}


def street(community: Division, houses: int = 8) -> list[Building]:
    """人民路 with a house every 10 m."""
    return [
        factories.building(at(0.1 + n / 10, 0.5), address=f"人民路{n + 1}号", community=community)
        for n in range(houses)
    ]


def unit(house: Building, number: str, floor: int | None, **words: Any) -> Unit:
    return Unit.objects.create(building=house, number=number, floor=floor, valid=since(LONG_AGO), **words)


def test_every_measure_adds_up_to_the_total(admin_client: Client, community: Division) -> None:
    first, *_ = street(community, 3)
    factories.building(at(0.5, 0.2), community=community)
    door = Entrance.objects.create(building=first, name="1单元", location=at(0.11, 0.5), valid=since(LONG_AGO))
    unit(first, "101", 1, entrance=door)
    unit(first, "102", 1, location=at(0.12, 0.5))
    unit(first, "铺1", None)
    assign_buildings()
    part = asked(admin_client)[CODE]
    assert part["totals"] == {"buildings": 4, "entrances": 1, "units": 3}
    assert part["counts"]["buildings"]["address"] == {"none": 1, "standard": 3}
    assert part["counts"]["buildings"]["grid"] == {"inside": 4}
    assert part["counts"]["units"]["address"] == {"building": 3}
    assert part["counts"]["units"]["point"] == {"building": 1, "entrance": 1, "unit": 1}
    sums = {
        (target, measure): sum(values.values())
        for target, measures in part["counts"].items()
        for measure, values in measures.items()
    }
    assert {total for (target, _), total in sums.items() if target == "units"} == {3}
    assert {total for (target, _), total in sums.items() if target == "buildings"} == {4}


def test_a_tidy_street_is_not_suspected(admin_client: Client, community: Division) -> None:
    houses = street(community)
    unit(houses[0], "301", 3)
    assert suspected(admin_client) == {}


class TestSuspicions:
    def test_a_house_outside_its_community(self, admin_client: Client, community: Division) -> None:
        house = factories.building(at(20, 20), community=community)
        assert suspected(admin_client) == {"outside_community": [house.pk]}

    def test_east_and_north_exchanged(self, admin_client: Client, community: Division) -> None:
        place = at(0.5, 0.5)
        house = factories.building(Point(place.y, place.x, srid=place.srid), community=community)
        assert suspected(admin_client)["axes_swapped"] == [house.pk]

    def test_a_house_far_from_the_rest_of_its_street(self, admin_client: Client, community: Division) -> None:
        street(community)
        stray = factories.building(at(9.5, 0.5), address="人民路99号", community=community)
        assert suspected(admin_client) == {"far_from_siblings": [stray.pk]}

    def test_two_houses_at_one_place(self, admin_client: Client, community: Division) -> None:
        houses = [factories.building(at(0.5, 0.5), community=community) for _ in range(2)]
        assert suspected(admin_client) == {"same_place": [house.pk for house in houses]}

    def test_two_houses_of_one_address(self, admin_client: Client, community: Division) -> None:
        houses = [factories.building(at(0.5 + n, 0.5), community=community) for n in range(2)]
        for house in houses:
            Address.objects.create(
                building=house, text="解放路1号", normalized="解放路1号", valid=since(LONG_AGO), shared=True
            )
        assert suspected(admin_client) == {"same_address": [house.pk for house in houses]}

    def test_a_point_beside_its_footprint(self, admin_client: Client, community: Division) -> None:
        house = factories.building(at(0.5, 0.5), community=community)
        square = Polygon.from_bbox((*at(0.6, 0.6).coords, *at(0.7, 0.7).coords))
        square.srid = house.location.srid
        Building.objects.update(footprint=MultiPolygon(square, srid=square.srid))
        assert suspected(admin_client) == {"off_footprint": [house.pk]}

    def test_a_height_that_no_storey_has(self, admin_client: Client, community: Division) -> None:
        house = factories.building(at(0.5, 0.5), community=community)
        Building.objects.update(floors=30, height_m=12.0)
        assert suspected(admin_client) == {"height_and_floors": [house.pk]}

    @pytest.mark.parametrize(
        ("number", "floor", "suspicion"),
        [("701", 7, "floor_above_building"), ("301", 2, "floor_and_number")],
    )
    def test_a_unit_on_a_floor_that_cannot_be(
        self, admin_client: Client, community: Division, number: str, floor: int, suspicion: str
    ) -> None:
        house = factories.building(at(0.5, 0.5), community=community)
        Building.objects.update(floors=6, height_m=18.0)
        flat = unit(house, number, floor)
        assert suspected(admin_client) == {suspicion: [flat.pk]}

    def test_a_unit_above_the_roof(self, admin_client: Client, community: Division) -> None:
        house = factories.building(at(0.5, 0.5), community=community)
        Building.objects.update(height_m=9.0)
        flat = unit(house, "1201", 12)
        assert suspected(admin_client) == {"floor_above_height": [flat.pk]}


class TestWhoSees:
    def test_a_supervisor_sees_her_community_only(self, client: Client, community: Division) -> None:
        other = factories.division("440310001009")
        factories.building(at(0.5, 0.5), community=other)
        factories.building(at(0.5, 0.5))
        client.force_login(factories.user("wang", role=Role.SUPERVISOR, area=community))
        assert list(asked(client)) == [CODE]
        problem = client.get("/api/quality/addresses/?community=440310001009")
        assert problem.status_code == 404

    def test_houses_of_no_community_are_told_to_who_reads_everything(self, admin_client: Client) -> None:
        factories.building(at(0.5, 0.5))
        assert asked(admin_client)[None]["totals"]["buildings"] == 1

    def test_one_community(self, admin_client: Client, community: Division) -> None:
        factories.division("440310001009")
        assert list(asked(admin_client, f"?community={CODE}")) == [CODE]


def test_the_command_writes_text_and_a_table(tmp_path: Path, community: Division) -> None:
    street(community)
    out = StringIO()
    call_command("address_quality", f"--community={CODE}", f"--csv={tmp_path / 'q.csv'}", stdout=out)
    assert out.getvalue().startswith(f"{CODE} {CODE}名: 8 buildings")
    table = list(csv.DictReader(StringIO((tmp_path / "q.csv").read_text(encoding="utf-8-sig"))))
    [line] = [row for row in table if (row["target"], row["measure"]) == ("buildings", "address")]
    assert (line["value"], line["count"], line["share"]) == ("standard", "8", "1.0")


def test_an_unknown_community_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="no_such_division"):
        call_command("address_quality", "--community=000")

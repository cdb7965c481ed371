"""What the domain apps publish says what the tables say."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from buildings.models import BuildingAssignment, BuildingCode, Entrance, Household, Unit, UnitCode
from gisserver.common.db.validity import since
from grids.models import GridVersion
from incidents.models import Assignment, Incident
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago
from tests.layers.conftest import read

COMMUNITY = "440310001001"


@pytest.fixture
def house(laws: None) -> Any:
    """A building with a flat in grid A of the community AB."""
    community = community_of("AB", code=COMMUNITY)
    building = factories.building(at(0.5, 0.5), name="一号楼", address="坪山大道1号", community=community)
    grid = GridVersion.objects.get(code="A")
    BuildingAssignment.objects.create(
        building=building, grid=grid.grid, grid_version=grid, rule="inside", margin_m=50, valid=since(LONG_AGO)
    )
    BuildingCode.objects.create(building=building, code="B-1", scheme="building", valid=since(LONG_AGO))
    entrance = Entrance.objects.create(building=building, name="1单元", location=at(0.6, 0.5), valid=since(LONG_AGO))
    unit = Unit.objects.create(building=building, entrance=entrance, number="301", floor=3, valid=since(LONG_AGO))
    UnitCode.objects.create(unit=unit, code="U-1", scheme="unit", valid=since(LONG_AGO))
    Household.objects.create(unit=unit, head_name="张三", phone="13800000000", valid=since(LONG_AGO))
    return building


def only(client: Client, collection: str, **asked: str) -> dict[str, Any]:
    """Return the one feature of a collection."""
    (feature,) = read(client, f"/collections/{collection}/items", **asked)["features"]
    return dict(feature)


def test_a_building_knows_its_code_grid_community_and_address(analyst: Client, house: Any) -> None:
    shown = only(analyst, "building_points")["properties"]
    wanted = {"code": "B-1", "name": "一号楼", "grid": "A", "community": COMMUNITY, "address": "坪山大道1号"}
    assert {name: shown[name] for name in wanted} == wanted


def test_buildings_can_be_asked_for_by_what_is_looked_up(analyst: Client, house: Any) -> None:
    assert only(analyst, "buildings", grid="A", sortby="-address")["id"] == house.pk
    assert only(analyst, "buildings", filter="grid = 'A' AND address LIKE '坪山%'")["id"] == house.pk
    assert read(analyst, "/collections/buildings/items", grid="B")["features"] == []


def test_an_entrance_has_a_place_of_its_own(analyst: Client, house: Any) -> None:
    found = only(analyst, "entrances")
    lon, lat = factories.lonlat(at(0.6, 0.5))
    assert found["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-8)
    assert (found["properties"]["name"], found["properties"]["building_code"]) == ("1单元", "B-1")


def test_a_unit_stands_where_its_building_stands(analyst: Client, house: Any) -> None:
    lon, lat = factories.lonlat(at(0.5, 0.5))
    found = only(analyst, "units", bbox=f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}")
    assert found["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-8)
    assert (found["properties"]["code"], found["properties"]["grid"]) == ("U-1", "A")


@pytest.mark.parametrize("collection", ["buildings", "building_points", "entrances", "units", "grids", "divisions"])
def test_no_name_or_phone_leaves_by_this_door(analyst: Client, house: Any, collection: str) -> None:
    body = analyst.get(f"/ogc/collections/{collection}/items").getvalue().decode()
    assert "张三" not in body
    assert "13800000000" not in body


def test_an_incident_knows_its_grid_and_time(analyst: Client, house: Any) -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    incident = Incident.objects.create(
        occurred_at=moment,
        received_at=hours_ago(1),
        type=factories.incident_type(),
        title="井盖破损",
        text="电话13800000000",
        location=at(0.5, 0.5),
        declared_crs="wgs84",
        community=house.community,
    )
    grid = GridVersion.objects.get(code="A")
    Assignment.objects.create(
        incident=incident, occurred_at=moment, grid=grid.grid, grid_version=grid, rule="inside", valid=since(moment)
    )
    found = only(analyst, "incidents", datetime="2026-03-01", status="new")
    assert (found["id"], found["properties"]["grid"], found["properties"]["type"]) == (incident.pk, "A", "A")
    assert "text" not in found["properties"]
    assert read(analyst, "/collections/incidents/items", datetime="2026-03-02/..")["features"] == []
    assert read(analyst, "/collections/incidents/items", at=hours_ago(2).isoformat())["features"] == []

"""A community of two grids, one house in it, and its supervisor at the doors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from buildings.models import Building, BuildingCode, Entrance, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from tests import factories
from tests.factories import LONG_AGO, at, community_of, lonlat

Post = Callable[..., Any]


@pytest.fixture
def community() -> Division:
    return community_of("AB")


@pytest.fixture
def house(community: Division) -> Building:
    """A house in grid A: 幸福花园1栋, code 1001, two stairs with units 101 and 201, one household."""
    house = factories.building(at(0.5, 0.5), name="幸福花园1栋", address="人民路1号幸福花园1栋", community=community)
    BuildingCode.objects.create(building=house, code="1001", scheme="sz19", valid=since(LONG_AGO))
    for name in ("1单元", "2单元"):
        stair = Entrance.objects.create(building=house, name=name, valid=since(LONG_AGO))
        for number in ("101", "201"):
            Unit.objects.create(
                building=house, entrance=stair, number=number, floor=int(number[0]), valid=since(LONG_AGO)
            )
    Household.objects.create(unit=Unit.objects.order_by("pk")[0], head_name="张三丰", valid=since(LONG_AGO))
    assign_buildings()
    return house


@pytest.fixture
def supervisor(community: Division) -> User:
    return factories.user("wang", role=Role.SUPERVISOR, area=community)


@pytest.fixture
def post(client: Client, supervisor: User) -> Post:
    """Post as the supervisor; returns the answer, whose status must be as told."""
    client.force_login(supervisor)

    def send(path: str, body: dict[str, Any], *, status: int = 201, verb: str = "post", **headers: str) -> Any:
        call = getattr(client, verb)
        response = call(path, body, content_type="application/json", headers=headers)
        assert response.status_code == status, response.content.decode()
        return response.json()

    return send


@pytest.fixture
def get(client: Client, supervisor: User) -> Callable[[str], Any]:
    client.force_login(supervisor)
    return lambda path: client.get(path).json()


def point(column: float, row: float) -> dict[str, Any]:
    """GeoJSON of a place of the drawing."""
    return {"type": "Point", "coordinates": list(lonlat(at(column, row)))}


def square(column: float, row: float, size: float = 0.2) -> dict[str, Any]:
    """GeoJSON of a square footprint whose lower left corner is at a place of the drawing."""
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return {"type": "Polygon", "coordinates": [[list(lonlat(at(column + x, row + y))) for x, y in corners]]}


def then(moment: datetime) -> str:
    """The parameter that asks for a moment."""
    return "at=" + moment.isoformat().replace("+", "%2B")


def found(get: Callable[[str], Any], text: str) -> list[str]:
    """The labels that a search for the text finds."""
    features = get(f"/geocode/search?q={text}&format=geocodejson")["features"]
    return [one["properties"]["geocoding"]["label"] for one in features]

"""A town of six cells in two grids, to be balanced."""

import pytest

from buildings.models import Building, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division, Redraw
from grids.redraws.impact.preview import preview_of
from grids.redraws.proposals.propose import Goal, propose
from tests import factories
from tests.factories import LONG_AGO, at, community_of
from tests.redrawing import check_constraints

C = "440310001001"


@pytest.fixture
def community() -> Division:
    """AAAABB, a house of ten households in each cell."""
    made = community_of("AAAABB")
    check_constraints()
    for column in range(6):
        house(column + 0.5, 0.5, households=10)
    return made


def house(column: float, row: float, *, households: int) -> Building:
    """Build a house 40 m wide and give it its grid."""
    building = factories.building(at(column, row))
    west, east = at(column - 0.2, row - 0.2), at(column + 0.2, row + 0.2)
    footprint = factories.to_geos(factories.shapely.box(west.x, west.y, east.x, east.y))
    Building.objects.filter(pk=building.pk).update(footprint=footprint)
    for number in range(households):
        flat = Unit.objects.create(building=building, number=str(number), valid=since(LONG_AGO))
        Household.objects.create(unit=flat, residents=3, valid=since(LONG_AGO))
    assign_buildings(ids=[building.pk])
    return building


def supervisor(community: Division, name: str = "wang"):
    return factories.user(name, role=Role.SUPERVISOR, area=community)


def proposed(community: Division, **goal: object):
    return propose(user=supervisor(community), title="均衡", reason="", communities=[C], goal=Goal(**goal))


def households(redraw: Redraw) -> dict[str, int]:
    return {row["code"]: row["after"]["households"] for row in preview_of(redraw)["grids"]}

"""What the layers of numbers say of units, buildings and grids, to whom, and when tiles of them are old."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection

from buildings.households.counts import Where, counts
from buildings.models import Building, Household, LegalPerson, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from grids.models import Division
from layers import registry, versions
from layers.rows import select
from layers.versions import Reads
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")
CODES = ("91350100M000100Y43", "9144030071526726XG", "91440300708461136T")


@pytest.fixture
def community() -> Division:
    """Grid A: a house, 6 of 7 units lived in, and a shop; grid B: one, 1 of 2, a firm in a unit, a stall beside."""
    community = community_of("AB")
    big, small = (
        factories.building(at(column + 0.5, 0.5), name=name, community=community) for column, name in enumerate("大小")
    )
    for house, units, households in ((big, 7, 6), (small, 2, 1)):
        for number in range(units):
            unit = Unit.objects.create(building=house, number=str(number), valid=since(LONG_AGO))
            if number < households:
                Household.objects.create(unit=unit, head_name=f"王{number}", residents=2, valid=since(LONG_AGO))
    assign_buildings()
    for code, place in zip(CODES, ({"building": big}, {"unit": unit}, {"location": at(1.9, 0.9)}), strict=True):
        LegalPerson.objects.create(credit_code=code, name=code, kind="enterprise", valid=since(LONG_AGO), **place)
    return community


def numbers(user: Any, layer: str, moment: datetime | None = None, *, key: str = "code") -> Mapping[str, Any]:
    """Return by the key of each row its units, vacant ones, households, residents and legal persons."""
    collection = registry.get(layer, user)
    wanted = ("units", "vacant", "households", "residents", "legal_persons")
    fields = [collection.field(name) for name in (key, *wanted) if collection.field(name)]
    statement = select(collection, collection.rows(user, moment), geometry=None, fields=fields)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return {row[1]: row[2:] for row in cursor.fetchall()}


def reader(role: Role, community: Division) -> User:
    return factories.user(role, role=role, area=community)


def test_who_may_read_personal_data_is_told_all(community: Division) -> None:
    supervisor = reader(Role.SUPERVISOR, community)
    assert numbers(supervisor, "grid_numbers") == {"A": (7, 1, 6, 12, 1), "B": (2, 1, 1, 2, 2)}
    assert numbers(supervisor, "building_numbers", key="name") == {"大": (7, 1, 6, 12, 1), "小": (2, 1, 1, 2, 1)}
    assert len(numbers(supervisor, "unit_numbers", key="number")) == 7


def test_others_are_told_of_no_small_group_of_people(community: Division) -> None:
    analyst = reader(Role.ANALYST, community)
    assert numbers(analyst, "grid_numbers") == {"A": (7, 1, 6, 12, 1), "B": (2, None, None, None, 2)}
    assert registry.find("unit_numbers").may_be_seen_by(analyst) is False


def test_the_public_is_told_of_no_small_group_either(community: Division, settings: Any) -> None:
    settings.PUBLIC_LAYERS = ["building_numbers", "unit_numbers"]
    assert numbers(AnonymousUser(), "building_numbers", key="name")["小"] == (2, None, None, None, 1)
    assert numbers(AnonymousUser(), "unit_numbers", key="number") == {}


def test_nobody_living_there_is_no_group(community: Division) -> None:
    Household.objects.filter(unit__building__name="小").end()
    assert numbers(reader(Role.ANALYST, community), "grid_numbers")["B"] == (2, 2, 0, 0, 2)


def test_at_a_moment_it_is_what_was(community: Division, admin_user: User) -> None:
    before = database_now()
    Household.objects.filter(unit__building__name="大").end()
    LegalPerson.objects.filter(building__name="大").end()
    assert numbers(admin_user, "grid_numbers")["A"] == (7, 7, 0, 0, 0)
    assert numbers(admin_user, "grid_numbers", before)["A"] == (7, 1, 6, 12, 1)
    assert numbers(admin_user, "building_numbers", before, key="name")["大"] == (7, 1, 6, 12, 1)


def test_the_columns_say_what_the_door_of_counts_says(community: Division, admin_user: User) -> None:
    for house in Building.objects.all():
        [told] = counts(user=admin_user, where=Where(building=house.pk), moments=[database_now()])
        column = numbers(admin_user, "building_numbers", key="name")[house.name]
        assert column[:4] == (told["units"], told["vacant"], told["households"], told["residents"])


def test_a_household_makes_tiles_of_numbers_old_and_no_others(community: Division) -> None:
    def version(layer: str) -> int | None:
        return versions.version_of(Reads((layer,)))

    before = {layer: version(layer) for layer in ("grid_numbers", "building_numbers", "unit_numbers", "grids", "units")}
    Household.objects.filter(head_name="王1").update(residents=5)
    older = {layer for layer, number in before.items() if version(layer) != number}
    assert older == {"grid_numbers", "building_numbers", "unit_numbers"}

"""What is published of buildings at a moment is what they were then."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection

from buildings.lifecycle.act import Order
from buildings.lifecycle.events.demolish import demolish_building
from buildings.lifecycle.events.update import update_building
from buildings.models import Building
from grids.models import Division
from layers import registry
from layers.rows import select
from tests import factories
from tests.factories import LONG_AGO, at, community_of

pytestmark = pytest.mark.usefixtures("laws")


@pytest.fixture
def community() -> Division:
    return community_of("AB")


@pytest.fixture
def house(community: Division) -> Building:
    return factories.building(at(0.5, 0.5), name="旧名", community=community)


def published(user: User, moment: datetime | None = None) -> list[str]:
    """Return the name of each building that the collection shows, by the SQL of tiles and items."""
    collection = registry.get("building_points", user)
    statement = select(collection, collection.rows(user, moment), geometry=None, fields=[collection.field("name")])
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return [row[1] for row in cursor.fetchall()]


def test_a_renamed_house_had_its_old_name_before(house: Building, admin_user: User) -> None:
    update_building(order=Order(user=admin_user), building_id=house.pk, said={"name": "新名"})
    assert published(admin_user) == ["新名"]
    assert published(admin_user, LONG_AGO) == ["旧名"]


def test_a_demolished_house_stood_before(house: Building, admin_user: User) -> None:
    demolish_building(order=Order(user=admin_user), building_id=house.pk)
    assert published(admin_user) == []
    assert published(admin_user, LONG_AGO) == ["旧名"]

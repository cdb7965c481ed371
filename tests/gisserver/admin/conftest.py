"""Two communities, of which the neighbour's has a row of each kind, and people who look at `/admin/`."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from buildings.models import Doubt, Entrance, EventEffect, LifecycleEvent, ReviewItem, Unit
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division, Redraw
from incidents.reported import as_reported
from incidents.services import record_incidents
from tests import factories
from tests.factories import LONG_AGO, at, community_of, hours_ago, lonlat

#  A B | C        our community is A and B, the neighbour's is C
OURS, THEIRS = "440310001001", "440310001002"


@pytest.fixture
def theirs(laws: None) -> Division:
    """A community with one row of each kind."""
    home = factories.division(THEIRS, geometry=factories.drawn("..C")["C"])
    factories.grid("C", factories.drawn("..C")["C"], home)
    house = factories.building(at(2.5, 0.5), name="邻楼", address="邻路1号", community=home)
    stair = Entrance.objects.create(building=house, name="1单元", location=at(2.5, 0.5), valid=since(LONG_AGO))
    Unit.objects.create(building=house, entrance=stair, number="101", valid=since(LONG_AGO))
    event = LifecycleEvent.objects.create(kind="create", effective_at=LONG_AGO, reason="邻人所为")
    EventEffect.objects.create(event=event, target="building", target_id=house.pk, building_id=house.pk, role="begun")
    factories.incident_type()
    lon, lat = lonlat(at(2.5, 0.5))
    record_incidents([as_reported(type="A", occurred_at=hours_ago(1), lon=lon, lat=lat, crs="wgs84", text="邻居吵架")])
    review_item(home)
    Redraw.objects.create(title="邻居的方案", author=factories.user("author")).communities.add(home)
    return home


@pytest.fixture
def ours(theirs: Division) -> Division:
    """The community next door, where nothing stands."""
    return community_of("AB", code=OURS)


def review_item(community: Division) -> ReviewItem:
    words: dict[str, Any] = {"text": "邻路1号张三13800138000", "row": {"head_name": "张三", "phone": "13800138000"}}
    return ReviewItem.objects.create(
        register="households", run="1", row_number=1, normalized="x", digest="d", reason=Doubt.UNMATCHED,
        community=community, **words,
    )  # fmt: skip


def staff(name: str, role: Role | None = None, area: Division | None = None) -> User:
    person = factories.user(name, role=role, area=area)
    person.is_staff = True
    person.save()
    return person


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def give(client: Client, **values: Any) -> Any:
    return client.post("/admin/access/grant/add/", values)

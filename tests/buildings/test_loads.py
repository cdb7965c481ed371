"""What a grid carried at a moment is what was in its buildings then."""

import json

import pytest
from django.test import Client

from buildings.models import Household, Unit
from buildings.services import assign_buildings
from gisserver.common.db.clock import database_now
from gisserver.common.db.validity import since
from tests import factories
from tests.factories import LONG_AGO, at, community_of


@pytest.mark.usefixtures("laws")
def test_a_flat_counts_where_its_building_stood_then(admin_client: Client) -> None:
    community_of("AB")
    houses = [factories.building(at(0.5, 0.5)), factories.building(at(1.5, 0.5))]
    for house in houses:
        flat = Unit.objects.create(building=house, number=str(house.pk), valid=since(LONG_AGO))
        Household.objects.create(unit=flat, residents=3, valid=since(LONG_AGO))
    assign_buildings()
    before = database_now().isoformat()
    body = json.dumps({"buildings": [houses[1].pk], "reason": "合并"})
    answer = admin_client.post(f"/api/buildings/{houses[0].pk}/merge/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    loads = [admin_client.get("/api/grids/B/", moment).json()["load"] for moment in ({"at": before}, {})]
    assert [(load["units"], load["households"], load["residents"]) for load in loads] == [(1, 1, 3), (0, 0, 0)]

"""At its moment a planned redraw takes effect everywhere by itself: nobody writes, nothing is started again."""

import json
import urllib.request
from datetime import timedelta
from typing import Any

import mapbox_vector_tile
import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from gisserver.common.access.credentials.tokens import issue
from gisserver.common.access.roles import Role
from gisserver.common.geo.mercator import HALF_WORLD_M
from grids.models import Division
from tests import factories
from tests.assets import build, happen
from tests.factories import at, community_of, lonlat
from tests.redrawing import COMMUNITY, Draft, signed_in
from tests.waiting import until
from tiles.address import TileAddress

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def community() -> Division:
    """AB"""
    with transaction.atomic():
        return community_of("AB")


class Phone:
    """A reader over real HTTP who does nothing but ask."""

    def __init__(self, server: LiveServer, area: Division) -> None:
        self.server = server
        self.token = issue(user=factories.user("li", role=Role.ANALYST, area=area))[0]

    def ask(self, path: str) -> tuple[bytes, str]:
        """Return the body and the ETag of an answer."""
        request = urllib.request.Request(self.server.url + path, headers={"Authorization": f"Bearer {self.token}"})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.read(), answer.headers.get("ETag", "")

    def read(self, path: str) -> Any:
        return json.loads(self.ask(path)[0])


def tile_over_a() -> TileAddress:
    place = at(0.5, 0.5).transform(3857, clone=True)
    side = 2 * HALF_WORLD_M / 2**15
    return TileAddress(15, int((place.x + HALF_WORLD_M) / side), int((HALF_WORLD_M - place.y) / side))


def test_readers_see_it_happen(live_server: LiveServer, community: Division) -> None:
    [house], [case] = build(at(0.5, 0.5)), happen(at(0.5, 0.5))
    phone, tile = Phone(live_server, community), tile_over_a()
    lon, lat = lonlat(at(0.5, 0.5))

    def grids() -> list[str]:
        return [
            phone.read(f"/api/grids/at?lon={lon}&lat={lat}")["grid"],
            phone.read(f"/api/buildings/{house}/")["grid"],
            phone.read(f"/api/incidents/{case}/")["grid"],
        ]

    def drawn() -> tuple[list[str], str]:
        body, etag = phone.ask(f"/tiles/grids/{tile.z}/{tile.x}/{tile.y}.mvt")
        features = mapbox_vector_tile.decode(body)["grids"]["features"]
        return sorted(feature["properties"]["code"] for feature in features), etag

    draft = Draft(signed_in("wang", Role.SUPERVISOR, community), COMMUNITY)
    draft.draw("merge", grids=["A", "B"], keep="B")
    draft.approved(signed_in("zhao", Role.REVIEWER, community))
    effective_at = timezone.now() + timedelta(seconds=4)
    draft.step("publish", effective_at=effective_at.isoformat())
    before = grids(), drawn(), drawn()
    assert timezone.now() < effective_at
    assert before == (["A", "A", "A"], (["A", "B"], before[1][1]), before[1])
    until(grids, lambda seen: seen == ["B", "B", "B"])
    assert timezone.now() >= effective_at
    codes, etag = drawn()
    assert (codes, etag == before[1][1]) == (["B"], False)

"""People, a town, and ways to look at its tiles."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from incidents.models import IncidentType
from layers import registry
from layers.fields import Field
from tests.tiles.town import BEGAN, Town, address_of, area, box, division, grid
from tiles import delivery
from tiles.address import TileAddress


@pytest.fixture
def town(db: None) -> Town:
    """Draw the town.

    ::

        2000 +-----+-----+-----------+
             |  A2 |     |           |
        1000 +-----+ A3  |    B1     |
             |     +-----+           |
             |  A1 | A4  |           |
           0 +-----+-----+-----------+
             0   1000  2000        4000
    """
    district = division("district", "440310", "坪山区", box(0, 0, 4000, 2000), None)
    west = division("community", "440310001001", "西社区", box(0, 0, 2000, 2000), district)
    east = division("community", "440310001002", "东社区", box(2000, 0, 2000, 2000), district)
    grids = [
        grid(west, "440310001001001", area((0, 0), (1000, 0), (1000, 700), (1000, 1000), (0, 1000))),
        grid(west, "440310001001002", area((0, 1000), (1000, 1000), (1000, 2000), (0, 2000))),
        grid(west, "440310001001003", area((1000, 700), (2000, 700), (2000, 2000), (1000, 2000), (1000, 1000))),
        grid(west, "440310001001004", area((1000, 0), (2000, 0), (2000, 700), (1000, 700))),
        grid(east, "440310001002001", area((2000, 0), (4000, 0), (4000, 2000), (2000, 2000), (2000, 700))),
    ]
    kind = IncidentType.objects.create(code="manhole", name="井盖", valid=since(BEGAN))
    return Town(west, east, dict(zip(["A1", "A2", "A3", "A4", "B1"], grids, strict=True)), kind)


@pytest.fixture(autouse=True)
def _cold() -> None:
    """Begin each test without tiles in memory."""
    delivery.cache.clear()


@pytest.fixture
def administrator(db: None) -> Any:
    return get_user_model().objects.create_superuser("administrator")


@pytest.fixture
def analyst(db: None) -> Any:
    """A person who may read the whole deployment."""
    user = get_user_model().objects.create_user("analyst")
    Grant.objects.create(user=user, role=Role.ANALYST, area=None)
    return user


@pytest.fixture
def supervisor(town: Town) -> Any:
    """The supervisor of the western community only."""
    user = get_user_model().objects.create_user("supervisor")
    Grant.objects.create(user=user, role=Role.SUPERVISOR, area=town.west)
    return user


@pytest.fixture
def web(client: Client, analyst: Any) -> Client:
    """A browser in which the analyst has logged in."""
    client.force_login(analyst)
    return client


@pytest.fixture
def at() -> Callable[[float, float, int], TileAddress]:
    """Find the tile of a place: metres east, metres north, zoom."""
    return address_of


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Publish the grids' boundaries once more, under another id and with one property of any name."""

    def publish(collection_id: str, property_name: str) -> None:
        grids = registry.find("grids")
        assert grids is not None
        field = Field(property_name, source="code")
        monkeypatch.setitem(registry._declared, collection_id, replace(grids, id=collection_id, fields=(field,)))

    return publish


Layers = dict[str, Any]


@pytest.fixture
def decode() -> Callable[[bytes], Layers]:
    """Read a tile with y growing southward, as it is stored."""
    return lambda body: mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})

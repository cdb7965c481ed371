"""What the tests of the front's cache share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gisserver.common.access.credentials import tokens
from tests.gisserver.serving.front.cache.tile_door import Door, path_of
from tests.tiles.conftest import *  # noqa: F403 - the town, and people who look at it
from tests.tiles.town import Town
from tiles import delivery
from tiles.address import TileAddress


@pytest.fixture
def door(db: None) -> Door:
    return Door()


@pytest.fixture
def path(at: Callable[..., TileAddress]) -> str:
    return path_of(at(500, 500, 14))


@pytest.fixture
def bearer(town: Town, analyst: Any) -> str:
    """The token of somebody who may see everything."""
    return f"Bearer {tokens.issue(user=analyst)[0]}"


@pytest.fixture
def known(door: Door, path: str, bearer: str) -> Door:
    """A door that has a tile, and whose Django has been asked for it once."""
    assert door.get(path, authorization=bearer).status == 200
    assert door.asked == 1
    return door


@pytest.fixture
def public(settings: Any) -> None:
    settings.PUBLIC_LAYERS = ["grids"]


@pytest.fixture(autouse=True)
def _forget_statements() -> Iterator[None]:
    """Django keeps nothing of another test's town."""
    delivery.cache.clear()
    yield
    delivery.cache.clear()

"""Files to publish, people who read, and ways to ask."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from gisserver.common.access.roles import Role
from layers.models import UploadedLayer
from layers.publishing import publish_file
from tests import factories

Ask = Callable[..., dict[str, Any]]

# name, floors, built, lon, lat: three places on a line, the last without a place.
PLACES = [
    ("甲", 3, "2020-01-01", 114.30, 22.70),
    ("乙", None, "2021-06-15", 114.31, 22.70),
    ("丙", 18, None, 114.32, 22.70),
    ("丁", 5, "2019-12-31", None, None),
]


def point_feature(
    name: str, floors: int | None, built: str | None, lon: float | None, lat: float | None
) -> dict[str, Any]:
    """Return one place as GeoJSON."""
    geometry = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"name": name, "floors": floors, "built": built, '100% "用途"': "居住"},
    }


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Begin each test without extents in memory."""
    cache.clear()


@pytest.fixture
def places_file(tmp_path: Path) -> Path:
    """A GeoJSON file of four places, with a property that has quotes and a percent sign in its name."""
    path = tmp_path / "places.geojson"
    features = [point_feature(*place) for place in PLACES]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path


@pytest.fixture
def places(db: None, places_file: Path) -> UploadedLayer:
    """The four places, published."""
    layer = publish_file(places_file).layer
    assert isinstance(layer, UploadedLayer)
    return layer


@pytest.fixture
def analyst(db: None) -> Client:
    """An analyst of the whole deployment: reads and uploads."""
    return signed_in(factories.user("analyst", role=Role.ANALYST, everywhere=True))


@pytest.fixture
def collector(db: None) -> Client:
    """A collector of the whole deployment: reads, but may not upload."""
    return signed_in(factories.user("collector", role=Role.COLLECTOR, everywhere=True))


def signed_in(person: Any) -> Client:
    """Return a client that acts for ``person``."""
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, address: str, **parameters: Any) -> dict[str, Any]:
    """Return the JSON at an address below /ogc, which must answer 200."""
    response = client.get(f"/ogc{address}", parameters)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = json.loads(response.getvalue())
    return found


def refusal(client: Client, address: str, **parameters: Any) -> tuple[int, str]:
    """Return the status and the code with which an address below /ogc refuses."""
    response = client.get(f"/ogc{address}", parameters)
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def names(answer: dict[str, Any]) -> list[str]:
    """Return the names of the features, in order."""
    return [feature["properties"]["name"] for feature in answer["features"]]


def href(answer: dict[str, Any], rel: str) -> str | None:
    """Return the address of the link ``rel``, or None."""
    return next((link["href"] for link in answer["links"] if link["rel"] == rel), None)

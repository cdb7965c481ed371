"""What a client filters by is filtered here: GDAL is sent the rows that it wants, and no others."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from gisserver.common.access.credentials import tokens
from layers.models import UploadedLayer
from layers.ogc.pages import items
from layers.publishing import publish_file
from tests import factories
from tests.layers.ogc.test_clients import OF_THE_SERVER

# What GDAL reads of a collection to learn its fields, before it asks for anything.
SAMPLE = 20
HOUSES = 200
READ_ALL = """
import json, sys, pyogrio
address, filters = sys.argv[1:]
for where in json.loads(filters):
    print(len(pyogrio.read_dataframe(address, layer="houses", where=where, columns=["number"], read_geometry=False)))
"""


@pytest.fixture
def houses(live_server: LiveServer, tmp_path: Path) -> Iterator[None]:
    """200 houses, numbered from 0: every seventh without floors."""
    numbers = range(HOUSES)
    frame = gpd.GeoDataFrame(
        {
            "number": list(numbers),
            "name": [f"{'Tower' if n % 2 else 'tower'} {n:03}" for n in numbers],
            "floors": [None if n % 7 == 0 else n % 30 for n in numbers],
            "height": [n / 8 for n in numbers],
            "path": [rf"c:\{n % 10}" for n in numbers],
            "占地 面积": [n * 10 for n in numbers],
        },
        geometry=gpd.points_from_xy([114 + n / 1000 for n in numbers], [22] * HOUSES),
        crs=4326,
    )
    path = tmp_path / "houses.gpkg"
    frame.to_file(path)
    layer = publish_file(path, slug="houses").layer
    assert isinstance(layer, UploadedLayer)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {layer.table}")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many features each answer of the server holds, from now on."""
    counts: list[int] = []
    made = items.features

    def counted(*arguments: Any) -> tuple[int, bytes]:
        count, text = made(*arguments)
        counts.append(count)
        return count, text

    monkeypatch.setattr(items, "features", counted)
    return counts


def floors(n: int) -> int | None:
    """Return the floors of the house of this number."""
    return None if n % 7 == 0 else n % 30


WANTED: dict[str, Callable[[int], bool]] = {
    "number = 7": lambda n: n == 7,
    "number <> 7": lambda n: n != 7,
    "number >= 190": lambda n: n >= 190,
    "floors > 20": lambda n: (floors(n) or 0) > 20,
    "NOT (floors > 20)": lambda n: floors(n) is not None and n % 30 <= 20,
    "floors IS NULL": lambda n: floors(n) is None,
    "floors IS NOT NULL": lambda n: floors(n) is not None,
    "height < 2.5": lambda n: n / 8 < 2.5,
    "name = 'Tower 007'": lambda n: n == 7,
    "name LIKE 'Tower%'": lambda n: n % 2 == 1,
    "name ILIKE 'TOWER 0%'": lambda n: n < 100,
    "name LIKE '%_07'": lambda n: n % 100 == 7,
    r"path = 'c:\3'": lambda n: n % 10 == 3,
    r"path LIKE 'c:\3'": lambda n: n % 10 == 3,
    '"占地 面积" > 1500': lambda n: n > 150,
    "(number < 10 OR number > 195) AND floors > 3": lambda n: (n < 10 or n > 195) and (floors(n) or 0) > 3,
}


def test_gdal_is_sent_what_it_wants_and_no_more(live_server: LiveServer, houses: None, sent: list[int]) -> None:
    token = tokens.issue(user=factories.administrator())[0]
    own = {name: value for name, value in os.environ.items() if name not in OF_THE_SERVER}
    environment = {**own, "GDAL_HTTP_USERPWD": f"any:{token}", "GDAL_HTTP_TIMEOUT": "20"}
    call = [sys.executable, "-c", READ_ALL, f"OAPIF:{live_server.url}/ogc", json.dumps(list(WANTED))]
    told = subprocess.run(call, check=True, timeout=60, env=environment, capture_output=True, text=True).stdout
    wanted = [sum(map(condition, range(HOUSES))) for condition in WANTED.values()]
    assert dict(zip(WANTED, map(int, told.split()), strict=True)) == dict(zip(WANTED, wanted, strict=True))
    assert sum(sent) == sum(wanted) + SAMPLE * len(WANTED)

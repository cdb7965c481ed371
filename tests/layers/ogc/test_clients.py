"""The programs that analysts use, against a running server: GDAL (through pyogrio), geopandas and OWSLib."""

import base64
import json
import os
import pickle
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from django.db import connection
from owslib.ogcapi.features import Features
from pytest_django.live_server_helper import LiveServer

from gisserver.common.access.credentials import tokens
from layers.models import UploadedLayer
from layers.publishing import publish_file
from tests import factories


@pytest.fixture
def token(live_server: LiveServer) -> str:
    """A token of somebody who may see everything."""
    return tokens.issue(user=factories.administrator())[0]


@pytest.fixture
def gdal(live_server: LiveServer, token: str, tmp_path: Path) -> Callable[..., Any]:
    """Ask GDAL's OAPIF driver, with the token as a Basic password.

    In a process of its own: GDAL waits for the answer without letting the server's thread run.
    """

    def ask(function: str, **arguments: Any) -> Any:
        answer = tmp_path / "answer.pickle"
        call = [sys.executable, "-c", ASK, f"OAPIF:{live_server.url}/ogc", function, json.dumps(arguments), str(answer)]
        own = {name: value for name, value in os.environ.items() if name not in OF_THE_SERVER}
        environment = {**own, "GDAL_HTTP_USERPWD": f"any:{token}", "GDAL_HTTP_TIMEOUT": "20"}
        subprocess.run(call, check=True, timeout=60, env=environment)
        return pickle.loads(answer.read_bytes())

    return ask


# With these the server forbids itself to ask other sources (`gisserver/__init__.py`); an analyst's GDAL has none.
OF_THE_SERVER = {"OGR_SKIP", "GML_DOWNLOAD_SCHEMA", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS"}
ASK = """
import json, pickle, sys, pyogrio
address, function, arguments, answer = sys.argv[1:]
with open(answer, "wb") as target:
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(arguments).items()}
    pickle.dump(getattr(pyogrio, function)(address, **told), target)
"""


@pytest.fixture
def towns(live_server: LiveServer, tmp_path: Path) -> Iterator[gpd.GeoDataFrame]:
    """2,500 points in a projected CRS, published as ``towns``; with nulls, and a first page of nothing but nulls."""
    count = 2500
    frame = gpd.GeoDataFrame(
        {
            "name": [f"镇{number}" for number in range(count)],
            "floors": [None if number < 30 else number % 7 for number in range(count)],
            "height": [number / 8 for number in range(count)],
        },
        geometry=gpd.points_from_xy([500_000.125 + n for n in range(count)], [2_500_000.5 - n for n in range(count)]),
        crs=32650,
    )
    path = tmp_path / "towns.gpkg"
    frame.to_file(path)
    layer = publish_file(path, slug="towns").layer
    assert isinstance(layer, UploadedLayer)
    yield frame
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {layer.table}")


def test_gdal_reads_every_value_and_coordinate(gdal: Callable[..., Any], towns: gpd.GeoDataFrame) -> None:
    read = gdal("read_dataframe", layer="towns")
    assert read.crs.to_epsg() == 32650
    assert shapely.equals_exact(read.geometry.to_numpy(), towns.geometry.to_numpy(), 0).all()
    assert read["name"].tolist() == towns["name"].tolist()
    assert read["floors"].isna().sum() == 30
    assert read["floors"].dropna().tolist() == towns["floors"].dropna().tolist()
    assert read["height"].tolist() == towns["height"].tolist()


def test_gdal_filters_on_the_server(gdal: Callable[..., Any], towns: gpd.GeoDataFrame) -> None:
    read = gdal("read_dataframe", layer="towns", where="floors = 5", bbox=(500_100, 0, 500_200, 9_999_999))
    wanted = towns[(towns.floors == 5) & (towns.geometry.x > 500_100) & (towns.geometry.x < 500_200)]
    assert read["name"].tolist() == wanted["name"].tolist()


def test_gdal_counts_without_reading(gdal: Callable[..., Any], towns: gpd.GeoDataFrame) -> None:
    assert gdal("read_info", layer="towns")["features"] == 2500


def test_gdal_lists_the_collections(gdal: Callable[..., Any], towns: gpd.GeoDataFrame) -> None:
    assert {"grids", "buildings", "incidents", "towns"} <= set(gdal("list_layers")[:, 0])


def test_geopandas_reads_the_address_of_items(live_server: LiveServer, token: str, towns: gpd.GeoDataFrame) -> None:
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    manager.add_password(None, live_server.url, "any", token)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
    with opener.open(f"{live_server.url}/ogc/collections/towns/items?limit=10000") as answer:
        read = gpd.read_file(answer)
    assert len(read) == 2500
    assert read.geometry.iloc[0].equals_exact(towns.to_crs(4326).geometry.iloc[0], 1e-8)


def test_a_probe_with_range_is_answered_whole(live_server: LiveServer, token: str, towns: gpd.GeoDataFrame) -> None:
    basic = base64.b64encode(f"any:{token}".encode()).decode()
    request = urllib.request.Request(
        f"{live_server.url}/ogc/collections/towns/items",
        headers={"Range": "bytes=0-1", "Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request) as answer:
        assert (answer.status, answer.headers["Accept-Ranges"]) == (200, "none")


def test_owslib_walks_the_whole_api(live_server: LiveServer, token: str, towns: gpd.GeoDataFrame) -> None:
    service = Features(f"{live_server.url}/ogc/", headers={"Authorization": f"Bearer {token}"})
    assert "towns" in service.feature_collections()
    assert service.collection("towns")["storageCrs"].endswith("/32650")
    assert service.collection_queryables("towns")["properties"]["name"]["type"] == "string"
    assert service.collection_schema("towns")["properties"]["fid"]["x-ogc-role"] == "id"
    found = service.collection_items("towns", limit=5, sortby=("height", "desc"), offset=1)
    assert [feature["properties"]["name"] for feature in found["features"]][:2] == ["镇2498", "镇2497"]
    assert service.collection_item("towns", 7)["properties"]["name"] == "镇6"

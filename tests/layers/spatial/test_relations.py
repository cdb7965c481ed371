"""Boxes and extents: what a collection says of itself finds all that it holds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from gisserver.common.geo.bbox import outward
from gisserver.common.geo.crs import parse_crs
from layers.publishing import publish_file
from tests.factories import at, building, community_of
from tests.layers.conftest import read


def box_of(client: Client, collection: str) -> str:
    """Return the published extent of a collection as a bbox."""
    (box,) = read(client, f"/collections/{collection}")["extent"]["spatial"]["bbox"]
    return ",".join(map(repr, box))


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:3857", "EPSG:4490", "EPSG:32650"])
def test_the_published_extent_finds_every_upload(analyst: Client, tmp_path: Path, crs: str) -> None:
    places = np.random.default_rng(1).uniform(0, 5_000, (40, 2)) + {"EPSG:4490": -4_900}.get(crs, 500_000)
    places = places * {"EPSG:4490": 0.001}.get(crs, 1.0)
    features: list[Any] = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": place}}
        for place in places.tolist()
    ]
    path = tmp_path / "dots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path, crs=parse_crs(crs))
    assert (
        read(analyst, "/collections/dots/items", bbox=box_of(analyst, "dots"), resulttype="hits")["numberMatched"] == 40
    )


def test_the_published_extent_finds_every_building(analyst: Client, laws: None) -> None:
    community = community_of("AB")
    for number in range(12):
        building(at(0.1 + number * 0.07, 0.9 - number * 0.03), name=str(number), community=community)
    found = read(analyst, "/collections/building_points/items", bbox=box_of(analyst, "building_points"))
    assert found["numberMatched"] == 12


def test_extents_are_rounded_outwards() -> None:
    assert outward((114.1234567891, 22.5, 114.2, 22.6999999999)) == (
        114.123456788,
        22.499999999,
        114.200000001,
        22.700000001,
    )


def test_degrees_of_another_geographic_crs_are_compared_as_longitude_and_latitude(
    analyst: Client, tmp_path: Path
) -> None:
    path = tmp_path / "old.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [10.0, 50.0]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    publish_file(path, crs=parse_crs("EPSG:4314"))  # Potsdam datum, some hundred metres off
    (lon, lat) = read(analyst, "/collections/old/items")["features"][0]["geometry"]["coordinates"]
    near = f"{lon - 1e-6},{lat - 1e-6},{lon + 1e-6},{lat + 1e-6}"
    assert read(analyst, "/collections/old/items", bbox=near)["numberMatched"] == 1

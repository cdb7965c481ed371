"""Distances in metres are those of the geodesic, whatever the CRS of the features."""

import json
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from django.test import Client

from layers.publishing import publish_file
from layers.spatial.crs import CRS84, epsg
from layers.spatial.distance import buffer
from tests.layers.conftest import read, refusal

GEOD = pyproj.Geod(ellps="WGS84")
HERE = (114.35, 22.69)
ITEMS = "/collections/spots/items"


@pytest.fixture
def spots(db: None, tmp_path: Path) -> dict[int, float]:
    """200 points up to some kilometres around, and some at the ends of the world: the distance of each from HERE."""
    luck = np.random.default_rng(3)
    near = np.column_stack([luck.uniform(114.30, 114.40, 200), luck.uniform(22.64, 22.74, 200)])
    points = np.vstack([near, [[-179.99, 10.0], [179.99, 10.0], [10.0, 84.0]]])
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": list(point)}, "properties": {"n": number}}
        for number, point in enumerate(points)
    ]
    path = tmp_path / "spots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path)
    _, _, metres = GEOD.inv(*np.broadcast_to(HERE, points.shape).T, *points.T)
    return dict(enumerate(metres))


@pytest.mark.parametrize("metres", [0, 500, 3000, 4_000_000, 12_000_000])
def test_within_so_many_metres(analyst: Client, spots: dict[int, float], metres: float) -> None:
    answer = read(analyst, ITEMS, filter=f"S_DWITHIN(geometry, POINT({HERE[0]} {HERE[1]}), {metres})")
    found = {feature["properties"]["n"] for feature in answer["features"]}
    assert found == {number for number, apart in spots.items() if apart <= metres}


def test_over_the_antimeridian(analyst: Client, spots: dict[int, float]) -> None:
    answer = read(analyst, ITEMS, filter="S_DWITHIN(geometry, POINT(180 10), 2000)")
    assert [feature["properties"]["n"] for feature in answer["features"]] == [200, 201]


def test_the_nearest_come_first_with_their_distance(analyst: Client, spots: dict[int, float]) -> None:
    answer = read(analyst, ITEMS, nearest=f"{HERE[0]},{HERE[1]}", k=7)
    found = [(feature["properties"]["n"], feature["properties"]["distance_m"]) for feature in answer["features"]]
    wanted = sorted(spots.items(), key=lambda each: each[1])[:7]
    assert [number for number, _ in found] == [number for number, _ in wanted]
    assert [apart for _, apart in found] == pytest.approx([apart for _, apart in wanted], abs=1e-4)


def test_nearest_among_those_that_match(analyst: Client, spots: dict[int, float]) -> None:
    answer = read(analyst, ITEMS, nearest=f"{HERE[0]},{HERE[1]}", k=2, filter="n >= 200", properties="n")
    far = {number: apart for number, apart in spots.items() if number >= 200}
    assert [feature["properties"]["n"] for feature in answer["features"]] == sorted(far, key=far.__getitem__)[:2]


def test_a_buffer_is_what_lies_within_its_metres(analyst: Client, spots: dict[int, float]) -> None:
    shape = f"S_BUFFER(POINT({HERE[0]} {HERE[1]}), 3000)"
    met, within = (
        {feature["properties"]["n"] for feature in read(analyst, ITEMS, filter=f"{op}(geometry, {shape})")["features"]}
        for op in ("S_INTERSECTS", "S_WITHIN")
    )
    # A circle of 128 corners lies a metre inside.
    assert met == {number for number, apart in spots.items() if apart <= 3000}
    assert {number for number, apart in spots.items() if apart <= 2999} <= within <= met


@pytest.mark.parametrize("crs", [CRS84, epsg(4547), epsg(3857)])
def test_a_buffer_in_any_crs_is_as_wide_on_the_ground(crs: object) -> None:
    there = pyproj.Transformer.from_crs(4326, crs.srid, always_xy=True)  # type: ignore[attr-defined]
    ring = shapely.get_coordinates(buffer(shapely.Point(there.transform(*HERE)), crs, 500.0))  # type: ignore[arg-type]
    lon, lat = there.transform(*ring.T, direction="INVERSE")
    _, _, apart = GEOD.inv(*np.broadcast_to(HERE, ring.shape).T, lon, lat)
    assert apart == pytest.approx(500.0, abs=1e-3)


@pytest.mark.parametrize(
    "parameters",
    [
        {"filter": "S_DWITHIN(geometry, POINT(1 1), -1)"},
        {"filter": "S_DWITHIN(geometry, POINT(1 1))"},
        {"filter": "S_DWITHIN(geometry, geometry, 5)"},
        {"filter": "S_DWITHIN(geometry, POINT(1 1), 5, 'miles')"},
        {"filter": "S_DWITHIN(geometry, POINT(1 91), 5)"},
        {"filter": "S_WITHIN(geometry, S_BUFFER(POINT(1 1), 30000))"},
        {"nearest": "1"},
        {"nearest": "1,2,3"},
        {"nearest": "1,91"},
        {"nearest": "1,1", "k": "0"},
        {"nearest": "1,1", "k": "1000"},
        {"nearest": "1,1", "sortby": "n"},
        {"nearest": "1,1", "f": "csv"},
        {"resulttype": "hits", "f": "arrow"},
        {"k": "5"},
    ],
)
def test_what_is_not_understood_is_refused(analyst: Client, spots: object, parameters: dict[str, str]) -> None:
    assert refusal(analyst, ITEMS, **parameters)[0] == 400

"""Who and what stands in deep water: one request, a layer, and nothing of small groups."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client
from rasterio.transform import from_origin

from buildings import exposure
from buildings.models import Building, Household, Unit
from buildings.services import assign_buildings
from gisserver.common.access.roles import Role
from gisserver.common.db.validity import since
from grids.models import Division
from layers.publishing import publish_file
from tests import factories
from tests.factories import LONG_AGO, ORIGIN, at, community_of
from tests.layers.test_rasters import written

# Depths in metres in pixels of 10 m over two grids of 100 m side by side: deep in the west, shallow in the east.
DEPTHS = np.where(np.arange(20) < 10, 0.5, 0.1).astype("float32")[None, :].repeat(10, axis=0)


@pytest.fixture
def community(laws: None) -> Division:
    """Two houses in the west, of 6 households and of 1, a unit of each on the ground; one in the east, of 6."""
    community = community_of("AB")
    for name, column, households in (("大", 0.5, 6), ("小", 0.7, 1), ("东", 1.5, 6)):
        house = factories.building(at(column, 0.5), name=name, community=community)
        for number in range(households):
            unit = Unit.objects.create(building=house, number=str(number), floor=number + 1, valid=since(LONG_AGO))
            Household.objects.create(unit=unit, head_name=f"王{number}", residents=2, valid=since(LONG_AGO))
    assign_buildings()
    return community


@pytest.fixture
def water(tmp_path: Path, settings: Any, community: Division) -> None:
    """The raster of the depths."""
    settings.GISSERVER_HOME = tmp_path / "home"
    publish(tmp_path, DEPTHS)


def publish(folder: Path, depths: Any) -> None:
    """Publish depths over the two grids; -1 is none."""
    transform = from_origin(ORIGIN[0], ORIGIN[1] + 100, 10, 10)
    publish_file(written(folder / "water.tif", depths, crs="EPSG:4547", transform=transform, nodata=-1))


def asked(role: Role, community: Division, **query: Any) -> Any:
    """Return what somebody of a role in the community is answered."""
    client = Client()
    client.force_login(factories.user(f"{role} {query}", role=role, area=community))
    return client.get("/api/buildings/exposure/", {"raster": "water", **query})


def test_a_supervisor_is_told_all(water: None, community: Division) -> None:
    answer = asked(Role.SUPERVISOR, community, at_least=0.3).json()
    all_of_it = {"buildings": 2, "units": 7, "ground_floor_units": 2, "households": 7, "residents": 14, "withheld": 0}
    assert (answer["total"], answer["grids"]) == (all_of_it, [{"grid": "A", **all_of_it}])


def test_of_a_small_group_others_are_told_only_that_it_is_left_out(water: None, community: Division) -> None:
    total = asked(Role.ANALYST, community, at_least=0.3).json()["total"]
    assert (total["households"], total["residents"], total["withheld"]) == (6, 12, 1)
    assert (total["buildings"], total["ground_floor_units"]) == (2, 2)


def test_it_is_a_layer(water: None, community: Division) -> None:
    layer = asked(Role.ANALYST, community, at_least=0.3, format="geojson").json()
    told = {each["properties"]["name"]: each["properties"] for each in layer["features"]}
    assert (told["大"]["residents"], told["小"]["residents"]) == (12, None)
    assert told["大"]["value"] == pytest.approx(0.5)
    assert layer["features"][0]["geometry"]["coordinates"] == pytest.approx(factories.lonlat(at(0.5, 0.5)), abs=1e-7)


def test_values_up_to_a_bound_are_asked_for_too(water: None, community: Division) -> None:
    assert asked(Role.ANALYST, community, at_most=0.2).json()["grids"][0]["grid"] == "B"
    assert asked(Role.ANALYST, community, at_least=0.05, at_most=0.2).json()["total"]["buildings"] == 1


def test_water_at_a_wall_is_water_at_the_building(tmp_path: Path, settings: Any, community: Division) -> None:
    """The model has no water inside of a house: a pixel of its outline is deep, its point has no value."""
    settings.GISSERVER_HOME = tmp_path / "home"
    depths = np.full((10, 20), -1, "float32")
    depths[5, 6] = 0.8
    publish(tmp_path, depths)
    assert asked(Role.ANALYST, community, at_least=0.3).json()["total"]["buildings"] == 0
    walls = factories.to_geos(shapely.box(ORIGIN[0] + 35, ORIGIN[1] + 35, ORIGIN[0] + 65, ORIGIN[1] + 65))
    Building.objects.filter(name="大").update(footprint=walls)
    assert asked(Role.ANALYST, community, at_least=0.31).json()["total"]["buildings"] == 1


def test_walls_along_many_small_pixels_are_looked_at_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house of 100 m in a picture of pixels of 1 mm; and buildings of 6, 6 and 6 places, 15 of which fit together."""
    walls = shapely.box(0, 0, 25, 25)
    places = exposure._places_of(shapely.to_wkb(walls), shapely.to_wkb(shapely.Point(9, 9)), 0.001)
    assert 10_000 <= len(places) <= 10_010
    monkeypatch.setattr(exposure, "_MOST_PLACES_TOGETHER", 15)
    batches = exposure._batches((pk, np.zeros((6, 2))) for pk in (1, 2, 3))
    assert [(ids, [len(each) for each in found]) for ids, found in batches] == [([1, 2], [6, 6]), ([3], [6])]


def test_each_sees_their_own_buildings_only(water: None, community: Division) -> None:
    elsewhere = factories.division("440310002", level="subdistrict")
    assert asked(Role.SUPERVISOR, elsewhere, at_least=0.3).json()["total"]["buildings"] == 0


def test_nobody_and_who_may_nothing_are_refused(client: Client, water: None) -> None:
    nobody = Client()
    nobody.force_login(factories.user("nobody"))
    door = "/api/buildings/exposure/?raster=water&at_least=0.3"
    assert [each.get(door).status_code for each in (client, nobody)] == [401, 403]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "bad_at_least"),
        ({"at_least": "nan"}, 400, "bad_at_least"),
        ({"at_least": "1", "raster": "none"}, 404, "unknown_collection"),
        ({"at_least": "1", "band": "2"}, 400, "bad_band"),
        ({"at_least": "1", "format": "kml"}, 400, "bad_format"),
        ({"at_least": "1", "depth": "1"}, 400, "unknown_parameter"),
    ],
)
def test_what_can_not_be_answered_is_refused(
    water: None, community: Division, query: dict[str, str], status: int, code: str
) -> None:
    answer = asked(Role.ANALYST, community, **query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)

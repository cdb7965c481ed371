"""The readers of packs say what the server says: inside, on borders and corners, outside, at the neighbour's."""

import gzip
import importlib.util
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
from django.conf import settings

from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role
from gisserver.common.geo.crs import WGS84, to_survey
from gisserver.runtime.environment import Tree, node_of
from grids.selectors import grids_at
from tests.tiles.town import EAST, NORTH, area, box, division, grid
from tiles.packs.area import area_of
from tiles.packs.content import content, survey_projection

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "docs" / "examples"
WHEEL = node_of(Tree(ROOT))
# `make test` installs it where the system has none.
NODE = WHEEL / "bin" / "node" if WHEEL else "node"
MIDDLE = "440310001002"


@pytest.fixture
def reader() -> Any:
    """The Python reader, which is a script."""
    spec = importlib.util.spec_from_file_location("read_pack", EXAMPLES / "read_pack.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def supervisor(db: None, django_user_model: Any) -> Any:
    """The supervisor of the community in the middle, whose neighbours have lower and higher codes.

    ::

        1000 +-----+-----+-----+-----+
             | W1  | M1  | M2 /| E1  |
             |     +-----+---+ |     |
             |     |     M3  | |     |
           0 +-----+-----+---+-+-----+
             0   1000        3000  4000
    """
    district = division("district", "440310", "坪山区", box(0, 0, 4000, 1000), None)
    west = division("community", "440310001001", "西", box(0, 0, 1000, 1000), district)
    middle = division("community", MIDDLE, "中", box(1000, 0, 2000, 1000), district)
    east = division("community", "440310001003", "东", box(3000, 0, 1000, 1000), district)
    grid(west, "440310001001001", area((0, 0), (1000, 0), (1000, 600), (1000, 1000), (0, 1000)))
    grid(middle, f"{MIDDLE}001", area((1000, 600), (1990.003, 600), (1990.003, 1000), (1000, 1000)))
    grid(
        middle,
        f"{MIDDLE}002",
        area((1990.003, 600), (2666.667, 600), (2700.001, 0), (3000, 0), (3000, 1000), (1990.003, 1000)),
    )
    grid(middle, f"{MIDDLE}003", area((1000, 0), (2700.001, 0), (2666.667, 600), (1990.003, 600), (1000, 600)))
    grid(east, "440310001003001", box(3000, 0, 1000, 1000))
    user = django_user_model.objects.create_user("middle")
    Grant.objects.create(user=user, role=Role.SUPERVISOR, area=middle)
    return user


def places() -> Iterator[tuple[float, float]]:
    """Places in metres of the survey CRS: anywhere, near each corner, and exactly on borders."""
    luck = np.random.default_rng(7)
    yield from luck.uniform((900, -100), (3100, 1100), (400, 2))
    corners = [(1000, 600), (1990.003, 600), (2666.667, 600), (2700.001, 0), (3000, 0), (3000, 1000), (1000, 0)]
    for corner in corners:
        yield corner
        yield from luck.normal(corner, (0.002, 0.002), (30, 2))
        yield from luck.normal(corner, (40, 40), (30, 2))
    for x in luck.uniform(1000, 2666, 40):
        yield x, 600
    for y in luck.uniform(0, 1000, 40):
        yield from ((1000, y), (3000, y), (2950 + y / 20, y))


@pytest.fixture
def asked(supervisor: Any) -> tuple[list[tuple[float, float]], list[str | None]]:
    """Places in degrees, and what the server says of each to the supervisor."""
    to_degrees = pyproj.Transformer.from_crs(settings.SURVEY_SRID, 4326, always_xy=True)
    degrees = [to_degrees.transform(EAST + x, NORTH + y) for x, y in places()]
    survey = to_survey(np.array(degrees), WGS84, settings.SURVEY_SRID)
    said = grids_at(user=supervisor, survey=survey)
    answers = [said[number].grid if number in said else None for number in range(len(degrees))]
    assert {code and code[-3:] for code in answers} == {None, "001", "002", "003"}
    return degrees, answers


def test_the_python_reader_says_what_the_server_says(asked: Any, reader: Any) -> None:
    degrees, answers = asked
    pack = reader.Pack(content(area_of(MIDDLE)))
    assert [pack.grid_at(*place) for place in degrees] == answers


def test_the_javascript_reader_says_what_the_server_says(asked: Any, tmp_path: Path) -> None:
    degrees, answers = asked
    file = tmp_path / "pack.json.gz"
    file.write_bytes(gzip.compress(json.dumps(content(area_of(MIDDLE))).encode()))
    said = subprocess.run(
        [NODE, EXAMPLES / "read_pack.mjs", file], input=json.dumps(degrees).encode(), capture_output=True, check=True
    )
    assert json.loads(said.stdout) == answers


def test_of_others_a_pack_says_no_more_than_where_they_begin(asked: Any) -> None:
    others = [grid for grid in content(area_of(MIDDLE))["grids"] if grid["code"] is None]
    assert [set(grid) for grid in others] == [{"code", "polygons"}] * 2
    for polygon in (polygon for ground in others for polygon in ground["polygons"]):
        xs = np.cumsum(np.array(polygon[0]).reshape(-1, 2), axis=0)[:, 0] / 1000 - EAST
        assert xs.min() > 940 and xs.max() < 3060


@pytest.mark.parametrize("srid", [4547, 32618, 32632])
def test_the_readers_project_as_proj_does(srid: int, reader: Any) -> None:
    crs = survey_projection(srid)
    middle = (crs["central_meridian"] + 0.4, 22.7 if srid == 4547 else 45.0)
    for degrees in np.random.default_rng(srid).normal(middle, 0.2, (300, 2)):
        east, north = pyproj.Transformer.from_crs(4326, srid, always_xy=True).transform(*degrees)
        assert reader.project(crs, *degrees) == (round(round(east, 3) * 1000), round(round(north, 3) * 1000))

"""Files of drawn grids, and the import commands run on them."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import call_command
from shapely.geometry.base import BaseGeometry

from tests.factories import division, drawn

Draw = Callable[..., Path]
Run = Callable[..., str]
COMMUNITY = "--community=440310001001"
FIRST, SECOND, THIRD = (f"--effective-at=2026-0{month}-01" for month in (1, 2, 3))


def framed(drawing: str, code: str = "440310001001") -> dict[str, shapely.Geometry]:
    """Make a community of the drawing's outline, without grids; return the shapes."""
    shapes = drawn(drawing)
    division(code, geometry=shapely.union_all(list(shapes.values())))
    return shapes


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Write polygons, given by code, as a GeoJSON file in the survey CRS (which the file does not say)."""

    def write(shapes: dict[str, BaseGeometry], name: str = "grids.geojson", **words: dict[str, str]) -> Path:
        features = [
            {
                "type": "Feature",
                "properties": {"code": code.split("#")[0], **{word: by_code[code] for word, by_code in words.items()}},
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
            for code, shape in shapes.items()
        ]
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run an import command on a file in the survey CRS and return its summary."""

    def call(command: str, path: Path, *arguments: str) -> str:
        out = StringIO()
        call_command(command, str(path), "--crs=EPSG:4547", *arguments, stdout=out)
        return out.getvalue().strip()

    return call

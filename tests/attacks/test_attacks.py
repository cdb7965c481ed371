"""A sample of the files of `make bench ARGS=hostile`: each ends in a problem document for its sender."""

from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bench.attacks import archives, binaries, pointing, texts
from layers.models import UploadedLayer
from layers.services import reading_room
from tests import factories

# One of each kind: what nests, swells, lies, runs for ever, points elsewhere, leads out of its folder.
KINDS = (
    "parentheses, deep",
    "KML folders, deep",
    "CSV, 200,000 columns",
    "CSV, UTF-16 cut",
    "JSON, 1e400",
    "a coordinate of 1e308",
    "a coordinate of NaN",
    "zips in zips",
    "a zip to ../../../tmp/evil.geojson",
    "a zip that lies of its size",
    "a name: 'a.vrt'",
    "an endless view of features",
    "a trigger",
    "a geometry, rings",
    "a record's length, negative",
    "FlatGeobuf with a false size at 20",
    "a billion laughs in gml",
    "a crs that is a file",
    "a virtual raster called tif",
)
GROUPS = (
    *(texts.nested, texts.texts, texts.geometries),
    *(archives.packed, archives.names, binaries.databases, binaries.shapes, binaries.rasters),
    *(pointing.xml, pointing.pointing),
)


@pytest.fixture(scope="module")
def files() -> dict[str, tuple[str, bytes]]:
    """The sample, by kind."""
    made = {kind: (name, content) for kind, name, content in chain.from_iterable(group() for group in GROUPS)}
    return {kind: made[kind] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_file_costs_its_sender_an_error(
    kind: str, files: dict[str, tuple[str, bytes]], db: None, client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.GISSERVER_HOME = tmp_path
    client.force_login(factories.administrator())
    name, content = files[kind]
    answer = client.post("/api/layers/", {"file": SimpleUploadedFile(name, content), "crs": "wgs84"})
    assert 400 <= answer.status_code < 500, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not UploadedLayer.objects.exists()
    assert not reading_room().exists() or not list(reading_room().iterdir())

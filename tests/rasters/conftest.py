"""Rasters to publish, and people who read."""

from pathlib import Path
from typing import Any

import pytest

from layers.models import RasterLayer
from layers.publishing import publish_file


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home of its own."""
    settings.GISSERVER_HOME = tmp_path / "home"
    return tmp_path


@pytest.fixture
def lauf(home: Path, shared_data: Path, db: None) -> RasterLayer:
    """The elevation of a small town, published."""
    layer = publish_file(shared_data / "lauf" / "lauf_srtm3.tif", slug="lauf").layer
    assert isinstance(layer, RasterLayer)
    return layer

"""What a raster says of a redraw, beside its preview; what stays after publishing is not computed again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio.transform import from_origin

from gisserver.common.access.roles import Role
from layers.publishing import publish_file
from rasters.models import ZoneStatistics
from tests import factories
from tests.layers.test_rasters import written
from tests.redrawing import COMMUNITY, Draft, line, signed_in

# Two pixels of 100 m: a grid of each.
VALUES = np.array([[10, 20]], "float32")


@pytest.fixture
def values(tmp_path: Path, settings: Any, laws: None) -> Any:
    """A community of two grids, and a raster of a value for each."""
    settings.GISSERVER_HOME = tmp_path / "home"
    community = factories.community_of("AB", code=COMMUNITY)
    transform = from_origin(factories.ORIGIN[0], factories.ORIGIN[1] + 100, 100, 100)
    publish_file(written(tmp_path / "values.tif", VALUES, crs="EPSG:4547", transform=transform))
    return community


def test_a_split_grid_is_told_before_and_after(values: Any) -> None:
    draft = Draft(signed_in("author", Role.SUPERVISOR, values), COMMUNITY)
    draft.draw("split", grid="A", line=line((0.25, -1), (0.25, 2)))
    told = draft.read("preview/raster/?raster=values&stats=sum,covered")["grids"]
    before = [each["before"]["sum"] for each in told if each["before"]]
    after = [each["after"]["sum"] for each in told if each["after"]]
    assert before == pytest.approx([10])
    assert sorted(after) == pytest.approx([2.5, 7.5])
    assert sum(after) == pytest.approx(sum(before), rel=1e-9)


def test_after_publishing_the_grids_of_the_draft_are_known(values: Any) -> None:
    author = signed_in("author", Role.SUPERVISOR, values)
    draft = Draft(author, COMMUNITY)
    draft.draw("split", grid="A", line=line((0.25, -1), (0.25, 2)))
    draft.read("preview/raster/?raster=values")
    author.get("/rasters/values/zonal")
    known = ZoneStatistics.objects.count()
    draft.approved(signed_in("reviewer", Role.REVIEWER, values)).step(
        "publish", by=signed_in("r", Role.REVIEWER, values)
    )
    sums = [each["sum"] for each in author.get("/rasters/values/zonal").json()["results"]]
    assert sorted(sums) == pytest.approx([2.5, 7.5, 20])
    assert ZoneStatistics.objects.count() == known


def test_who_does_not_see_the_redraw_is_told_nothing(values: Any) -> None:
    draft = Draft(signed_in("author", Role.SUPERVISOR, values), COMMUNITY)
    elsewhere = factories.division("440310002", level="subdistrict")
    stranger = signed_in("stranger", Role.SUPERVISOR, elsewhere)
    assert stranger.get(f"{draft.path}preview/raster/?raster=values").status_code == 404
    assert draft.client.get(f"{draft.path}preview/raster/?raster=none").status_code == 404

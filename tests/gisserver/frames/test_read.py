"""A collection as a GeoDataFrame: the rows, places and types that the OGC door tells, for whom it tells them."""

import io
import json
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from django.test import Client

from gisserver import frames
from gisserver.common.access.roles import Role
from gisserver.common.errors import Forbidden, Invalid, NotFound
from grids.models import GridVersion
from layers import registry
from layers.publishing import publish_file
from tests import factories
from tests.factories import LONG_AGO, at, community_of, drawn, hours_ago, lonlat

pytestmark = pytest.mark.usefixtures("laws")


def test_the_grids_as_they_are(db: None) -> None:
    community_of("AB", code="440310001001")

    grids = frames.read("grids", user=None)

    assert list(grids["code"]) == ["A", "B"]
    assert list(grids.index) == list(GridVersion.objects.order_by("grid_id").values_list("grid_id", flat=True))
    assert (grids.crs.to_epsg(), list(grids.area)) == (4547, [10_000, 10_000])
    assert list(grids["community"]) == ["440310001001"] * 2


def test_the_columns_have_types(db: None) -> None:
    community_of("AB")

    grids = frames.read("grids", user=None)

    assert grids["kind"].dtype == pd.CategoricalDtype(["base", "special"])
    assert str(grids["valid_from"].dtype) == "datetime64[us, UTC]"
    assert list(grids["valid_from"]) == [pd.Timestamp(LONG_AGO)] * 2
    assert grids["valid_to"].isna().all()
    assert grids["area_m2"].dtype == np.float64
    assert grids["name"].dtype == "str"


@pytest.fixture
def places(db: None, tmp_path: Path) -> str:
    """An upload with a property of each type, in its second feature all missing, and no place."""
    properties = {"n": 7, "x": 0.5, "day": "1969-12-31", "when": "2026-03-01T08:00:00.000001Z", "geometry": "甲"}
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [114.3, 22.7]}, "properties": properties},
        {"type": "Feature", "geometry": None, "properties": dict.fromkeys(properties)},
    ]
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    publish_file(path)
    return "places"


def test_a_missing_value_spoils_no_other(places: str) -> None:
    frame = frames.read(places, user=None)

    assert (frame["n"].dtype, frame["n"].iloc[0], frame["n"].isna().iloc[1]) == ("Int64", 7, True)
    assert (frame["day"].iloc[0], frame["day"].isna().iloc[1]) == (pd.Timestamp("1969-12-31"), True)
    assert frame["x"].isna().tolist() == [False, True]
    assert frame.geometry.isna().tolist() == [False, True]


def test_a_property_may_be_called_geometry(places: str) -> None:
    frame = frames.read(places, user=None)

    assert (frame["geometry"].iloc[0], frame.geometry.name) == ("甲", "geom")


def test_an_empty_collection_has_its_columns_and_types(db: None) -> None:
    grids = frames.read("grids", user=None)

    assert (len(grids), grids.crs.to_epsg(), grids["area_m2"].dtype) == (0, 4547, np.float64)


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "geojson"])
def test_a_frame_goes_into_a_file_and_comes_back(db: None, tmp_path: Path, suffix: str) -> None:
    community_of("AB")
    grids = frames.read("grids", user=None)

    grids.to_file(tmp_path / f"grids.{suffix}")

    back = geopandas.read_file(tmp_path / f"grids.{suffix}")
    assert sorted(back["code"]) == ["A", "B"]


def test_in_another_crs_it_is_what_ogc_tells(admin_client: Client, db: None) -> None:
    community_of("AB")

    here = frames.read("grids", user=None, srid=4326)

    there = geopandas.read_file(io.BytesIO(admin_client.get("/ogc/collections/grids/items").getvalue()))
    assert here.crs.to_epsg() == 4326
    assert list(there["code"]) == list(here["code"])
    assert there.geometry.geom_equals_exact(here.geometry.reset_index(drop=True), 1e-8).all()


def test_as_it_was_within_a_box_filtered_and_with_few_columns(db: None) -> None:
    """ABC; C is younger than an hour."""
    community = community_of("ABC")
    before, moment = hours_ago(2), hours_ago(1)
    [c] = GridVersion.objects.filter(code="C")
    GridVersion.objects.filter(pk=c.pk).end(moment)
    factories.grid("D", drawn("ABC")["C"], community, identity=c.grid, begins=moment)
    west, south = lonlat(at(1.1, 0.1))
    east, north = lonlat(at(2.9, 0.9))

    then = frames.read("grids", user=None, at=before, bbox=(west, south, east, north), columns=["name", "code"])
    now = frames.read("grids", user=None, where="code > 'A' AND code < 'D'", columns=["code"])

    assert (list(then.columns), list(then["code"])) == (["name", "code", "geometry"], ["B", "C"])
    assert list(now["code"]) == ["B"]
    assert list(frames.read("grids", user=None, at=before.isoformat())["code"]) == ["A", "B", "C"]


def test_a_user_reads_what_the_user_may_see(db: None) -> None:
    """AB and, apart from it, D."""
    here, cell = community_of("AB"), drawn("...D")["D"]
    factories.grid("D", cell, factories.division("440310001002", geometry=cell))
    factories.user("wang", role=Role.SUPERVISOR, area=here)

    assert list(frames.read("grids", user="wang")["code"]) == ["A", "B"]


def test_who_may_not_export_gets_no_frame(db: None) -> None:
    with pytest.raises(Forbidden, match="export"):
        frames.read("grids", user=factories.user("li", role=Role.COLLECTOR, everywhere=True))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"columns": ["no"]}, "unknown_property"),
        ({"bbox": (1, 2, 3)}, "bad_bbox"),
        ({"at": "yesterday"}, "bad_time"),
        ({"srid": 999999}, "unsupported_crs"),
    ],
)
def test_what_cannot_be_read_is_refused(db: None, asked: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        frames.read("grids", user=None, **asked)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_before_it_was_published_an_upload_holds_nothing(places: str) -> None:
    assert len(frames.read(places, user=None, at="2000-01-01")) == 0


def test_a_collection_without_history_has_no_past(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._declared, "grids", replace(registry._declared["grids"], versioned=False))
    with pytest.raises(Invalid, match="has no history"):
        frames.read("grids", user=None, at="2026-01-01")


@pytest.mark.parametrize(("collection", "user"), [("households", None), ("grids", "nobody")])
def test_what_there_is_not_is_not_found(db: None, collection: str, user: str | None) -> None:
    with pytest.raises(NotFound):
        frames.read(collection, user=user)

"""What a raster says of zones, over HTTP: by the rights of who asks, and computed once for each zone that stays."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client
from rasterio.transform import from_origin

from gisserver.common.access.roles import Role
from gisserver.common.jobs.models import Job
from gisserver.common.jobs.runner import run
from grids.models import Division, Grid, GridVersion
from layers.publishing import publish_file
from rasters.models import ZoneStatistics
from rasters.zonal import computing
from rasters.zonal.zones import Zones
from tests import factories
from tests.layers.test_rasters import written

# A: 1 2   Pixels of 50 m over two grids of 100 m side by side; B has one without a value.
#    3 4
DEPTHS = np.array([[1, 2, 5, 6], [3, 4, 7, -1]], "float32")


@pytest.fixture
def community(db: None) -> Division:
    """A community of two grids."""
    return factories.community_of("AB")


@pytest.fixture
def depth(home: Path, community: Division) -> None:
    """The raster of their depths, in the survey CRS."""
    transform = from_origin(factories.ORIGIN[0], factories.ORIGIN[1] + 100, 50, 50)
    publish_file(written(home / "depth.tif", DEPTHS, crs="EPSG:4547", transform=transform, nodata=-1))


def client_of(role: Role = Role.ANALYST, **where: Any) -> Client:
    """Return a client of somebody new."""
    client = Client()
    client.force_login(factories.user(f"{role}{len(where)}{where.get('area')}", role=role, **where))
    return client


def test_each_grid_has_its_statistics(depth: None) -> None:
    answer = client_of(everywhere=True).get("/rasters/depth/zonal", {"stats": "covered,count,sum,mean,min,max,q50"})
    a, b = answer.json()["results"]
    assert (a["code"], b["code"]) == ("A", "B")
    assert (a["covered"], a["count"], a["sum"], a["mean"], a["min"], a["max"], a["q50"]) == pytest.approx(
        (4, 4, 10, 2.5, 1, 4, 2)
    )
    assert (b["covered"], b["count"], b["sum"], b["mean"], b["min"], b["max"]) == pytest.approx((4, 3, 18, 6, 5, 7))


def test_the_grids_of_a_community_sum_up_to_it(depth: None) -> None:
    reader = client_of(everywhere=True)
    grids, divisions = (
        reader.get("/rasters/depth/zonal", {"zones": zones}).json()["results"] for zones in ("grids", "divisions")
    )
    assert sum(each["sum"] for each in grids) == pytest.approx(divisions[0]["sum"], rel=1e-9)


def test_it_comes_as_csv_and_as_a_layer(depth: None) -> None:
    reader = client_of(everywhere=True)
    text = reader.get("/rasters/depth/zonal", {"format": "csv", "stats": "sum"}).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["code"], float(row["sum"])) for row in rows] == [("A", pytest.approx(10)), ("B", pytest.approx(18))]
    layer = reader.get("/rasters/depth/zonal", {"format": "geojson", "stats": "sum"}).json()
    assert [each["geometry"]["type"] for each in layer["features"]] == ["MultiPolygon", "MultiPolygon"]
    corners = layer["features"][0]["geometry"]["coordinates"][0][0]
    assert min(corners) == pytest.approx(factories.lonlat(factories.at(0, 0)), abs=1e-4)


def test_a_filter_narrows_the_zones(depth: None) -> None:
    answer = client_of(everywhere=True).get("/rasters/depth/zonal", {"filter": "code = 'B'"})
    assert [each["code"] for each in answer.json()["results"]] == ["B"]


def test_classes_are_shares(home: Path, community: Division) -> None:
    transform = from_origin(factories.ORIGIN[0], factories.ORIGIN[1] + 100, 100, 50)
    publish_file(written(home / "land.tif", np.array([[1, 2], [3, 2]], "uint8"), crs="EPSG:4547", transform=transform))
    answer = client_of(everywhere=True).get("/rasters/land/zonal", {"stats": "classes"})
    assert [each["classes"] for each in answer.json()["results"]] == [
        {"1": pytest.approx(0.5), "3": pytest.approx(0.5)},
        {"2": pytest.approx(1.0)},
    ]


def test_what_was_computed_is_computed_once(depth: None, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = client_of(everywhere=True)
    first = reader.get("/rasters/depth/zonal").json()
    monkeypatch.setattr(computing, "statistics_of", None)
    assert reader.get("/rasters/depth/zonal").json() == first
    assert ZoneStatistics.objects.count() == 2


def test_a_grid_that_stays_is_not_computed_again(depth: None, community: Division) -> None:
    """After a redraw the grid A is another version of the same shape: only a new shape is computed."""
    reader = client_of(everywhere=True)
    reader.get("/rasters/depth/zonal", {"filter": "code = 'A'"})
    before = ZoneStatistics.objects.count()
    reader.get("/rasters/depth/zonal")
    shapes = GridVersion.objects.filter(grid__in=Grid.objects.filter(community=community)).count()
    assert (before, ZoneStatistics.objects.count()) == (1, shapes)


def test_a_new_version_of_the_raster_is_computed_anew(home: Path, depth: None) -> None:
    reader = client_of(everywhere=True)
    reader.get("/rasters/depth/zonal")
    transform = from_origin(factories.ORIGIN[0], factories.ORIGIN[1] + 100, 50, 50)
    changed = written(home / "depth.tif", DEPTHS + 1, crs="EPSG:4547", transform=transform, nodata=0)
    publish_file(changed, replace=True)
    assert reader.get("/rasters/depth/zonal").json()["results"][0]["sum"] == pytest.approx(14)


def test_each_sees_their_own_zones_only(depth: None, community: Division) -> None:
    elsewhere = factories.division("440310002", level="subdistrict")
    asked = [client_of(area=area).get("/rasters/depth/zonal").json()["results"] for area in (community, elsewhere)]
    assert [len(results) for results in asked] == [2, 0]


def test_nobody_and_who_may_nothing_are_told_nothing(client: Client, depth: None) -> None:
    nobody = Client()
    nobody.force_login(factories.user("nobody"))
    assert [each.get("/rasters/depth/zonal").status_code for each in (client, nobody)] == [401, 403]


def test_who_may_not_export_takes_no_file(depth: None) -> None:
    reader = client_of(Role.COLLECTOR, everywhere=True)
    assert reader.get("/rasters/depth/zonal").status_code == 200
    answer = reader.get("/rasters/depth/zonal", {"format": "csv"})
    assert (answer.status_code, answer.json()["code"]) == (403, "export_not_permitted")
    assert reader.post("/rasters/depth/zonal/jobs/").status_code == 403


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"zones": "nothing"}, 404, "unknown_collection"),
        ({"zones": "building_points"}, 400, "zones_without_area"),
        ({"band": "2"}, 400, "bad_band"),
        ({"stats": "sum,median"}, 400, "bad_stats"),
        ({"format": "xml"}, 400, "bad_format"),
        ({"filter": "code ="}, 400, "bad_filter"),
        ({"filter": "10^1000 = 1"}, 400, "cannot_compute"),
        ({"zone": "grids"}, 400, "unknown_parameter"),
        ({"at": "x"}, 400, "bad_at"),
        ({"raster_at": "2001-01-01T00:00:00Z"}, 404, "unknown_collection"),
    ],
)
def test_what_can_not_be_answered_is_refused(depth: None, query: dict[str, str], status: int, code: str) -> None:
    answer = client_of(everywhere=True).get("/rasters/depth/zonal", query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_is_too_much_for_a_request_is_a_job_s_and_then_answered(
    depth: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    reader = client_of(everywhere=True)
    monkeypatch.setattr(computing, "MOST_PIXELS", 7)
    refused = reader.get("/rasters/depth/zonal")
    assert (refused.status_code, refused.json()["code"]) == (422, "zones_need_job")
    job = Job.objects.get(pk=reader.post("/rasters/depth/zonal/jobs/?stats=sum").json()["id"])
    run(job.pk)
    job.refresh_from_db()
    assert job.status == "done", job.detail
    rows = list(csv.DictReader(io.StringIO(job.result.read_text("utf-8-sig"))))
    assert [float(row["sum"]) for row in rows] == pytest.approx([10, 18])
    assert reader.get("/rasters/depth/zonal").status_code == 200


def test_a_zone_that_changes_meanwhile_is_not_kept_as_the_former(depth: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Zones, "shapes", lambda *_: iter([(b"another", shapely.box(0, 0, 1, 1))]))
    answer = client_of(everywhere=True).get("/rasters/depth/zonal")
    assert (answer.status_code, answer.json()["code"]) == (409, "zones_changed")
    assert not ZoneStatistics.objects.exists()


def test_a_property_called_id_does_not_hide_the_zone_s_own(home: Path, depth: None) -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    feature = {"type": "Feature", "properties": {"id": "x"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (home / "far.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    publish_file(home / "far.geojson")
    answer = client_of(everywhere=True).get("/rasters/depth/zonal", {"zones": "far", "format": "geojson"}).json()
    assert [each["id"] for each in answer["features"]] == [1]

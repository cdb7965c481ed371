"""Which threads answer which requests."""

import pytest

from gisserver.serving.front.lanes.choice import lane_of, only_reads
from tests.gisserver.serving.stand_ins import Scope


@pytest.mark.parametrize(
    ("method", "path", "query", "lane"),
    [
        ("GET", "/tiles/grids/1/0/0.mvt", "", "quick"),
        ("GET", "/tiles/raster/flood/1/0/0.png", "", "short"),
        ("GET", "/rasters/flood/zonal", "zones=grids", "long"),
        ("GET", "/rasters/flood/point", "lon=1&lat=2", "short"),
        ("GET", "/api/buildings/exposure/", "raster=flood", "long"),
        ("POST", "/ogc/query", "", "long"),
        ("GET", "/packs/440310001.pmtiles", "", "long"),
        ("HEAD", "/static/map.js", "", "quick"),
        ("GET", "/api/grids/at", "lon=1&lat=2", "quick"),
        ("GET", "/login/", "", "short"),
        ("POST", "/login/", "", "short"),
        ("GET", "/api/grids/", "", "short"),
        ("GET", "/api/grids/", "limit=1000", "short"),
        ("GET", "/api/grids/", "limit=1001", "long"),
        ("GET", "/api/grids/", "offset=1&limit=99999&x=1", "long"),
        ("GET", "/api/grids/", "notlimit=99999", "short"),
        ("GET", "/api/grids/", "limit=many", "short"),
        ("POST", "/api/layers/", "", "long"),
        ("POST", "/api/redraws/7/propose/", "", "long"),
        ("POST", "/api/redraws/propose/", "", "long"),
        ("POST", "/api/buildings/events/readdress/", "", "long"),
        ("GET", "/api/redraws/7/", "", "short"),
        ("POST", "/api/incidents/bulk/", "", "long"),
        ("POST", "/api/incidents/", "", "short"),
        ("POST", "/api/incidents/7/attachments/", "", "long"),
        ("GET", "/api/incidents/7/attachments/", "", "short"),
        ("GET", "/api/jobs/7/result/", "", "long"),
        ("GET", "/api/jobs/7/", "", "short"),
        ("POST", "/geocode/search/csv/", "", "long"),
        ("POST", "/geocode/search/xlsx/jobs/", "", "long"),
        ("POST", "/geocode/addok/search/csv/", "", "long"),
        ("GET", "/geocode/search", "", "short"),
        ("GET", "/geocode/search/", "", "short"),
        ("GET", "/geocode/addok/search/", "", "short"),
        ("GET", "/geocode/photon/api", "", "short"),
        ("GET", "/ogc/collections/grids/download", "f=csv", "long"),
        ("GET", "/ogc/collections/grids/statistics", "group-by=kind", "long"),
        ("GET", "/ogc/collections/grids/changes", "between=2026-01-01/2026-02-01", "long"),
        ("GET", "/ogc/collections/grids/items", "limit=5&f=gpkg", "long"),
        ("GET", "/ogc/collections/grids/items", "f=csv", "short"),
        ("GET", "/ogc/collections/grids/queryables", "values=kind,code", "long"),
        ("GET", "/ogc/collections/grids/queryables", "", "short"),
    ],
)
def test_each_request_has_its_lane(method: str, path: str, query: str, lane: str) -> None:
    assert lane_of(method, path, query) == lane


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "/api/grids/", True),
        ("HEAD", "/api/grids/", True),
        ("POST", "/api/grids/", False),
        ("DELETE", "/api/layers/x/", False),
        ("POST", "/geocode/search/csv/", True),
        ("POST", "/geocode/jobs/search/csv/", False),
    ],
)
def test_what_changes_something_is_known(method: str, path: str, reads: bool) -> None:
    assert only_reads(Scope(method=method, path=path)) is reads

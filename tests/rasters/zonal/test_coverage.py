"""Zonal statistics against exactextract, against brute force, and themselves: nothing is lost along a border."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from gisserver.common.geo.crs import between
from rasters.zonal.coverage import QUANTILES, Statistics, Zone, ranked, statistics_of
from tests.partitions import jittered

Floats = NDArray[np.float64]
SURVEY = {
    "wuhan/pop_20_m_wuhan.tif": (4547, (530_000.0, 3_385_000.0)),
    "lauf/lauf_srtm3.tif": (32632, (664_000.0, 5_487_000.0)),
}


def same(xy: Floats) -> Floats:
    return xy


def of(source: Any, geometry: Any, srid: int) -> Statistics:
    """Return the statistics of the first band in a geometry in EPSG ``srid``; the raster is in WGS84."""
    zone = Zone(geometry, shapely.transform(geometry, partial(between, source=srid, target=4326)))
    return statistics_of(source, 1, zone, partial(between, source=4326, target=srid))


@pytest.fixture(params=list(SURVEY))
def real(request: pytest.FixtureRequest, shared_data: Path) -> Iterator[tuple[Any, int, tuple[float, float]]]:
    """A real raster, the survey CRS of its city, and a place in it."""
    with rasterio.open(shared_data / request.param) as source:
        yield source, *SURVEY[request.param]


def star(x: float, y: float) -> shapely.Polygon:
    """Return a concave zone, 2 km wide, about a place."""
    angles = np.linspace(0, 2 * np.pi, 15)[:-1]
    reach = np.where(np.arange(14) % 2, 400.0, 1000.0)
    return shapely.Polygon(np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)]).round(3))


def test_it_is_what_exactextract_says(real: tuple[Any, int, tuple[float, float]]) -> None:
    from exactextract import exact_extract

    source, srid, place = real
    zone = shapely.segmentize(star(*place), 20.0)
    inside = shapely.transform(zone, partial(between, source=srid, target=4326))
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(inside)}
    [answer] = exact_extract(source, [feature], ["count", "sum", "mean", "min", "max"])
    found = of(source, zone, srid)
    told = {name: getattr(found, name) for name in answer["properties"]}
    assert told == pytest.approx(answer["properties"], rel=2e-7)


def test_it_is_what_counting_many_points_says(real: tuple[Any, int, tuple[float, float]]) -> None:
    source, srid, (x, y) = real
    zone, steps = star(x, y), 2000
    places = np.arange(steps) / steps * 2000 - 1000 + 0.5
    xs, ys = (each.ravel() for each in np.meshgrid(x + places, y + places))
    hit = shapely.contains_xy(zone, xs, ys)
    lonlat = between(np.column_stack([xs[hit], ys[hit]]), srid, 4326)
    columns, rows = ~source.transform * (lonlat[:, 0], lonlat[:, 1])
    values = source.read(1, masked=True)[rows.astype(int), columns.astype(int)]
    found = of(source, zone, srid)
    assert found.mean == pytest.approx(values.mean(dtype="float64"), rel=1e-3)
    assert found.count / found.covered == pytest.approx(values.count() / values.size, rel=1e-3)


def test_sums_over_a_partition_are_those_of_the_whole(real: tuple[Any, int, tuple[float, float]]) -> None:
    """A grid of 20 by 20 zones whose frame has no vertex where they meet it: what one loses the next one gains."""
    source, srid, (x, y) = real
    edges = np.arange(21) * 97.0
    zones = [shapely.box(x + a, y + b, x + a + 97, y + b + 97) for a in edges[:-1] for b in edges[:-1]]
    frame = of(source, shapely.box(x, y, x + edges[-1], y + edges[-1]), srid)
    parts = [of(source, zone, srid) for zone in zones]
    for name in ("covered", "count", "sum"):
        assert sum(getattr(part, name) for part in parts) == pytest.approx(getattr(frame, name), rel=1e-9)
    assert max(part.max for part in parts if part.max is not None) == frame.max


# Four pixels of 10 by 10, one of them without a value:   1 2
#                                                         3 -
@pytest.fixture(scope="module")
def four() -> Iterator[Any]:
    """Four pixels."""
    profile = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "uint8", "nodata": 9}
    with MemoryFile() as memory:
        with memory.open(**profile, transform=from_origin(0, 20, 10, 10)) as file:
            file.write(np.array([[[1, 2], [3, 9]]], "uint8"))
        with memory.open() as source:
            yield source


def in_plane(source: Any, zone: Any) -> Statistics:
    return statistics_of(source, 1, Zone(zone, zone), same)


def test_a_pixel_counts_as_the_share_that_lies_in_the_zone(four: Any) -> None:
    found = in_plane(four, shapely.box(5, 5, 15, 20))
    assert (found.covered, found.count) == (1.5, 1.25)
    assert found.sum == 0.5 * 1 + 0.5 * 2 + 0.25 * 3
    assert found.mean == 1.8
    assert found.classes == {"1": 0.5, "2": 0.5, "3": 0.25}


def test_quantiles_weigh_by_share(four: Any) -> None:
    found = in_plane(four, shapely.box(0, 9, 10, 20))
    assert found.quantiles is not None
    assert dict(zip(QUANTILES, found.quantiles, strict=True))[0.9] == 1.0
    assert dict(zip(QUANTILES, found.quantiles, strict=True))[0.95] == 3.0


@pytest.mark.parametrize("zone", [shapely.box(50, 50, 60, 60), shapely.box(12, 2, 18, 8), shapely.Polygon()])
def test_where_no_pixel_has_a_value_nothing_is_said(four: Any, zone: Any) -> None:
    found = in_plane(four, zone)
    assert (found.count, found.sum, found.mean, found.min, found.quantiles) == (0.0, 0.0, None, None, None)


def test_a_zone_beyond_the_raster_counts_what_lies_in_it(four: Any) -> None:
    assert in_plane(four, shapely.box(-100, -100, 100, 100)).sum == 6.0


def test_large_zones_are_read_in_parts(four: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    zone = shapely.Polygon([(1, 1), (19, 4), (14, 19)])
    whole = in_plane(four, zone)
    monkeypatch.setattr("rasters.zonal.coverage._TOGETHER", 2)
    assert in_plane(four, zone).sum == pytest.approx(whole.sum)
    assert in_plane(four, zone).quantiles == whole.quantiles


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_any_partition_is_conserved(seed: int) -> None:
    zones = list(jittered(3, 3, seed).to_polygons().values())
    frame = shapely.coverage_union_all(zones)
    west, south, east, north = frame.bounds
    values = np.random.default_rng(seed).random((9, 9)).astype("float64")
    transform = from_origin(west - 1, north + 1, (east - west + 2) / 9, (north - south + 2) / 9)
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=9, height=9, count=1, dtype="float64", transform=transform) as file:
            file.write(values[None])
        with memory.open() as source:
            total = in_plane(source, frame).sum
            assert sum(in_plane(source, zone).sum for zone in zones) == pytest.approx(total, rel=1e-9)


def test_of_many_distinct_values_neighbours_become_one() -> None:
    values, shares = ranked(np.array([5.0, 1.0, 2.0, 3.0, 4.0, 6.0, 6.0]), np.ones(7), most=4)
    assert (values.tolist(), shares.tolist()) == ([1.0, 3.0, 5.0, 6.0], [1.0, 2.0, 2.0, 2.0])


def test_of_few_each_is_kept_with_all_its_shares() -> None:
    values, shares = ranked(np.array([2.0, 1.0, 2.0]), np.array([0.5, 1.0, 0.25]), most=4)
    assert (values.tolist(), shares.tolist()) == ([1.0, 2.0], [1.0, 0.75])

"""Spatial filters give the answer of a second evaluator, which compares in longitude and latitude.

Random shapes from ten metres to the globe, near the rows and anywhere, over the antimeridian and the poles:

    lat  90 ┌──────────────────────────────┐
            │                 ╱╲           │╱╲    a shape beyond 180° goes on at -180°
            │   rows in 4547 ▪  ╲          │  ╲
       -90  └──────────────────────────────┘
          -180                            180
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from django.db import connection
from django.test import Client
from numpy.random import Generator
from numpy.typing import NDArray
from shapely.affinity import translate

from gisserver.common.geo.crs import parse_crs
from layers import registry
from layers.cql2.space import Space
from layers.cql2.translate import Translator
from layers.cql2.tree import parse_filter
from layers.publishing import publish_file
from layers.spatial.crs import CRS84
from layers.spatial.relations import RELATIONS

Shapes = NDArray[np.object_]
PINGSHAN = (114.35, 22.69)
AT_ONCE = 200


def publish(tmp_path: Path, shapes: Shapes, crs: str) -> registry.Collection:
    """Publish the shapes, in order, and return their collection."""
    features = [{"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shape)} for shape in shapes]
    path = tmp_path / "rows.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    publish_file(path, crs=parse_crs(crs))
    found = registry.find("rows")
    assert found is not None
    return found


def selected(collection: registry.Collection, texts: list[str]) -> list[set[int]]:
    """Return for each filter the rows that it selects, in statements of many filters each."""
    translator = Translator({}.get, Space(collection, CRS84))
    found: list[set[int]] = []
    for start in range(0, len(texts), AT_ONCE):
        conditions = [translator.condition(parse_filter(text, "cql2-text")) for text in texts[start : start + AT_ONCE]]
        queries = [collection.rows(None).filter(each).values("fid").query.sql_with_params() for each in conditions]
        with connection.cursor() as cursor:
            statement = ", ".join(f"ARRAY({sql})" for sql, _ in queries)
            cursor.execute(f"SELECT {statement}", [value for _, values in queries for value in values])
            found.extend(map(set, cursor.fetchone()))
    return found


def evaluated(rows: Shapes, name: str, shape: shapely.Geometry) -> set[int]:
    """Return which rows lie so to the shape, or to its continuation beyond the antimeridian."""
    beyond = max(abs(shape.bounds[0]), abs(shape.bounds[2])) > 180
    turns = [translate(shape, 360.0 * turn) for turn in ((-1, 0, 1) if beyond else (0,))]
    verdicts = np.array([getattr(shapely, name)(rows, turned) for turned in turns])
    holds = verdicts.all(axis=0) if name == "disjoint" else verdicts.any(axis=0)
    return {int(row) + 1 for row in np.flatnonzero(holds)}


def differences(collection: registry.Collection, rows: Shapes, shapes: list[shapely.Geometry]) -> list[Any]:
    """Return where the server and the second evaluator do not agree; each shape is asked about in two relations."""
    names = RELATIONS * (len(shapes) // len(RELATIONS) + 2)
    asked = [ask for n, shape in enumerate(shapes) for ask in ((names[n], shape), (names[n + n // 8 % 7 + 1], shape))]
    found = selected(collection, [f"S_{name.upper()}(geometry,{shape.wkt})" for name, shape in asked])
    wanted = [evaluated(rows, name, shape) for name, shape in asked]
    assert sum(map(len, wanted)) > len(asked)  # the shapes meet something
    return [(*ask, got, due) for ask, got, due in zip(asked, found, wanted, strict=True) if got != due]


def polygon(rng: Generator, x: float, y: float, size: float) -> shapely.Polygon:
    """Return a star of up to nine corners about (x, y)."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 10)))
    radii = size * rng.uniform(0.3, 1.0, len(angles))
    return shapely.Polygon(np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)]))


def frame(x: float, y: float, size: float) -> shapely.Polygon:
    """Return a square about (x, y) with a square hole."""
    return shapely.box(x - size, y - size, x + size, y + size) - shapely.box(x - size / 2, y, x, y + size / 2)


def random_shape(rng: Generator) -> shapely.Geometry:
    """Return a point, line, polygon or several, of a size between ten metres and the globe."""
    size = 10 ** rng.uniform(-4, 2.25)
    spread = max(0.05, size)
    near = rng.random() < 0.6
    x, y = rng.normal(PINGSHAN, spread) if near else (rng.uniform(-180, 180), rng.uniform(-90, 90))
    x, y = float(np.clip(x, -180, 180)), float(np.clip(y, -90, 90))
    ends = rng.normal((x, y), size / 3, (4, 2)).clip((-350, -180), (350, 180))
    makers = (
        lambda: shapely.Point(x, y),
        lambda: shapely.LineString(ends),
        lambda: shapely.MultiPoint(ends),
        lambda: shapely.box(x - size, max(-90, y - size / 2), x + size, min(90, y + size)),
        lambda: polygon(rng, x, y, size),
        lambda: shapely.MultiPolygon([polygon(rng, x, y, size), polygon(rng, x + 2 * size, y, size)]),
        lambda: frame(x, y, size),
    )
    return makers[rng.integers(len(makers))]()


def random_shapes(seed: int, count: int) -> list[shapely.Geometry]:
    """Return so many shapes that CQL2 can say."""
    rng = np.random.default_rng(seed)
    shapes = (random_shape(rng) for _ in range(4 * count))
    kept = [s for s in shapes if s.is_valid and not s.is_empty and s.geom_type != "GeometryCollection"]
    return [s for s in kept if s.bounds[2] - s.bounds[0] < 360][:count]


def test_rows_in_the_survey_crs(db: None, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    corners = rng.uniform((525_000, 2_503_000), (545_000, 2_517_000), (24, 2)).round(3)
    sizes = 10 ** rng.uniform(1, 4, 24)
    makers = (
        lambda at, size: shapely.Point(at),
        lambda at, size: shapely.LineString([at, at + size]),
        lambda at, size: shapely.box(*at, *(at + size)),
    )
    stored = np.array([makers[n % 3](at, size) for n, (at, size) in enumerate(zip(corners, sizes, strict=True))])
    to_degrees = pyproj.Transformer.from_crs(4547, 4326, always_xy=True)
    rows = shapely.transform(stored, lambda points: np.column_stack(to_degrees.transform(*points.T)))
    collection = publish(tmp_path, stored, "EPSG:4547")
    assert differences(collection, rows, random_shapes(seed=2, count=600)) == []


def lattice_shapes(seed: int, count: int) -> list[shapely.Geometry]:
    """Return shapes with corners on whole tens of degrees, which touch, equal and contain rows of the same lattice.

    Those over the antimeridian have no slanting edge: cut there, it would miss a row on it by a rounding.
    """
    rng = np.random.default_rng(seed)
    shapes: list[shapely.Geometry] = []
    for _ in range(count):
        (west, east), (south, north) = np.sort(rng.integers(-18, 19, 2)) * 10, np.sort(rng.integers(-9, 10, 2)) * 10
        shapes += [
            shapely.box(west - 30, south, east + 30, north),
            shapely.LineString([(west - 30, south), (east + 30, south)]),
            shapely.Polygon([(west, south), (east, south), (east, north)]),
            shapely.box(west, south, west + 10, south + 20),
            shapely.Point(west, north),
        ]
    return [shape for shape in shapes if shape.is_valid and shape.bounds[2] - shape.bounds[0] < 360]


def test_rows_all_over_the_globe(db: None, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    west, south = rng.integers(-17, 15, 30) * 10, rng.integers(-9, 7, 30) * 10
    boxes = shapely.box(west, south, west + rng.integers(1, 3, 30) * 10, south + 20)
    lines = shapely.boundary(boxes[:6])
    points = shapely.points([(0, 90), (50, -90), (-170, 0), (170, 10), (110, 20), (0, 0)])
    rows = np.concatenate([boxes[6:], shapely.linestrings([shapely.get_coordinates(ring) for ring in lines]), points])
    collection = publish(tmp_path, rows, "EPSG:4326")
    shapes = lattice_shapes(seed=4, count=60) + random_shapes(seed=5, count=200)
    assert differences(collection, rows, shapes) == []


EAST_AND_WEST = np.array([shapely.Point(179, 0), shapely.Point(-179, 0), shapely.Point(0, 0)])


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ("BBOX(178,-1,-178,1)", {1, 2}),
        ("POLYGON((178 -1,182 -1,182 1,178 1,178 -1))", {1, 2}),
        ("POLYGON((-182 -1,-178 -1,-178 1,-182 1,-182 -1))", {1, 2}),
        ("BBOX(178,-1,182,1)", {1, 2}),
        ("LINESTRING(178 0,182 0)", {1, 2}),
        ("MULTIPOINT(181 0,0 0)", {2, 3}),
        ("GEOMETRYCOLLECTION(POINT(181 0),POLYGON((178 -1,180 -1,180 1,178 1,178 -1)))", {1, 2}),
        ("BBOX(-180,-90,180,90)", {1, 2, 3}),
    ],
)
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:8857"])
def test_shapes_over_the_antimeridian(db: None, tmp_path: Path, crs: str, shape: str, wanted: set[int]) -> None:
    there = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    rows = shapely.transform(EAST_AND_WEST, lambda points: np.column_stack(there.transform(*points.T)))
    collection = publish(tmp_path, rows, crs)
    asked = [f"S_INTERSECTS(geometry,{shape})", f"S_DISJOINT({shape},geometry)"]
    assert selected(collection, asked) == [wanted, {1, 2, 3} - wanted]


ROWS = [
    "POINT(1 1)", "POINT(5 5)", "POINT(9 9)", "MULTIPOINT(1 1,5 5)", "MULTIPOINT(5 5,9 9)", "LINESTRING(1 1,3 3)",
    "LINESTRING(3 3,6 6)", "POLYGON((0 0,1 0,1 1,0 1,0 0))", "POLYGON((1 1,3 1,3 3,1 3,1 1))",
]  # fmt: skip


@pytest.mark.parametrize(
    ("filter_text", "wanted"),
    [
        ("S_INTERSECTS(geometry,{})", {1, 2, 4, 5, 6, 7, 8, 9}),
        ("S_DISJOINT(geometry,{})", {3}),
        ("S_WITHIN(geometry,{})", {1, 2, 4, 6, 8}),
        ("S_CONTAINS({},geometry)", {1, 2, 4, 6, 8}),
        ("S_EQUALS(geometry,{})", set()),
        ("S_EQUALS(geometry,GEOMETRYCOLLECTION(POINT(5 5),POINT(1 1)))", {4}),
        ("S_CONTAINS(geometry,GEOMETRYCOLLECTION(POINT(5 5),POINT(1 1)))", {4}),
    ],
)
def test_a_collection_is_the_union_of_its_parts(db: None, tmp_path: Path, filter_text: str, wanted: set[int]) -> None:
    """A square, a line out of its corner, and a point:  ▪─── ·"""
    square_and_line = "GEOMETRYCOLLECTION(POLYGON((0 0,2 0,2 2,0 2,0 0)),LINESTRING(1 1,4 4))"
    union = f"GEOMETRYCOLLECTION({square_and_line},POINT(5 5),POINT(1 1))"
    collection = publish(tmp_path, shapely.from_wkt(ROWS), "EPSG:4326")
    assert selected(collection, [filter_text.format(union)]) == [wanted]


def test_two_literals_are_a_condition_too(db: None, tmp_path: Path) -> None:
    collection = publish(tmp_path, EAST_AND_WEST, "EPSG:4326")
    asked = ["S_WITHIN(POINT(1 1),BBOX(0,0,2,2))", "S_WITHIN(POINT(3 1),BBOX(0,0,2,2))", "S_EQUALS(geometry,geometry)"]
    assert selected(collection, asked) == [{1, 2, 3}, set(), {1, 2, 3}]


def test_metres_are_no_degrees(analyst: Client, places: object) -> None:
    response = analyst.get("/ogc/collections/places/items", {"filter": "S_INTERSECTS(geometry,POINT(535000 2510000))"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_filter")

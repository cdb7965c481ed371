"""Files made to hurt cost their sender an error, soon, and nobody else anything."""

import gzip
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.reading.reader import read_table
from layers.models import UploadedLayer
from layers.services import reading_room

DEEP_WKT = "GEOMETRYCOLLECTION(" * 20_000 + "POINT(1 1)" + ")" * 20_000
POINT = {"type": "Point", "coordinates": [114.3, 22.7]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, Any], **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}).encode()


def nested_collections(depth: int) -> bytes:
    text = '{"type":"GeometryCollection","geometries":[' * depth + json.dumps(POINT) + "]}" * depth
    return b'{"type":"Feature","properties":{},"geometry":' + text.encode() + b"}"


def geopackage(path: Path, *statements: str) -> bytes:
    """Return a GeoPackage of one point, changed by SQL."""
    point = shapely.to_wkb(np.array([shapely.Point(114.3, 22.7)]))
    pyogrio.raw.write(path, point, [np.array([1])], ["n"], layer="p", geometry_type="Point", crs="EPSG:4326")
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path.read_bytes()


ENDLESS = (
    "WITH RECURSIVE c(n, geom) AS (SELECT 1, NULL UNION ALL SELECT n + 1, NULL FROM c) SELECT n AS fid, geom FROM c"
)
AS_LAYER = "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('endless', 'attributes', 4326)"


def nested_wkb(path: Path) -> bytes:
    collection = struct.pack("<BII", 1, 7, 1)
    blob = b"GP\x00\x01" + struct.pack("<I", 4326) + collection * 20_000 + struct.pack("<BIdd", 1, 1, 1.0, 1.0)
    triggers = ("insert", "update1", "update2", "update3", "update4", "update5", "update6", "update7", "delete")
    dropped = [f"DROP TRIGGER IF EXISTS rtree_p_geom_{name}" for name in triggers]
    return geopackage(path, *dropped, f"UPDATE p SET geom = x'{blob.hex()}'")


def zipped(name: str, content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def viewed(path: Path) -> bytes:
    return geopackage(path, f"CREATE VIEW endless AS {ENDLESS}", AS_LAYER)


def wide(path: Path) -> bytes:
    return ",".join(f"c{n}" for n in range(200_000)).encode() + b"\n" + b"," * 199_999


HOSTILE: dict[str, tuple[str, Callable[[Path], bytes], str]] = {
    "well-known text, 20,000 deep": ("a.csv", lambda _: f'wkt\n"{DEEP_WKT}"\n'.encode(), "bad_wkt"),
    "GeoJSON collections, 20,000 deep": ("a.geojson", lambda _: nested_collections(20_000), "unreadable_file"),
    "GeoJSON lists, 20,000 deep": ("a.geojson", lambda _: b'{"a":' + b"[" * 20_000, "unreadable_file"),
    "KML folders, 20,000 deep": ("a.kml", lambda _: b"<kml>" + b"<Folder>" * 20_000, "unreadable_file"),
    "XML entities": ("a.kml", lambda _: b'<!DOCTYPE k [<!ENTITY a "aa">]><kml/>', "pointing_file"),
    "an endless view as a layer": ("a.gpkg", viewed, "layer_is_view"),
    "an endless view beside a layer": (
        "a.gpkg",
        lambda path: geopackage(path, f"CREATE VIEW endless AS {ENDLESS}"),
        "layer_is_view",
    ),
    "a virtual table": (
        "a.gpkg",
        lambda path: geopackage(path, "CREATE VIRTUAL TABLE words USING fts5(word)"),
        "layer_is_view",
    ),
    "geometries that GDAL gives up": ("a.gpkg", nested_wkb, "unreadable_file"),
    "gzip of 500 MB": ("a.csv.gz", lambda _: gzip.compress(b"a" * 2**20, 9) * 500, "file_too_large"),
    "gzipped GeoJSON of 500 MB": ("a.geojson.gz", lambda _: gzip.compress(b" " * 2**20, 9) * 500, "file_too_large"),
    "a zip of 100 MB": ("a.zip", lambda _: zipped("a.geojson", bytes(100 * 2**20)), "file_too_large"),
    "a workbook of 100 MB": ("a.xlsx", lambda _: zipped("xl/sheet1.xml", bytes(100 * 2**20)), "file_too_large"),
    "CSV of 200,000 columns": ("a.csv", wide, "too_many_columns"),
    "GeoJSON of 200,000 members": (
        "a.geojson",
        lambda _: collection(feature(POINT, **{f"c{n}": n for n in range(200_000)})),
        "too_many_columns",
    ),
    "a crs that is a link": (
        "a.geojson",
        lambda _: collection(feature(POINT), crs={"type": "link", "properties": {"href": "http://127.0.0.1:9/"}}),
        "pointing_file",
    ),
    "a path out of the zip": ("a.zip", lambda _: zipped("../../../etc/a.geojson", b"{"), "archive_without_data"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_before_a_parser_of_its_format_sees_it(kind: str, tmp_path: Path) -> None:
    name, content, code = HOSTILE[kind]
    path = tmp_path / name
    path.write_bytes(content(path))
    with pytest.raises(Invalid) as refused:
        table = read_table(path, crs=parse_crs("wgs84"))
        raise Invalid(table.problems[0].code, table.problems[0].sentence)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("well-known text, 20,000 deep", "bad_row"),
        ("an endless view as a layer", "layer_is_view"),
        ("gzip of 500 MB", "file_too_large"),
    ],
)
def test_its_sender_gets_an_error_and_nothing_is_left(
    analyst: Client, tmp_path: Path, settings: Any, kind: str, code: str
) -> None:
    settings.GISSERVER_HOME = tmp_path / "home"
    name, content, _ = HOSTILE[kind]
    file = SimpleUploadedFile(name, content(tmp_path / name))
    response = analyst.post("/api/layers/", {"file": file, "crs": "wgs84"})
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert not UploadedLayer.objects.exists()
    assert list(reading_room().iterdir()) == []


def test_only_the_drivers_that_uploads_need_are_loaded() -> None:
    from gisserver.common.reading.formats.vector import DRIVERS

    assert set(pyogrio.list_drivers()) <= DRIVERS

"""Hostile binary files: databases that run for ever, lengths and offsets that lie."""

import sqlite3
import struct
import tempfile
from contextlib import closing
from pathlib import Path

import rasterio

from bench.attacks import formats
from bench.attacks.formats import Group, shapefile, valid, zipped_as

DEEP = 20_000
ENDLESS = (
    "WITH RECURSIVE c(n, geom) AS (SELECT 1, NULL UNION ALL SELECT n + 1, NULL FROM c) SELECT n AS fid, geom FROM c"
)
_NO_INDEX = tuple(
    f"DROP TRIGGER IF EXISTS rtree_v_geom_{n}" for n in ("insert", "delete", *(f"update{k}" for k in range(1, 8)))
)


def databases() -> Group:
    """Yield kind, name and bytes of each."""
    listed = "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('endless', '{}', 4326)"
    view = f"CREATE VIEW endless AS {ENDLESS}"
    yield "an endless view", "a.gpkg", _sql(view, listed.format("attributes"))
    yield (
        "an endless view of features",
        "a.gpkg",
        _sql(
            view,
            listed.format("features"),
            "INSERT INTO gpkg_geometry_columns VALUES ('endless', 'geom', 'POINT', 4326, 0, 0)",
        ),
    )
    yield "a virtual table", "a.gpkg", _sql("CREATE VIRTUAL TABLE words USING fts5(word)")
    yield (
        "a trigger",
        "a.gpkg",
        _sql(f"CREATE TRIGGER t INSTEAD OF DELETE ON endless BEGIN {ENDLESS}; END", before=(view,)),
    )
    yield "a generated column", "a.gpkg", _sql("ALTER TABLE v ADD COLUMN g AS (hex(zeroblob(100000000)))")
    yield "2,000 tables", "a.gpkg", _sql(*(f"CREATE TABLE t{n} (a)" for n in range(2_000)))
    yield (
        "a CRS of no world",
        "a.gpkg",
        _sql("UPDATE gpkg_spatial_ref_sys SET definition = 'GEOGCS[' || hex(zeroblob(100000))"),
    )
    for name, blob in {
        "cut": "4750",
        "lies": "47500001e6100000" + "01ffffff7f" * 3,
        "rings": "47500001e6100000" + "0103000000ffffffff",
        "points": "47500001e6100000" + "0102000000ffffff7f",
    }.items():
        yield f"a geometry, {name}", "a.gpkg", _geometry(blob)
    nested = b"GP\0\1" + struct.pack("<I", 4326) + struct.pack("<BII", 1, 7, 1) * DEEP
    yield "a geometry, deep", "a.gpkg", _geometry(nested.hex())
    yield "SQLite that is no GeoPackage", "a.gpkg", _sqlite("CREATE TABLE a (b)")
    yield (
        "a SpatiaLite view",
        "a.gpkg",
        _sqlite(view, "CREATE TABLE geometry_columns (f_table_name, f_geometry_column)"),
    )


def _geometry(blob: str) -> bytes:
    """Return a GeoPackage whose geometries are these bytes, given in hexadecimal."""
    return _sql(*_NO_INDEX, f"UPDATE v SET geom = x'{bytes.fromhex(blob).hex()}'")  # noqa: S608


def _sql(*statements: str, before: tuple[str, ...] = ()) -> bytes:
    return _altered(valid()["gpkg"], *before, *statements)


def _sqlite(*statements: str) -> bytes:
    return _altered(b"", *statements)


def _altered(content: bytes, *statements: str) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.gpkg"
        path.write_bytes(content)
        with closing(sqlite3.connect(path)) as database, database:
            for statement in statements:
                database.execute(statement)
        return path.read_bytes()


def shapes() -> Group:
    """Yield kind, name and bytes of each."""
    files = shapefile()

    def bent(suffix: str, offset: int, form: str, value: int) -> bytes:
        name = f"v.{suffix}"
        content = bytearray(files[name])
        struct.pack_into(form, content, offset, value)
        return zipped_as({**files, name: bytes(content)})

    yield "a Shapefile's length, huge", "a.zip", bent("shp", 24, ">i", 0x7FFFFFFF)
    yield "a Shapefile's length, negative", "a.zip", bent("shp", 24, ">i", -1)
    yield "a record's length, huge", "a.zip", bent("shp", 104, ">i", 0x7FFFFFFF)
    yield "a record's length, negative", "a.zip", bent("shp", 104, ">i", -5)
    yield "a record's kind, unknown", "a.zip", bent("shp", 108, "<i", 99)
    yield "a record's kind, a polygon", "a.zip", bent("shp", 108, "<i", 5)
    yield "an index that points behind the file", "a.zip", bent("shx", 100, ">i", 0x7FFFFFFF)
    yield "an index that points before the file", "a.zip", bent("shx", 100, ">i", -100)
    yield "a table of four billion rows", "a.zip", bent("dbf", 4, "<I", 0xFFFFFFFF)
    yield "a table without a header", "a.zip", bent("dbf", 8, "<H", 0)
    yield "a table of rows without width", "a.zip", bent("dbf", 10, "<H", 0)
    yield "a table of rows of 65,535", "a.zip", bent("dbf", 10, "<H", 0xFFFF)
    yield "a CRS of 1 MB", "a.zip", zipped_as({**files, "v.prj": b"GEOGCS[" * 150_000})
    yield "an encoding of its own", "a.zip", zipped_as({**files, "v.cpg": b"../../etc/passwd\0" * 1000})
    yield (
        "a Shapefile without an index",
        "a.zip",
        zipped_as({name: content for name, content in files.items() if not name.endswith("shx")}),
    )
    flat = valid()["fgb"]
    for offset in (8, 12, 20, len(flat) // 2):
        yield (
            f"FlatGeobuf with a false size at {offset}",
            "a.fgb",
            flat[:offset] + b"\xff\xff\xff\x7f" + flat[offset + 4 :],
        )


def rasters() -> Group:
    """Yield kind, name and bytes of each."""
    small = valid()["tif"]
    for name, tag in {
        "width": 256,
        "height": 257,
        "strip's offset": 273,
        "rows of a strip": 278,
        "strip's bytes": 279,
        "bands": 277,
        "bits": 258,
    }.items():
        yield f"a raster's {name}, huge", "a.tif", _tagged(small, tag, 0x7FFFFFF0 if tag not in {277, 258} else 0xFFFF)
    first = struct.unpack_from("<I", small, 4)[0]
    count = struct.unpack_from("<H", small, first)[0]
    looped = bytearray(small)
    struct.pack_into("<I", looped, first + 2 + count * 12, first)
    yield "overviews in a loop", "a.tif", bytes(looped)
    yield "a raster of 30,000 by 30,000 in a few bytes", "a.tif", _empty(30_000)
    yield "a raster of 4,000 by 4,000 in a few bytes", "a.tif", _empty(4_000)
    yield "a raster with an overview outside", "a.zip", zipped_as({"a.tif": small, "a.tif.ovr": b"<VRTDataset/>"})
    yield (
        "a picture called GeoTIFF",
        "a.tif",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0" + b"\0" * 100,
    )
    yield "a JPEG called GeoTIFF", "a.tif", b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03" + b"\0" * 100


def _empty(side: int) -> bytes:
    """Return a raster of so many rows and columns without a single block."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.tif"
        profile = {**formats.RASTER, "width": side, "height": side, "tiled": True, "compress": "deflate"}
        with rasterio.open(path, "w", **profile, sparse_ok=True):
            pass
        return path.read_bytes()


def _tagged(content: bytes, tag: int, value: int) -> bytes:
    bent = bytearray(content)
    first = struct.unpack_from("<I", bent, 4)[0]
    for number in range(struct.unpack_from("<H", bent, first)[0]):
        at = first + 2 + number * 12
        if struct.unpack_from("<H", bent, at)[0] == tag:
            struct.pack_into("<HII", bent, at + 2, 4, 1, value)
    return bytes(bent)

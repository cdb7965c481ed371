"""Hostile archives and names: bombs, ways out of the folder, links, names that pretend."""

import gzip
import stat
import struct
import zipfile
import zlib
from io import BytesIO

from bench.attacks import formats
from bench.attacks.formats import Group, collection, feature, point, zipped, zipped_as


def _bomb(size: int) -> bytes:
    return gzip.compress(b"a" * 2**20, 9) * (size // 2**20)


def packed() -> Group:
    """Yield kind, name and bytes of each."""
    yield "gzip of 500 MB", "a.csv.gz", _bomb(500 * 2**20)
    yield "gzip in gzip", "a.csv.gz", gzip.compress(_bomb(500 * 2**20))
    yield "zip of 300 MB", "a.zip", zipped(a__geojson=bytes(300 * 2**20))
    inner = zipped(a__geojson=bytes(50 * 2**20))
    yield "zips in zips", "a.zip", zipped(b__zip=zipped(c__zip=inner), d__zip=inner)
    yield "workbook of 200 MB", "a.xlsx", zipped_as({"xl/worksheets/sheet1.xml": bytes(200 * 2**20)})
    for path in (
        "../../../tmp/evil.geojson",
        "/etc/evil.geojson",
        "C:\\evil.geojson",
        "a/../../evil.geojson",
        "..\\..\\evil.geojson",
    ):
        yield f"a zip to {path}", "a.zip", zipped_as({path: collection(feature(point()))})
    yield "a zip of 20,000 entries", "a.zip", zipped_as({f"{n}.geojson": b"{}" for n in range(20_000)})
    for target in ("/etc/passwd", "../../secret_key", "a.geojson"):
        yield f"a link to {target} in a zip", "a.zip", _linked(target)
    yield "a zip with one name twice", "a.zip", _twice()
    yield (
        "a zip that lies of its size",
        "a.zip",
        zipped(a__geojson=collection(feature(point()))).replace(
            struct.pack("<I", len(collection(feature(point())))), struct.pack("<I", 7)
        ),
    )
    yield "a zip without its end", "a.zip", zipped(a__geojson=b"{}" * 100)[:-10]
    yield "a gzip with a wrong sum", "a.csv.gz", gzip.compress(formats.CSV)[:-8] + b"\0" * 8
    yield "zlib called gzip", "a.csv.gz", zlib.compress(formats.CSV)
    yield "an overlapping zip", "a.zip", zipped(a__geojson=bytes(2**20)) * 3


def _linked(target: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("a.geojson")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, target)
    return packed.getvalue()


def _twice() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.geojson", b"{}")
        entry = zipfile.ZipInfo("A.geojson")
        archive.writestr(entry, collection(feature(point())))
    return packed.getvalue()


def names() -> Group:
    """Yield kind, name and bytes of each."""
    good = collection(feature(point()))
    for name in (
        "坪山\u202egpj.geojson",
        "../../../etc/passwd.geojson",
        "a" * 1000 + ".geojson",
        "C:\\a\\b.geojson",
        ".geojson",
        "a.geojson.exe",
        "a.vrt",
        "a.php",
        "/vsicurl/http:.geojson",
        "PG:dbname=x.geojson",
        "a\tb.geojson",
        "ﷺ.GEOJSON",
        "💣.csv.zip.gz",
    ):
        yield f"a name: {ascii(name)[:40]}", name, good
    yield (
        "a property whose name is text from right to left",
        "a.geojson",
        collection(feature(point(), **{"\u202e甲": 1, "": 2, " ": 3, '"': 4, "fid": "x", "geom": "y"})),
    )

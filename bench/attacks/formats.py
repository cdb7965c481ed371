"""A small honest file of each format, to be cut, bent and lied in."""

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
import shapely

WRITTEN = {
    "gpkg": "GPKG",
    "fgb": "FlatGeobuf",
    "geojson": "GeoJSON",
    "kml": "KML",
    "gml": "GML",
    "gpx": "GPX",
}
POINTS = [(114.3, 22.7), (114.31, 22.71), (114.32, 22.72)]
# What a GeoTIFF of 16 by 16 cells is made with.
RASTER: dict[str, Any] = {
    "driver": "GTiff",
    "width": 16,
    "height": 16,
    "count": 1,
    "dtype": "uint8",
    "crs": "EPSG:4326",
    "transform": rasterio.Affine(0.001, 0.0, 114.3, 0.0, -0.001, 22.7),
}
# Of what a file is: its kind, its name, its bytes.
Group = Iterator[tuple[str, str, bytes]]
CSV = "name,lon,lat\n甲,114.3,22.7\n乙,114.31,22.71\n".encode()


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(lon: Any = 114.3, lat: Any = 22.7) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def collection(*features: Any, **members: Any) -> bytes:
    """Return a FeatureCollection as JSON; numbers that JSON has not are written as Python spells them."""
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}).encode()


def zipped(**files: bytes) -> bytes:
    """Return a zip of files; a double underscore in a name stands for the dot."""
    return zipped_as({name.replace("__", "."): content for name, content in files.items()})


def zipped_as(files: dict[str, bytes]) -> bytes:
    """Return a zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@cache
def valid() -> dict[str, bytes]:
    """Return an honest file of each format by its suffix."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        made = {suffix: _vector(folder / f"v.{suffix}", driver) for suffix, driver in WRITTEN.items()}
        made["tif"] = _raster(folder / "v.tif")
    made |= {"csv": CSV, "csv.gz": gzip.compress(CSV), "zip": zipped_as(shapefile()), "xlsx": workbook(CSV.decode())}
    return made


@cache
def shapefile() -> dict[str, bytes]:
    """Return the files of a Shapefile by their names."""
    with tempfile.TemporaryDirectory() as directory:
        _vector(Path(directory) / "v.shp", "ESRI Shapefile")
        return {path.name: path.read_bytes() for path in sorted(Path(directory).iterdir())}


def _vector(path: Path, driver: str) -> bytes:
    names = np.array(["甲", "乙", "丙"], dtype=object)
    geometry = shapely.to_wkb(shapely.points(POINTS))
    pyogrio.raw.write(path, geometry, [names], ["name"], driver=driver, geometry_type="Point", crs="EPSG:4326")
    return path.read_bytes()


def _raster(path: Path) -> bytes:
    with rasterio.open(path, "w", **RASTER) as file:
        file.write(np.ones((1, 16, 16), dtype="uint8"))
    return path.read_bytes()


_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(text: str, *, head: str = "", tail: str = "") -> bytes:
    """Return a workbook of one sheet; ``head`` stands before its XML's root and ``tail`` behind its last row."""
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in line.split(",")) + "</row>"
        for line in text.splitlines()
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    return zipped_as(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}worksheet+xml"/></Types>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_DOCUMENT}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{_SHEET}"><sheetData>{rows}{tail}'
            "</sheetData></worksheet>".encode(),
        }
    )

"""From a path to bytes, or to the name by which GDAL opens it: packed files, and files not to be opened."""

import gzip
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gisserver.common.errors import Invalid

MAX_UNPACKED_BYTES = 2 * 1024**3
_TABLE_SUFFIXES = {".csv", ".tsv", ".txt"}
_JSON_SUFFIXES = {".json", ".geojson"}
_INNER_SUFFIXES = (
    ".shp",
    ".gpkg",
    ".fgb",
    ".geojson",
    ".json",
    ".topojson",
    ".kml",
    ".gml",
    ".gpx",
    ".tab",
    ".mif",
)
# Formats that only point at other files, databases or web services: a reader of uploads must not follow them.
_POINTERS = (b"<ogrvrtdatasource", b"<vrtdataset", b"<ogrwfsdatasource", b"<ogrwfs", b'"gdalg"', b"<gdal_wms")
POINTING_DRIVERS = frozenset({"OGR_VRT", "GDALG", "WFS", "OAPIF", "HTTP", "CSW", "PGDUMP", "MVT", "PMTiles"})


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as GDAL shall open it: ``source`` is a path with its /vsi prefix, or rewritten bytes."""

    source: str | bytes
    forced_layer: str | None = None


def check(path: Path) -> None:
    """Refuse (Invalid) a path that is no readable, non-empty file: ``file_not_found``, ``file_empty``."""
    if path.suffix.lower() == ".gdb" and path.is_dir():
        return
    if not path.is_file():
        raise Invalid("file_not_found", f"There is no file {path.name!r}.")
    if path.stat().st_size == 0:
        raise Invalid("file_empty", "The file is empty.")


def suffix(path: Path) -> str:
    """Return the suffix that says what is inside, ``.gz`` taken off, in lower case."""
    inner = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return inner.suffix.lower()


def is_delimited(path: Path) -> bool:
    """Whether the name says CSV, TSV or text, packed by gzip or not."""
    return suffix(path) in _TABLE_SUFFIXES


def read_bytes(path: Path) -> bytes:
    """Return the unpacked content; Invalid ``bad_archive`` or ``file_too_large``."""
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as packed:
            data = packed.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid("bad_archive", "The file is not whole gzip.") from error
    if len(data) > MAX_UNPACKED_BYTES:
        raise Invalid("file_too_large", "The file unpacks to more than 2 GiB.")
    return data


def open_for_gdal(path: Path, layer: str | None) -> Opened:
    """Return how GDAL shall open ``path``; Invalid for archives that are broken, too large or empty."""
    if path.suffix.lower() == ".zip":
        return _inside_zip(path, layer)
    head = _head(path)
    if any(pointer in head.lower() for pointer in _POINTERS):
        raise Invalid("pointing_file", "The file only points at other sources: send the data itself.")
    if suffix(path) in _JSON_SUFFIXES and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return Opened(_collected(read_bytes(path)))
    prefix = "/vsigzip/" if path.suffix.lower() == ".gz" else ""
    return Opened(prefix + str(path.resolve()))


def shapefile_encoding(path: Path) -> str | None:
    """Return what the .cpg beside a Shapefile (or with it in a zip) says, if anything."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".cpg")]
            content = archive.read(names[0])[:100] if names else b""
    else:
        beside = [path.with_suffix(".cpg"), path.with_suffix(".CPG")]
        content = next((file.read_bytes()[:100] for file in beside if file.is_file()), b"")
    return content.decode("ascii", "replace").strip() or None


def _head(path: Path) -> bytes:
    if path.is_dir():
        return b""
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path) as packed:
                return packed.read(4096)
        with path.open("rb") as file:
            return file.read(4096)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid("bad_archive", "The file is not whole gzip.") from error


def _collected(data: bytes) -> bytes:
    """Return a bare JSON list of Features, as some web maps send, as a FeatureCollection for GDAL."""
    try:
        features = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Invalid("unreadable_file", "The file is not JSON.") from error
    if not all(isinstance(feature, dict) and feature.get("type") == "Feature" for feature in features):
        raise Invalid("unreadable_file", "The JSON list holds something else than Features.")
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _inside_zip(path: Path, layer: str | None) -> Opened:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Invalid("bad_archive", "The file is not a whole zip.") from error
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Invalid("file_too_large", "The file unpacks to more than 2 GiB.")
    names = [entry.filename for entry in entries if entry.filename.lower().endswith(_INNER_SUFFIXES)]
    names = [name for name in names if not PurePosixPath(name).name.startswith(".")]
    if not names:
        raise Invalid("archive_without_data", "The zip holds no Shapefile, GeoPackage, FlatGeobuf or GeoJSON.")
    chosen = [name for name in names if PurePosixPath(name).stem == layer] if len(names) > 1 else names
    if len(chosen) != 1:
        stems = ", ".join(sorted(PurePosixPath(name).stem for name in names))
        raise Invalid("layer_needed", f"The zip holds several layers: choose one with --layer ({stems}).")
    forced = PurePosixPath(chosen[0]).stem if chosen[0].lower().endswith(".shp") else None
    return Opened(f"/vsizip/{path.resolve()}/{chosen[0]}", forced)

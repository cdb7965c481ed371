"""From a path to a plain file that may be opened: unpacked, looked at, and refused when it is a trap."""

import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from gisserver.common.errors import Invalid
from gisserver.common.reading import nesting
from gisserver.common.reading.formats import geopackages, unpacking
from gisserver.common.reading.formats.unpacking import Member
from gisserver.common.sentences import Sentence

_TABLE_SUFFIXES = {".csv", ".tsv", ".txt"}
_SHEET_SUFFIXES = {".xlsx", ".ods"}
# Formats that only point at other files, databases or web services: a reader of uploads must not follow them.
_POINTERS = (b"<ogrvrtdatasource", b"<vrtdataset", b"<ogrwfsdatasource", b"<ogrwfs", b'"gdalg"', b"<gdal_wms")
_CRS_MEMBER = re.compile(rb'"crs"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\})')
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """A plain file, the layer of it that is asked for, and the layer's name where its archive knows better."""

    path: Path
    layer: str | None = None
    name: str | None = None


def check(path: Path) -> None:
    """Refuse (Invalid) a path that is no readable, non-empty file: ``file_not_found``, ``file_empty``."""
    if path.suffix.lower() == ".gdb" and path.is_dir():
        return
    if not path.is_file():
        raise Invalid("file_not_found", Sentence("There is no file {name!r}.", name=path.name))
    if path.stat().st_size == 0:
        raise Invalid("file_empty", "The file is empty.")


def is_delimited(path: Path) -> bool:
    """Whether the name says CSV, TSV or text."""
    return path.suffix.lower() in _TABLE_SUFFIXES


def is_sheet(path: Path) -> bool:
    """Whether the name says that it is a spreadsheet."""
    return path.suffix.lower() in _SHEET_SUFFIXES


def unpacked(path: Path, layer: str | None, folder: Path) -> Source:
    """Return the plain file in ``path``, unpacked into ``folder`` if need be. Raises Invalid as `unpacking` does.

    ``layer_needed`` when a zip holds several data sets and ``layer`` names none of them.
    """
    kind = path.suffix.lower()
    if kind == ".gz":
        return Source(unpacking.gunzip(path, folder), layer)
    if kind == ".zip":
        member, name = _chosen(unpacking.members_of(path), layer)
        source = unpacking.extract(path, member, folder)
        if member.suffix == ".shp":
            return Source(source, None, name)
        return Source(source, None if layer in (member.stem, member.path) else layer)
    if kind == ".shp" and not any(path.with_suffix(index).is_file() for index in (".shx", ".SHX")):
        return Source(unpacking.copy_beside(path, folder), None, path.stem)  # its index is made anew there
    return Source(path, layer)


def _chosen(members: list[Member], layer: str | None) -> tuple[Member, str]:
    """Return the data set that ``layer`` names, by its stem or its path, and what it is called; Invalid for none."""
    called = list(zip(members, unpacking.names_of(members), strict=True))
    chosen = [each for each in called if layer in (each[0].stem, each[0].path)] if len(called) > 1 else called
    if len(chosen) != 1:
        shown = ", ".join(name for _, name in called[:40])
        raise Invalid(
            "layer_needed", Sentence("The zip holds several layers: choose one with --layer ({shown}).", shown=shown)
        )
    return chosen[0]


def plain(path: Path, folder: Path) -> Path:
    """Return a file that GDAL may open: ``path``, judged by its first bytes, or a rewritten copy in ``folder``.

    Raises Invalid ``pointing_file``, ``unreadable_file``, ``too_many_columns``, ``layer_is_view``, ``file_too_large``.
    """
    if path.is_dir():
        return path
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if any(pointer in head.lower() for pointer in _POINTERS):
        raise _pointing()
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begins in (b"{", b"["):
        return _plain_json(path, folder, is_list=begins == b"[")
    if begins == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        nesting.check_xml(path)
    elif head.startswith(geopackages.SIGNATURE):
        geopackages.check(path)
    elif head.startswith(b"PK"):
        _check_packed(path)
    return path


def _pointing() -> Invalid:
    return Invalid("pointing_file", "The file only points at other sources: send the data itself.")


def _plain_json(path: Path, folder: Path, *, is_list: bool) -> Path:
    nesting.check_json(path)
    with path.open("rb") as file:
        match = _CRS_MEMBER.search(file.read(64 * 1024))
    if match is not None and _is_link(match[1]):
        raise Invalid("pointing_file", "The file's crs is a link, which is not followed: declare the CRS instead.")
    if not is_list:
        return path
    rewritten = folder / "collected.geojson"
    rewritten.write_bytes(_collected(path.read_bytes()))
    return rewritten


def _is_link(crs: bytes) -> bool:
    try:
        return json.loads(crs).get("type") in ("link", "url")
    except ValueError:
        return False


def _collected(data: bytes) -> bytes:
    """Return a bare JSON list of Features, as some web maps send, as a FeatureCollection for GDAL."""
    try:
        features = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Invalid("unreadable_file", "The file is not JSON.") from error
    if not all(isinstance(feature, dict) and feature.get("type") == "Feature" for feature in features):
        raise Invalid("unreadable_file", "The JSON list holds something else than Features.")
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _check_packed(path: Path) -> None:
    """Refuse a spreadsheet, or another format that is a zip inside, that unpacks to far too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Invalid("bad_archive", "The file is damaged.") from error
    if size > unpacking.limit_for(path.stat().st_size):
        raise Invalid("file_too_large", "The file unpacks to far more than honest files of its size do.")

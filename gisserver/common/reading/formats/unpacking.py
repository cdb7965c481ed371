"""Packed files: what lies in a zip or gzip, under which names, and how much of it may come out."""

import gzip
import shutil
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.encoding import decode_name
from gisserver.common.sentences import Sentence

MAX_UNPACKED_BYTES = 2 * 1024**3
# Text packs to a twentieth, repetitive GeoJSON to a fiftieth; beyond a hundredth somebody has made a bomb.
_MAX_RATIO = 100
_ALWAYS_BYTES = 64 * 1024**2
_MAX_ENTRIES = 10_000
_BLOCK = 1024 * 1024
_FLAG_ENCRYPTED, _FLAG_UTF8 = 0x1, 0x800
_MAPS = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".topojson", ".kml", ".gml", ".gpx", ".tab", ".mif")
# Beside a map they are notes about it; alone they are the data.
_TABLES = (".csv", ".tsv", ".xlsx")
# What belongs to a main file of the same stem.
_BESIDE = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    ".gml": (".xsd", ".gfs"),
}


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One data set in a zip: its stem, its path without suffix, its own suffix, and its entries by suffix (lower)."""

    stem: str
    path: str
    suffix: str
    entries: dict[str, zipfile.ZipInfo]


def limit_for(packed: int) -> int:
    """Return how many bytes a packed file of ``packed`` bytes may unpack to."""
    return min(max(_ALWAYS_BYTES, packed * _MAX_RATIO), MAX_UNPACKED_BYTES)


def gunzip(path: Path, folder: Path) -> Path:
    """Unpack ``path`` into ``folder`` and return the file; Invalid ``bad_archive`` or ``file_too_large``."""
    target = folder / path.with_suffix("").name
    try:
        with gzip.open(path) as packed, target.open("wb") as file:
            _copy(packed, file, limit_for(path.stat().st_size))
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid("bad_archive", "The file is not whole gzip.") from error
    return target


def members_of(path: Path) -> list[Member]:
    """Return the data sets in a zip; Invalid ``bad_archive``, ``file_too_large`` or ``archive_without_data``."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Invalid("bad_archive", "The file is not a whole zip.") from error
    if len(entries) > _MAX_ENTRIES:
        raise Invalid(
            "file_too_large", Sentence("The zip holds more than {max_entries} files.", max_entries=_MAX_ENTRIES)
        )
    if any(entry.flag_bits & _FLAG_ENCRYPTED for entry in entries):
        raise Invalid("bad_archive", "The zip needs a password: send it without one.")
    named = {name: entry for entry in entries if (name := _name_of(entry)) is not None}
    mains = [name for name in named if name.suffix.lower() in _MAPS]
    mains = mains or [name for name in named if name.suffix.lower() in _TABLES]
    if not mains:
        raise Invalid("archive_without_data", "The zip holds no Shapefile, GeoPackage, FlatGeobuf, GeoJSON or CSV.")
    return [_member(main, named) for main in sorted(mains)]


def extract(path: Path, member: Member, folder: Path) -> Path:
    """Unpack one data set into ``folder`` under plain names and return its main file; Invalid as `members_of`."""
    left = limit_for(path.stat().st_size)
    if sum(entry.file_size for entry in member.entries.values()) > left:
        raise _too_large(left)
    with zipfile.ZipFile(path) as archive:
        for suffix, entry in member.entries.items():
            try:
                with archive.open(entry) as packed, (folder / f"data{suffix}").open("wb") as file:
                    left -= _copy(packed, file, left)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise Invalid("bad_archive", "The zip is damaged, or packed in a way that is not known.") from error
    return folder / f"data{member.suffix}"


def names_of(members: list[Member]) -> list[str]:
    """Return a name for each data set: its stem, or where stems meet its path."""
    stems = Counter(member.stem for member in members)
    return [member.stem if stems[member.stem] == 1 else member.path for member in members]


def _member(main: PurePosixPath, named: dict[PurePosixPath, zipfile.ZipInfo]) -> Member:
    suffix = main.suffix.lower()
    wanted = {suffix, *_BESIDE.get(suffix, ())}
    entries = {
        name.suffix.lower(): entry
        for name, entry in named.items()
        if name.parent == main.parent and name.stem.lower() == main.stem.lower() and name.suffix.lower() in wanted
    }
    return Member(main.stem, str(main.with_suffix("")), suffix, {**entries, suffix: named[main]})


def _name_of(entry: zipfile.ZipInfo) -> PurePosixPath | None:
    """Return the path of an entry as its maker meant it, None for folders and what a system leaves behind."""
    written = entry.orig_filename
    if not entry.flag_bits & _FLAG_UTF8:
        written = decode_name(written.encode("cp437"))
    path = PurePosixPath(unicodedata.normalize("NFC", written.replace("\\", "/")))
    hidden = any(part == "__MACOSX" or part.startswith(".") for part in path.parts)
    return None if hidden or written.endswith(("/", "\\")) else path


def _copy(source: _Readable, target: IO[bytes], most: int) -> int:
    """Copy at most ``most`` bytes and return how many; Invalid ``file_too_large`` when there are more."""
    size = 0
    for block in _blocks(source):
        size += len(block)
        if size > most:
            raise _too_large(most)
        target.write(block)
    return size


def _too_large(most: int) -> Invalid:
    detail = Sentence(
        "The file unpacks to more than {most} MiB, far more than honest files of its size do.", most=most // 2**20
    )
    return Invalid("file_too_large", detail)


def _blocks(source: _Readable) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


def copy_beside(path: Path, folder: Path) -> Path:
    """Copy a file with what belongs to it into ``folder`` and return the copy: its reader may mend an index there."""
    suffix = path.suffix.lower()
    for part in path.parent.iterdir():
        if part.stem == path.stem and part.suffix.lower() in {suffix, *_BESIDE.get(suffix, ())} and part.is_file():
            shutil.copyfile(part, folder / f"data{part.suffix.lower()}")
    return folder / f"data{suffix}"

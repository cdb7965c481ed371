"""The files of packs in the home: a folder for each area, a version by its time and digest, the newest last."""

import gzip
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

# So many versions of a pack are kept, for whoever asks what has changed since.
KEPT = 5
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_VERSION = re.compile(r"[0-9]{8}T[0-9]{12}Z-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of the pack of an area."""

    code: str
    version: str

    @property
    def tiles(self) -> Path:
        """The file of its tiles (PMTiles 3)."""
        return _folder(self.code) / f"{self.version}.pmtiles"

    @property
    def content(self) -> Path:
        """The file of its grids and addresses (gzip)."""
        return _folder(self.code) / f"{self.version}.json.gz"

    def delta(self, since: "Pack") -> Path:
        """The file of the tiles that are other than in the version ``since``."""
        return _folder(self.code) / f"{since.version}..{self.version}.pmtiles"

    def read(self) -> dict[str, Any]:
        """Return its grids and addresses, and what is said about it."""
        document: dict[str, Any] = orjson.loads(gzip.decompress(self.content.read_bytes()))
        return document


def newest(code: str) -> Pack | None:
    """Return the newest version of a pack, None when none has been made."""
    return next(reversed(versions(code)), None)


def versions(code: str) -> list[Pack]:
    """Return the versions that are kept, oldest first."""
    if not _CODE.fullmatch(code) or not _folder(code).is_dir():
        return []
    names = (file.name.removesuffix(".json.gz") for file in _folder(code).glob("*.json.gz"))
    return [Pack(code, name) for name in sorted(names) if _VERSION.fullmatch(name)]


def forget_old(code: str) -> None:
    """Delete the versions beyond KEPT, and what was made of them."""
    for old in versions(code)[:-KEPT]:
        for file in _folder(code).glob(f"*{old.version}*"):
            file.unlink(missing_ok=True)


@contextmanager
def written(file: Path) -> Iterator[Path]:
    """Give a file to write, which takes the place of ``file`` when it is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{threading.get_native_id()}")
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _folder(code: str) -> Path:
    return Path(settings.GISSERVER_HOME) / "packs" / code

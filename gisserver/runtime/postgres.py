"""Find the PostgreSQL server programs on this machine, and whether PostGIS is beside them."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OLDEST_VERSION = 15
DEBIAN_ROOT = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Installation:
    """One installed PostgreSQL: its programs, its major version, and whether PostGIS is beside it."""

    programs: Path
    version: int
    has_postgis: bool


def installations(directories: Iterable[Path] | None = None) -> list[Installation]:
    """Return what is installed, newest first; ``directories`` are those to search for programs.

    By default: PG_BINDIR alone when it is set, else Debian's /usr/lib/postgresql/N/bin and PATH.
    """
    places = _places() if directories is None else list(directories)
    found = [_inspect(place) for place in places if (place / "postgres").exists() and (place / "initdb").exists()]
    return sorted((one for one in found if one), key=lambda one: one.version, reverse=True)


def suitable(found: Iterable[Installation], *, version: int | None = None) -> Installation | None:
    """Return the newest of ``found`` that has PostGIS and is new enough; exactly ``version`` when given."""
    good = (one for one in found if one.has_postgis and one.version >= OLDEST_VERSION)
    return next((one for one in good if version in {None, one.version}), None)


def _places() -> list[Path]:
    chosen = os.environ.get("PG_BINDIR")
    if chosen:
        return [Path(chosen)]
    on_path = shutil.which("postgres")
    debian = [directory / "bin" for directory in DEBIAN_ROOT.glob("*")]
    return debian + ([Path(on_path).resolve().parent] if on_path else [])


def _inspect(programs: Path) -> Installation | None:
    printed = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)", printed)
    if version is None:
        return None
    control = _share(programs, int(version[1])) / "extension" / "postgis.control"
    return Installation(programs=programs, version=int(version[1]), has_postgis=control.exists())


def _share(programs: Path, version: int) -> Path:
    """Return the directory of shared files, as Debian lays it out or as pg_config tells it."""
    if programs.is_relative_to(DEBIAN_ROOT):
        return Path(f"/usr/share/postgresql/{version}")
    config = programs / "pg_config"
    if not config.exists():
        return programs.parent / "share"
    return Path(subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=False).stdout.strip())

"""Bring in another city's incidents from its feed of Open311 GeoReport v2, from its address or from a file."""

import itertools
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.management.base import CommandError

from gisserver.common.errors import DomainError
from gisserver.common.reading.process.sandbox import Limits, call
from gisserver.common.workspace import workspace
from incidents.importers.open311 import SHEET
from incidents.management.commands import import_incidents

WAIT_S = 60.0
MAX_BYTES = 2**30
_BLOCK = 2**20


class Command(import_incidents.Command):
    """import_open311 https://city.example.org/open311/v2/requests.json"""

    help = "Import service requests of Open311 GeoReport v2 (JSON or XML); those that are known stay as they are."
    file_type = str

    def handle(self, *args: Any, **options: Any) -> None:
        """Fetch, read apart, and go on as with a sheet: the coordinates are WGS 84."""
        said = options["file"]
        with workspace() as folder:
            try:
                path = _fetched(said, folder / "feed") if _is_address(said) else Path(said).resolve(strict=True)
                arguments = {"path": str(path)}
                call("incidents.importers.open311:to_sheet", arguments, folder=folder, limits=Limits.for_command())
            except DomainError as error:
                raise CommandError(f"{error.code}: {error.detail}") from error
            except OSError as error:
                raise CommandError(f"{said}: {error}") from error
            source = options["source"] or urlsplit(said).hostname or Path(said).stem
            ours = {"file": folder / SHEET, "crs": options["crs"] or "wgs84", "source": source}
            super().handle(*args, **{**options, **ours})


def _is_address(said: str) -> bool:
    return said.startswith(("http://", "https://"))


def _fetched(address: str, path: Path) -> Path:
    """Write what an address answers to a file, at most 1 GiB. Raises OSError, which requests' own errors are."""
    with closing(requests.get(address, stream=True, timeout=WAIT_S)) as answer, path.open("wb") as file:
        answer.raise_for_status()
        for number, block in zip(itertools.count(1), answer.iter_content(_BLOCK), strict=False):
            if number * _BLOCK > MAX_BYTES:
                raise OSError("the feed is larger than 1 GiB: ask for less at once, by start_date and end_date")
            file.write(block)
    return path

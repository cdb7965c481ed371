"""The package as one zip: register.csv, register.pdf, redraw.gpkg, moves.csv."""

import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings

from gisserver.common.access.models import Viewer
from grids.models import Redraw
from grids.redraws.impact import moves
from grids.redraws.impact.moves import Line
from grids.redraws.impact.outcome import Outcome
from grids.redraws.package import machine, paper, register
from grids.redraws.package.dossier import Dossier, dossier_of

BUILDING = "building"


def package_of(user: Viewer, redraw: Redraw) -> IO[bytes]:
    """Return the package of a redraw as an open file at its beginning; raises Conflict as a preview does.

    The lists hold what ``user`` may see. It is written to disk, piece by piece: memory does not grow with what moves.
    """
    dossier, outcome = dossier_of(redraw)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
    try:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            _fill(package, Path(folder), dossier, outcome, user)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _fill(package: zipfile.ZipFile, folder: Path, dossier: Dossier, outcome: Outcome, user: Viewer) -> None:
    buildings: list[Line] = []

    def noted() -> Iterable[Line]:
        for line in moves.lines(user, outcome.moves, outcome.at):
            if line.kind == BUILDING:
                buildings.append(line)
            yield line

    _copy(package, "moves.csv", moves.written(noted()))
    _copy(package, "register.csv", register.written(dossier))
    paper.write(folder / "register.pdf", dossier)
    package.write(folder / "register.pdf", "register.pdf")
    machine.write(folder / "redraw.gpkg", dossier, outcome, buildings, settings.SURVEY_SRID)
    package.write(folder / "redraw.gpkg", "redraw.gpkg")


def _copy(package: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with package.open(name, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece)

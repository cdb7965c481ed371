"""The package as one zip of the files that `files` registers."""

import tempfile
import zipfile
from pathlib import Path
from typing import IO

from gisserver.common.access.models import Viewer
from grids.models import Redraw
from grids.redraws.package.dossier import dossier_of
from grids.redraws.package.package_file import Contents, package_files


def package_of(user: Viewer, redraw: Redraw) -> IO[bytes]:
    """Return the package of a redraw as an open file at its beginning; raises Conflict as a preview does.

    The lists hold what ``user`` may see. It is written to disk, piece by piece: memory does not grow with what moves.
    """
    contents = Contents(user, *dossier_of(redraw))
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            for each in package_files():
                with tempfile.TemporaryDirectory() as folder:
                    each.write(Path(folder, each.name), contents)
                    package.write(Path(folder, each.name), each.name)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file

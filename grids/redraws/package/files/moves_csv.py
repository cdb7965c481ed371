"""The list of what moves as CSV, as `moves/?format=csv` gives it."""

from pathlib import Path

from grids.redraws.impact import moves
from grids.redraws.package.package_file import Contents, PackageFile, register


def write(path: Path, contents: Contents) -> None:
    """Write the list."""
    with path.open("wb") as file:
        file.writelines(moves.written(contents.moved()))


register(PackageFile("moves.csv", write))

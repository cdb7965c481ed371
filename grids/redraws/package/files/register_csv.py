"""The register of changes as CSV."""

from pathlib import Path

from gisserver.common import spreadsheets
from grids.redraws.package.package_file import Contents, PackageFile, register
from grids.redraws.package.register import cells, counted, titles


def write(path: Path, contents: Contents) -> None:
    """Write the register for a spreadsheet."""
    names = counted(contents.dossier)
    header = [f"{zh} {en}" for zh, en in titles(contents.dossier)]
    with path.open("wb") as file:
        file.writelines(spreadsheets.written(header, (cells(row, names) for row in contents.dossier.rows)))


register(PackageFile("register.csv", write))

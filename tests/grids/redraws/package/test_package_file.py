"""A file of the package is one module that registers it; the zip and the docs follow."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grids.redraws.package.package_file import FILES, Contents, PackageFile, package_files, register
from tests.redrawing import Draft, line

DOCS = Path(__file__).parents[4] / "docs"


@pytest.fixture
def areas() -> Iterator[None]:
    """The codes and areas (m²) of the grids that change, one a line."""

    def write(path: Path, contents: Contents) -> None:
        path.write_text("".join(f"{row.code} {row.after['area_m2']:.0f}\n" for row in contents.dossier.rows))

    register(PackageFile("areas.txt", write))
    yield
    del FILES["areas.txt"]


@pytest.mark.usefixtures("laws", "areas")
def test_it_is_in_the_zip(draft: Draft) -> None:
    """B, 20,000 m², is cut in halves."""
    draft.draw("split", grid="B", line=line((2, 1), (3, 1)), new="N", new_side="right")

    answer = draft.client.get(f"{draft.path}package/")

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as package:
        assert package.read("areas.txt").decode().splitlines() == ["B 10000", "N 10000"]


def test_the_docs_list_them_all() -> None:
    page = (DOCS / "redraws.md").read_text(encoding="utf-8")
    table = page[page.index("`package/` is one zip") :].split("\n\n")[1]

    assert set(re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)) == {file.name for file in package_files()}

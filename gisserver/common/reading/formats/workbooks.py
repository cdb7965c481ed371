"""A sheet of a workbook, as a CSV file would give it: all cells text, merged ones with their value in each row."""

import re
import zipfile
from html import unescape
from pathlib import Path
from typing import NamedTuple

from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.delimited import Delimited, header_of
from gisserver.common.reading.formats.vector import read_vector
from gisserver.common.reading.heading import Expected, find_heading, without_totals
from gisserver.common.reading.table import as_text

# In the parts of a workbook (ECMA-376, 18.3.1.55): which cells are merged, what the sheets are called, where they lie.
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})\"")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


class Block(NamedTuple):
    """Cells that are merged: the column of their value, its row and the last, all from 0."""

    column: int
    first: int
    last: int


def read_sheet(path: Path, *, layer: str | None, max_rows: int | None, expected: Expected) -> tuple[str, Delimited]:
    """Return the name and the cells of one sheet of a workbook; Invalid as `read_vector` and `find_heading` raise."""
    limit = None if max_rows is None else max_rows + (expected.row or 0) + 2
    vector = read_vector(path, layer=layer, max_rows=limit)
    rows = [[as_text(cell) for cell in row] for row in zip(*vector.columns.values(), strict=True)]
    heading = find_heading(rows, expected)
    if path.suffix.lower() == ".xlsx":
        _fill(rows, merged_cells(path, vector.layer), heading.below)
    body = [row for row in rows[heading.below :] if any(row)][:max_rows]
    header = header_of([*heading.names, *[""] * (len(vector.fields) - len(heading.names))])
    notes = (*heading.notes, *without_totals(body, expected))
    return vector.layer, Delimited(header, body, {}, "utf-8", notes)


def merged_cells(path: Path, sheet: str) -> list[Block]:
    """Return the blocks of merged cells of a sheet that are more than one row high."""
    try:
        with zipfile.ZipFile(path) as book:
            found = _MERGED.findall(book.read(_part_of(book, sheet)))
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise Invalid("bad_archive", "The file is damaged.") from error
    blocks = [Block(_number(column), int(first) - 1, int(last) - 1) for column, first, _, last in found]
    return [block for block in blocks if block.last > block.first]


def _fill(rows: list[list[str]], blocks: list[Block], below: int) -> None:
    """Write the value of merged cells into each of their rows that is ``below`` the header."""
    for column, first, last in blocks:
        if first < below or column >= len(rows[0]):
            continue
        for row in rows[first + 1 : last + 1]:
            row[column] = row[column] or rows[first][column]


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """Return the part of a workbook that holds a sheet; raises KeyError."""
    relations = {_attribute(one, "Id"): one for one in _RELATION.findall(book.read("xl/_rels/workbook.xml.rels"))}
    for one in _SHEET.findall(book.read("xl/workbook.xml")):
        if _attribute(one, "name") == sheet:
            target = _attribute(relations[_attribute(one, "id")], "Target")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _attribute(tag: bytes, name: str) -> str:
    """Return an attribute of a tag, whatever its prefix; '' where it has none."""
    found = re.search(rb"[\s:]%s\s*=\s*(?:\"([^\"]*)\"|'([^']*)')" % name.encode(), tag)
    return unescape((found[1] or found[2] or b"").decode()) if found else ""


def _number(letters: bytes) -> int:
    """Return the number, from 0, of a column that a sheet calls by letters: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1

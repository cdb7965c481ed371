"""Writing a workbook (ECMA-376) of one sheet, row by row: texts stay texts, only named columns have numbers. Pure."""

import csv
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape

from gisserver.common.errors import Invalid

MOST_ROWS: Final = 1_048_576  # that a sheet has, by the format
# Columns of numbers among what is appended; a file's own may be called so too, and hold anything.
_NUMBERS: Final = re.compile(r"(?:latitude|longitude|result_(?:confidence|score|distance_m))(?:_[0-9]+)?")
# A number as the format writes it (xsd:double), and finite.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SCHEMAS: Final = "http://schemas.openxmlformats.org"
_SHEETS: Final = f"{_SCHEMAS}/spreadsheetml/2006/main"
_RELATIONS: Final = f"{_SCHEMAS}/package/2006/relationships"
_OFFICE: Final = f"{_SCHEMAS}/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS: Final = {
    "[Content_Types].xml": f"""<Types xmlns="{_SCHEMAS}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_RELATIONS}">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">
<sheets><sheet name="geocoded" sheetId="1" r:id="rId1"/></sheets>
</workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_RELATIONS}">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
</Relationships>""",
}


def write_book(source: Path, target: Path) -> None:
    """Write the rows of a CSV file (UTF-8) as a workbook of one sheet. Raises Invalid ``too_many_rows``."""
    with (
        source.open(newline="", encoding="utf-8-sig") as lines,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
    ):
        for name, text in _PARTS.items():
            book.writestr(name, _HEAD + text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for piece in _sheet(lines):
                sheet.write(piece.encode())


def _sheet(lines: IO[str]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_SHEETS}"><sheetData>'
    rows = csv.reader(lines)
    header = next(rows, [])
    numbers = [_NUMBERS.fullmatch(name) is not None for name in header]
    yield _row(1, header, [False] * len(header))
    for number, row in zip(count(2), rows, strict=False):
        if number > MOST_ROWS:
            raise Invalid("too_many_rows", "A sheet has at most 1,048,576 rows; ask for CSV.")
        yield _row(number, row, numbers)
    yield "</sheetData></worksheet>"


def _row(row: int, cells: list[str], numbers: list[bool]) -> str:
    written = (
        _cell(f"{_letters(column)}{row}", cell, column < len(numbers) and numbers[column])
        for column, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{row}">{"".join(written)}</row>'


@lru_cache(maxsize=1024)
def _letters(column: int) -> str:
    """Return what a sheet calls a column: 0 is A, 26 is AA."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _cell(place: str, cell: str, is_number: bool) -> str:
    if is_number and _NUMBER.fullmatch(cell):
        return f'<c r="{place}"><v>{escape(cell)}</v></c>'
    text = escape(_NO_XML.sub("", cell))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

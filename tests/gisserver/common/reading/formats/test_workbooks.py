"""Sheets as Excel exports them: a title, a header of two lines, merged cells, a line of totals, a row left empty."""

import zipfile
from pathlib import Path

import pytest

from buildings.geocoding.files.workbook import write_book
from gisserver.common.reading import Expected, read_table
from gisserver.common.reading.formats.workbooks import Block, merged_cells

SHEET = """坪山街道房屋登记表,,,,
,,,,
楼栋编码,房号,住户,,
,,户主,电话,人数
4403100010010100001,101,王一,138,3
,102,王二,139,2
,103,王三,137,1
合计,,,,6
"""
MERGED = ("A1:E1", "A3:A4", "B3:B4", "C3:E3", "A5:A7")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    source, path = tmp_path / "rows.csv", tmp_path / "rows.xlsx"
    source.write_text(SHEET, encoding="utf-8")
    write_book(source, path)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in MERGED)
    inside = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = inside.replace("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>")
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return path


def test_a_sheet_is_read_as_it_is_seen(sheet: Path) -> None:
    table = read_table(sheet, expected=Expected(words={"楼栋编码", "房号", "户主", "电话", "人数"}))
    assert table.fields == ("楼栋编码", "房号", "户主", "电话", "人数")
    rows = list(zip(*(table.text(name) for name in table.fields), strict=True))
    assert rows == [("4403100010010100001", f"10{n}", f"王{name}", phone, number) for n, name, phone, number in PEOPLE]
    assert any("totals" in note for note in table.notes)


def test_only_cells_merged_over_rows_are_blocks(sheet: Path) -> None:
    assert merged_cells(sheet, "geocoded") == [Block(0, 2, 3), Block(1, 2, 3), Block(0, 4, 6)]


PEOPLE = ((1, "一", "138", "3"), (2, "二", "139", "2"), (3, "三", "137", "1"))

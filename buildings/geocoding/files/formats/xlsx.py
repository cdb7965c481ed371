"""Workbooks: the first row names the columns; every cell is taken and given back as text, so that codes stay codes.

A workbook is read by the child process, worked through as a CSV file, and written anew: values, no formatting.
"""

import csv
import io
from dataclasses import replace
from typing import Final

from buildings.geocoding.files.file_format import FileFormat, register
from buildings.geocoding.files.formats.csv import reverse_table, search_table
from buildings.geocoding.files.work import Asked, Work
from buildings.geocoding.files.workbook import write_book
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid
from gisserver.common.geo.crs import parse_crs
from gisserver.common.reading import read_table
from gisserver.common.reading.formats.delimited import Record
from gisserver.common.workspace import workspace

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def search_book(user: Viewer, data: bytes, asked: Asked) -> Work[Record]:
    """Return the work of geocoding each row of a workbook; raises Invalid as `search_table` does."""
    return _as_book(search_table(user, _as_csv(data, asked), replace(asked, encoding="utf-8")))


def reverse_book(user: Viewer, data: bytes, asked: Asked) -> Work[Record]:
    """Return the work of saying what stands at each row's place; raises Invalid as `search_book` does."""
    return _as_book(reverse_table(user, _as_csv(data, asked), replace(asked, encoding="utf-8")))


def _as_csv(data: bytes, asked: Asked) -> bytes:
    if not data.startswith(b"PK"):
        raise Invalid("unreadable_file", "This is no workbook (.xlsx).")
    with workspace() as folder:
        path = folder / "book.xlsx"
        path.write_bytes(data)
        table = read_table(path, crs=parse_crs(asked.crs))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.fields)
    writer.writerows(zip(*(table.text(name) for name in table.fields), strict=True))
    return text.getvalue().encode()


def _as_book(work: Work[Record]) -> Work[Record]:
    return replace(work, media_type=MEDIA_TYPE, file_name="geocoded.xlsx", finish=write_book)


register(FileFormat(name="xlsx", media_type=MEDIA_TYPE, search=search_book, reverse=reverse_book, is_binary=True))

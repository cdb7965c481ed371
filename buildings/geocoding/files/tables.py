"""CSV files: each row comes back with columns appended, in the encoding that it came in."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from buildings.geocoding.batch import geocode_rows
from buildings.geocoding.files import cells
from buildings.geocoding.files.work import Asked, Work
from buildings.geocoding.reverse_many import reverse_rows
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid
from gisserver.common.reading.delimited import DelimitedStream, stream_delimited

Cells = list[str]
_BLOCK = 65_536


def search_table(user: Viewer, data: bytes, asked: Asked) -> Work[Cells]:
    """Return the work of geocoding each row: the columns asked for joined, else the column called address.

    Raises Invalid for anything but a CSV file, ``no_such_column``, ``no_such_result``.
    """
    table = stream_delimited(data, encoding=asked.encoding or None)
    wanted = [position(table.header, (name,)) for name in asked.columns]
    wanted = wanted or [position(table.header, cells.ADDRESS_NAMES)]
    members = cells.wanted_members(cells.SEARCH, asked.results)

    def text(row: Cells) -> str:
        return " ".join(filter(None, (row[n].strip() for n in wanted)))

    appended = cells.chosen_cells(cells.SEARCH, members)

    def answered(rows: Iterable[Cells]) -> Iterator[list[Any]]:
        for row, outcome in geocode_rows(user=user, rows=rows, text=text, at=asked.at):
            yield row + appended(cells.of_outcome(outcome))

    return _work(table, members, answered)


def reverse_table(user: Viewer, data: bytes, asked: Asked) -> Work[Cells]:
    """Return the work of saying what stands at each row's place; raises Invalid as `search_table` does."""
    table = stream_delimited(data, encoding=asked.encoding or None)
    lat = position(table.header, (asked.lat,) if asked.lat else cells.LAT_NAMES)
    lon = position(table.header, (asked.lon,) if asked.lon else cells.LON_NAMES)
    members = cells.wanted_members(cells.REVERSE, asked.results)

    def place(row: Cells) -> cells.Place:
        return cells.place(row[lon], row[lat])

    appended = cells.chosen_cells(cells.REVERSE, members)

    def answered(rows: Iterable[Cells]) -> Iterator[list[Any]]:
        for row, standing in reverse_rows(user=user, rows=rows, place=place, crs=asked.crs, at=asked.at):
            yield row + appended(cells.of_standing(standing))

    return _work(table, members, answered)


def position(header: Sequence[str], names: Sequence[str]) -> int:
    """Return where the first of ``names`` stands in the header. Raises Invalid ``no_such_column``."""
    folded = [column.strip().lower() for column in header]
    for name in names:
        if name.lower() in folded:
            return folded.index(name.lower())
    raise Invalid("no_such_column", f"The file has no column {' or '.join(names)}.", columns=list(header))


def _work(
    table: DelimitedStream, members: Sequence[str], answered: Callable[[Iterable[Cells]], Iterator[list[Any]]]
) -> Work[Cells]:
    # What the encoding can't hold becomes a question mark; a byte order mark comes once.
    first, further = table.encoding, table.encoding.removesuffix("-sig")

    def blocks(rows: Iterable[Cells]) -> Iterator[bytes]:
        return (block.encode(further, "replace") for block in _written(answered(rows)))

    heading = "".join(_written(iter([[*table.header, *map(cells.column, members)]])))
    return Work(
        heading=heading.encode(first, "replace"),
        rows=table,
        blocks=blocks,
        media_type=f"text/csv; charset={further}",
        file_name="geocoded.csv",
    )


def _written(lines: Iterator[list[Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for line in lines:
        writer.writerow(line)
        if buffer.tell() > _BLOCK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()

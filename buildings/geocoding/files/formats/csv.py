"""CSV files: each row comes back as it is written, with cells appended, in the encoding that it came in."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from buildings.geocoding.batch import Outcome, Status
from buildings.geocoding.batch_rows import geocode_rows
from buildings.geocoding.files import cells
from buildings.geocoding.files.file_format import FileFormat, register
from buildings.geocoding.files.within import divisions_by_code
from buildings.geocoding.files.work import Asked, Work
from buildings.geocoding.reverse_many import reverse_rows
from gisserver.common.access.models import Viewer
from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.delimited import DelimitedStream, Record, stream_delimited
from gisserver.common.sentences import Sentence

# A row, and the cells that go behind it.
Answered = tuple[Record, list[Any]]
_BLOCK = 65_536
_MARK = "\ufeff"


def search_table(user: Viewer, data: bytes, asked: Asked) -> Work[Record]:
    """Return the work of geocoding each row: the columns asked for joined, else the column called address.

    Raises Invalid for anything but a CSV file, ``no_such_column``, ``no_such_result``.
    """
    table = stream_delimited(data, encoding=asked.encoding or None)
    wanted = [position(table.header, (name,)) for name in asked.columns]
    wanted = wanted or [position(table.header, cells.ADDRESS_NAMES)]
    members = cells.wanted_members(cells.OF_EACH if asked.each_address else cells.SEARCH, asked.results)

    division = position(table.header, (asked.division,)) if asked.division else None
    lead = divisions_by_code(user, asked.at) if division is not None else {}

    def text(row: Record) -> str:
        within = "" if division is None else lead.get(row.cell(division).strip(), "")
        return within + " ".join(filter(None, (row.cell(n).strip() for n in wanted)))

    texts = [text, *(_text_of(position(table.header, (name,))) for name in asked.also)]
    appended = cells.chosen_cells(cells.OF_EACH, members)

    def answered(rows: Iterable[Record]) -> Iterator[Answered]:
        for row, outcomes in geocode_rows(
            user=user, rows=rows, texts=texts, at=asked.at, each_address=asked.each_address
        ):
            if division is not None and row.cell(division).strip() not in lead:
                outcomes = [Outcome(Status.NOT_FOUND)] * len(texts)  # in no division that is known here
            yield row, [cell for outcome in outcomes for cell in appended(cells.of_outcome(outcome))]

    return _work(table, members * len(texts), answered, asked.headings * len(texts))


def reverse_table(user: Viewer, data: bytes, asked: Asked) -> Work[Record]:
    """Return the work of saying what stands at each row's place; raises Invalid as `search_table` does."""
    table = stream_delimited(data, encoding=asked.encoding or None)
    lat = position(table.header, (asked.lat,) if asked.lat else cells.LAT_NAMES)
    lon = position(table.header, (asked.lon,) if asked.lon else cells.LON_NAMES)
    members = cells.wanted_members(cells.REVERSE, asked.results)

    def place(row: Record) -> cells.Place:
        return cells.place(row.cell(lon), row.cell(lat))

    appended = cells.chosen_cells(cells.REVERSE, members)

    def answered(rows: Iterable[Record]) -> Iterator[Answered]:
        for row, found in reverse_rows(user=user, rows=rows, place=place, crs=asked.crs, at=asked.at):
            yield row, appended(cells.of_reverse_result(found))

    return _work(table, members, answered)


def _text_of(column: int) -> Callable[[Record], str]:
    return lambda row: row.cell(column).strip()


def position(header: Sequence[str], names: Sequence[str]) -> int:
    """Return where the first of ``names`` stands in the header. Raises Invalid ``no_such_column``."""
    folded = [column.strip().lower() for column in header]
    for name in names:
        if name.lower() in folded:
            return folded.index(name.lower())
    raise Invalid(
        "no_such_column", Sentence("The file has no column {names}.", names=" or ".join(names)), columns=list(header)
    )


def _work(
    table: DelimitedStream,
    members: Sequence[str],
    answered: Callable[[Iterable[Record]], Iterator[Answered]],
    headings: Sequence[str] = (),
) -> Work[Record]:
    # A byte order mark comes once.
    further = table.encoding.removesuffix("-sig")
    marked = further != table.encoding
    known = [*table.header, *(f"surplus_{n}" for n in range(1, table.width - len(table.header) + 1))]
    names = known[len(table.header) :] + cells.columns(members, known, headings)

    def encoded(text: str) -> bytes:
        # What the encoding of the file can't hold is written as a reference: &#22378;
        return text.encode(further, "xmlcharrefreplace")

    def blocks(rows: Iterable[Record]) -> Iterator[bytes]:
        return map(encoded, _written(table, answered(rows)))

    heading = table.before + "".join(_written(table, iter([(table.heading, names)])))
    return Work(
        heading=encoded(_MARK * marked + heading),
        rows=table,
        blocks=blocks,
        media_type=f"text/csv; charset={further}",
        file_name="geocoded.csv",
    )


def _written(table: DelimitedStream, lines: Iterator[Answered]) -> Iterator[str]:
    """Yield rows as they are written, filled up to the table's width, with cells appended; blank lines as they are."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=table.delimiter, lineterminator="")
    for row, more in lines:
        buffer.write(row.text)
        if row.cells:
            width = table.width if row is not table.heading else len(row.cells)
            buffer.write(table.delimiter * (width - len(row.cells) + 1))
            writer.writerow(more)
        buffer.write(row.ending)
        if buffer.tell() > _BLOCK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


register(
    FileFormat(name="csv", media_type="text/csv", search=search_table, reverse=reverse_table, has_encodings=True),
)

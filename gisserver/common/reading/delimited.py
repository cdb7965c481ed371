"""CSV and its kin: comma, semicolon, tab or bar; a ragged line is that row's problem, not the file's."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gisserver.common.errors import Invalid
from gisserver.common.reading.encoding import decode
from gisserver.common.reading.table import RowProblem

_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=([,;\t|])\r?\n", re.IGNORECASE)
# More columns no table in the database has.
MAX_COLUMNS = 1_000
# A boundary as WKT is one cell; nothing sensible is longer.
_MAX_CELL = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delimited:
    """The cells of a CSV file: every row as wide as the header, ragged ones padded and in ``problems``."""

    header: tuple[str, ...]
    rows: list[list[str]]
    problems: dict[int, RowProblem]
    encoding: str


@dataclass(frozen=True, slots=True)
class DelimitedStream:
    """A CSV file whose rows are cut from its text as they are asked for: every row as wide as the header."""

    header: tuple[str, ...]
    encoding: str
    text: str

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows; cells that the header does not name are left out, missing ones are empty."""
        width = len(self.header)
        lines = _parse(self.text)
        next(lines)
        for cells in lines:
            if len(cells) == width:
                yield cells
            elif any(cell.strip() for cell in cells):
                yield (cells + [""] * width)[:width]


def stream_delimited(data: bytes, *, encoding: str | None = None) -> DelimitedStream:
    """Return the rows of the CSV file ``data`` for reading one by one; the whole file is proved to be CSV first.

    Raises Invalid as `read_delimited` does.
    """
    if not data.strip():
        raise Invalid("file_empty", "The file is empty.")
    text, name = decode(data, encoding)
    if "\x00" in text[:100_000]:
        raise Invalid("not_text", "The file is not text, so it is no CSV.")
    lines = _parse(text)
    header = header_of(next(lines, []))
    for _ in lines:
        pass
    return DelimitedStream(header, name, text)


def read_delimited(data: bytes, *, encoding: str | None = None, max_rows: int | None = None) -> Delimited:
    """Return the cells of the CSV file ``data``.

    Raises Invalid ``file_empty``, ``not_text``, ``bad_header``, ``bad_csv`` or what `decode` raises.
    """
    if not data.strip():
        raise Invalid("file_empty", "The file is empty.")
    text, name = decode(data, encoding)
    if "\x00" in text[:100_000]:
        raise Invalid("not_text", "The file is not text, so it is no CSV.")
    lines = _parse(text)
    header = header_of(next(lines, []))
    rows: list[list[str]] = []
    problems: dict[int, RowProblem] = {}
    for cells in lines:
        if max_rows is not None and len(rows) >= max_rows:
            break
        if len(cells) != len(header):
            if not any(cell.strip() for cell in cells):
                continue  # a blank line is no row
            sentence = f"The row has {len(cells)} cells, the header {len(header)}."
            problems[len(rows)] = RowProblem(len(rows) + 1, "ragged_row", sentence)
            cells = (cells + [""] * len(header))[: len(header)]
        rows.append(cells)
    return Delimited(header, rows, problems, name)


def _parse(text: str) -> Iterator[list[str]]:
    text, told = _told(text)
    first_line = text.split("\n", 1)[0]
    delimiter = told or max(_DELIMITERS, key=first_line.count)
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid("bad_csv", f"Line {reader.line_num} is not CSV: {error}.", line=reader.line_num) from error


def _told(text: str) -> tuple[str, str | None]:
    """Return the text without the line ``sep=;`` by which Excel tells itself the delimiter, and that delimiter."""
    said = _SEPARATOR_LINE.match(text)
    return (text, None) if said is None else (text[said.end() :], said[1])


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, which a StringIO would hold again at four bytes a sign."""
    if "\n" not in text:
        yield from io.StringIO(text, newline="")
        return
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def header_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns; Invalid ``bad_header`` or ``too_many_columns``."""
    if not any(cell.strip() for cell in cells):
        raise Invalid("bad_header", "The first line must name the columns.")
    if len(cells) > MAX_COLUMNS:
        raise Invalid("too_many_columns", f"The file has more than {MAX_COLUMNS} columns.")
    names = tuple(cell.strip() or f"column_{number}" for number, cell in enumerate(cells, start=1))
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise Invalid("bad_header", f"The first line names {twice[0]!r} twice.")
    return names

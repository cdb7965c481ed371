"""CSV and its kin: comma, semicolon, tab or bar; a ragged line is that row's problem, not the file's."""

import codecs
import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from gisserver.common.errors import Invalid
from gisserver.common.reading.formats.encoding import decode
from gisserver.common.reading.heading import ANY_SHEET, LOOKED_AT, Expected, find_heading, without_totals
from gisserver.common.reading.table import RowProblem
from gisserver.common.sentences import Sentence

_DELIMITERS = ",;\t|"
# Excel tells itself the delimiter so, in a line before the header.
_SEPARATOR_LINE = re.compile(r"\ufeff?(?:sep=([,;\t|])(?:\r\n|\n|\r))?", re.IGNORECASE)
# More columns no table in the database has.
MAX_COLUMNS = 1_000
# A boundary as WKT is one cell; nothing sensible is longer.
_MAX_CELL = 32 * 1024 * 1024
# A row that comes back beside its answer is as long as the longest: so many more cells than the header at most.
MAX_SURPLUS = 64


@dataclass(frozen=True, slots=True)
class Delimited:
    """The cells of a CSV file: every row as wide as the header, ragged ones padded and in ``problems``.

    ``notes`` tell of what stands above the header, and below the table.
    """

    header: tuple[str, ...]
    rows: list[list[str]]
    problems: dict[int, RowProblem]
    encoding: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in the file, ``ending`` its line break ("" on the last line), and its cells."""

    text: str
    ending: str
    cells: list[str]

    def cell(self, place: int) -> str:
        """Return a cell, empty where the row is too short."""
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class DelimitedStream:
    """A CSV file whose rows are cut from its text as they are asked for, blank lines too.

    ``before`` is what stands before the header (``sep=;``), ``heading`` the header as it is written, ``width`` the
    cells of the longest row, which may be more than the header's.
    """

    header: tuple[str, ...]
    encoding: str
    text: str
    delimiter: str
    before: str
    heading: Record
    width: int

    def __iter__(self) -> Iterator[Record]:
        """Yield the rows below the header."""
        return islice(_records(self.text[len(self.before) :], self.delimiter), 1, None)


def stream_delimited(data: bytes, *, encoding: str | None = None) -> DelimitedStream:
    """Return the rows of the CSV file ``data`` for reading one by one; the whole file is proved to be CSV first.

    Raises Invalid as `read_delimited` does, and ``ragged_row`` for a row that is very much longer than the header.
    """
    if not data.strip():
        raise Invalid("file_empty", "The file is empty.")
    text, name = decode(data, encoding)
    if "\x00" in text[:100_000]:
        raise Invalid("not_text", "The file is not text, so it is no CSV.")
    before, delimiter = _separator(text, _delimiter)
    records = _records(text[len(before) :], delimiter)
    heading = next(records, Record("", "", []))
    header = header_of(heading.cells)
    width = len(header)
    for number, record in enumerate(records, start=1):
        width = max(width, len(record.cells))
        if width > len(header) + MAX_SURPLUS:
            sentence = Sentence(
                "Row {number} has {cells} cells, the header {columns}: name all columns.",
                number=number,
                cells=len(record.cells),
                columns=len(header),
            )
            raise Invalid("ragged_row", sentence, row=number)
    return DelimitedStream(header, _exact(name, data), text, delimiter, before, heading, width)


def _separator(text: str, guess: Callable[[str], str]) -> tuple[str, str]:
    """Return what stands before the header, and the delimiter: as ``sep=;`` says, else the ``guess`` of a function."""
    match = _SEPARATOR_LINE.match(text)
    before, delimiter = (match[0], match[1]) if match else ("", None)
    return before, delimiter or guess(text[len(before) :])


def _exact(name: str, data: bytes) -> str:
    """Return an encoding that writes no byte order mark of its own, except the one that the data begins with."""
    if name not in {"utf-16", "utf-32"}:
        return name
    little = codecs.BOM_UTF16_LE if name == "utf-16" else codecs.BOM_UTF32_LE
    big = codecs.BOM_UTF16_BE if name == "utf-16" else codecs.BOM_UTF32_BE
    marked = data.startswith((little, big))
    ending = "be" if data.startswith(big) else "le" if marked or sys.byteorder == "little" else "be"
    return f"{name}-{ending}{'-sig' if marked else ''}"


def _records(text: str, delimiter: str) -> Iterator[Record]:
    """Yield the rows of a text; raises Invalid ``bad_csv``."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in _lines(text):
            taken.append(line)
            yield line

    for cells in _parse(lines(), delimiter):
        written = "".join(taken)
        taken.clear()
        body = written.rstrip("\r\n")
        yield Record(body, written[len(body) :], cells)


def read_delimited(
    data: bytes, *, encoding: str | None = None, max_rows: int | None = None, expected: Expected = ANY_SHEET
) -> Delimited:
    """Return the cells of the CSV file ``data``.

    Raises Invalid ``file_empty``, ``not_text``, ``bad_header``, ``bad_csv`` or what `decode` raises.
    """
    if not data.strip():
        raise Invalid("file_empty", "The file is empty.")
    text, name = decode(data, encoding)
    if "\x00" in text[:100_000]:
        raise Invalid("not_text", "The file is not text, so it is no CSV.")
    before, delimiter = _separator(text, _below_titles)
    lines = _parse(_lines(text[len(before) :]), delimiter)
    top = list(islice(lines, max(LOOKED_AT, (expected.row or 0) + 1)))
    heading = find_heading(top, expected)
    header = header_of(heading.names)
    # A blank line is no row.
    cells = (each for each in chain(top[heading.below :], lines) if any(cell.strip() for cell in each))
    rows = list(islice(cells, max_rows))
    notes = (*heading.notes, *without_totals(rows, expected))
    return Delimited(header, rows, _made_even(rows, len(header)), name, notes)


def _made_even(rows: list[list[str]], width: int) -> dict[int, RowProblem]:
    """Make every row ``width`` cells wide, and return what is wrong with those that were not."""
    problems: dict[int, RowProblem] = {}
    for index, cells in enumerate(rows):
        if len(cells) == width:
            continue
        # Its cells are not quoted: in a row that has slipped they may name people.
        sentence = Sentence("The row has {cells} cells, the header {columns}.", cells=len(cells), columns=width)
        problems[index] = RowProblem(index + 1, "ragged_row", sentence)
        rows[index] = (cells + [""] * width)[:width]
    return problems


def _delimiter(text: str) -> str:
    first_line = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first_line.count)


def _below_titles(text: str) -> str:
    """Return the delimiter of a table whose first lines may be titles, which have none."""
    lines = text[:100_000].split("\n", LOOKED_AT)[:LOOKED_AT]
    if any(sign in lines[0] for sign in _DELIMITERS):
        return _delimiter(text)
    of_two = (
        sign for line, after in pairwise(lines) for sign in _DELIMITERS if line.count(sign) == after.count(sign) > 1
    )
    return next(of_two, _DELIMITERS[0])


def _parse(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid(
            "bad_csv",
            Sentence("Line {line_num} is not CSV: {error}.", line_num=reader.line_num, error=error),
            line=reader.line_num,
        ) from error


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
        raise Invalid(
            "too_many_columns", Sentence("The file has more than {max_columns} columns.", max_columns=MAX_COLUMNS)
        )
    names = tuple(cell.strip() or f"column_{number}" for number, cell in enumerate(cells, start=1))
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise Invalid("bad_header", Sentence("The first line names {twice!r} twice.", twice=twice[0]))
    return names

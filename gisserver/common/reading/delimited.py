"""CSV and its kin: comma, semicolon, tab or bar; a ragged line is that row's problem, not the file's."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from gisserver.common.errors import Invalid
from gisserver.common.reading.encoding import decode
from gisserver.common.reading.table import RowProblem

_DELIMITERS = ",;\t|"
# A boundary as WKT is one cell; nothing sensible is longer.
_MAX_CELL = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delimited:
    """The cells of a CSV file: every row as wide as the header, ragged ones padded and in ``problems``."""

    header: tuple[str, ...]
    rows: list[list[str]]
    problems: dict[int, RowProblem]
    encoding: str


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
    header = _header(next(lines, []))
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
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid("bad_csv", f"Line {reader.line_num} is not CSV: {error}.", line=reader.line_num) from error


def _header(cells: list[str]) -> tuple[str, ...]:
    if not any(cell.strip() for cell in cells):
        raise Invalid("bad_header", "The first line must name the columns.")
    names = tuple(cell.strip() or f"column_{number}" for number, cell in enumerate(cells, start=1))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Invalid("bad_header", f"The first line names {twice[0]!r} twice.")
    return names
